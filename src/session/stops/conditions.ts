import { stackAt } from "../../recording/stack";
import type { Result } from "../../recording/given";
import { momentOf } from "./given";
import type { Direction, Place, Way } from "./way";

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
  readonly #known = new Map<string, Map<number, Result>>();

  constructor(
    private readonly way: Way,
    private readonly evaluate: Evaluate,
  ) {}

  /** An expression at one place, seen from one activation of its stack. */
  async at(text: string, place: Place, depth = 0): Promise<Result> {
    const [answer] = await this.#ask(text, [place], depth);
    return answer ?? { error: "There is no answer." };
  }

  /** The same for a scan, which will want to know at the next executions of the statement too. */
  async along(text: string, place: Place, by: Direction): Promise<Result> {
    const known = this.#known.get(text) ?? new Map<number, Result>();
    this.#known.set(text, known);
    const found = known.get(place.step.row);
    if (found) return found;
    const places = [place, ...this.#ahead(place, by)].filter(({ step }) => !known.has(step.row));
    const answers = await this.#ask(text, places, 0);
    places.forEach(({ step }, k) => {
      const answer = answers[k];
      if (answer) known.set(step.row, answer);
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

  async #ask(text: string, places: readonly Place[], depth: number): Promise<readonly Result[]> {
    const { session } = this.way;
    const moments = places.map(({ cursor, step }) =>
      momentOf(session, cursor, text, stackAt(session.recording, step.row)[depth]),
    );
    const results = await this.evaluate(text, moments);
    if (typeof results === "string") return places.map(() => ({ error: results }));
    return results;
  }
}
