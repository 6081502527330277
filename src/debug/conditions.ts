import { stackAt } from "../recording/stack";
import type { Result } from "../recording/given";
import { momentOf } from "./moment";
import { resultRow, type Row } from "./variables";
import { keyOf, type Direction, type Place, type Way } from "./way";

/** What an expression came to at a place. */
export type Answer = { readonly truthy: boolean; readonly row: Row } | { readonly error: string };

/** Evaluates an expression at several moments, outside this process; a sentence when that cannot be done. */
export type Evaluate = (
  text: string,
  moments: readonly ReturnType<typeof momentOf>[],
) => Promise<readonly Result[] | string>;

/** So many places are asked about at once … */
const batch = 128;
/** … of those that lie within so many steps. */
const reach = 4000;

/** Expressions at the places of a recording. What was answered stays so: a recording never changes. */
export class Conditions {
  readonly #known = new Map<string, Map<number, Answer>>();

  constructor(
    private readonly way: Way,
    private readonly evaluate: Evaluate,
  ) {}

  /** An expression at one place, seen from one activation of its stack. */
  async at(text: string, place: Place, depth = 0): Promise<Answer> {
    const [answer] = await this.#ask(text, [place], depth);
    return answer ?? { error: "There is no answer." };
  }

  /** The same for a scan, which will want to know at the next executions of the statement too. */
  async along(text: string, place: Place, by: Direction): Promise<Answer> {
    const known = this.#known.get(text) ?? new Map<number, Answer>();
    this.#known.set(text, known);
    const found = known.get(keyOf(place.cursor));
    if (found) return found;
    const places = [place, ...this.#ahead(place, by)].filter(({ cursor }) => !known.has(keyOf(cursor)));
    const answers = await this.#ask(text, places, 0);
    places.forEach(({ cursor }, k) => {
      const answer = answers[k];
      if (answer) known.set(keyOf(cursor), answer);
    });
    return answers[0] ?? { error: "There is no answer." };
  }

  *#ahead(place: Place, by: Direction): Generator<Place> {
    let count = 0;
    let steps = 0;
    for (const next of this.way.from(place.cursor, by)) {
      if (++steps > reach || count >= batch) return;
      if (next.statement !== place.statement || !this.way.isEntry(next)) continue;
      count++;
      yield next;
    }
  }

  async #ask(text: string, places: readonly Place[], depth: number): Promise<readonly Answer[]> {
    const { session } = this.way;
    const moments = places.map(({ cursor, step }) =>
      momentOf(session, cursor, text, stackAt(session.recording, step.row)[depth]),
    );
    const results = await this.evaluate(text, moments);
    if (typeof results === "string") return places.map(() => ({ error: results }));
    return results.map((each) =>
      "error" in each ? each : { truthy: each.truthy, row: resultRow(text.trim(), each.value) },
    );
  }
}
