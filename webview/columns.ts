import type { ToHost, ToPageOf } from "../src/panel/messages";
import type { Column } from "../src/recording/column";

/** Room for answers; a page that goes through a long run asks for many. */
const most = 400;

/** What the host knows of Jacobians' columns, asked for when someone looks and kept while the run is shown. */
export class Columns {
  readonly #known = new Map<string, Column | string | null>();
  readonly #asked = new Map<number, string>();
  #count = 0;

  constructor(private readonly post: (message: ToHost) => void) {}

  /** A column at a moment: undefined while it is on its way, a sentence where there is none. */
  of(
    run: string,
    segment: number,
    step: number,
    pass: string,
    edge: number,
    element: number,
  ): Column | string | undefined {
    const key = `${segment} ${pass} ${edge} ${element}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known ?? undefined;
    this.#known.set(key, null);
    this.#asked.set(++this.#count, key);
    this.post({ type: "column", id: run, ask: this.#count, segment, step, edge, element });
    return undefined;
  }

  /** Takes in an answer. What was dropped on the way is asked for anew when it is looked at again. */
  hear({ ask, column, trouble }: ToPageOf<"column">): void {
    const key = this.#asked.get(ask);
    this.#asked.delete(ask);
    if (key === undefined) return;
    if (column === null && trouble === "") this.#known.delete(key);
    else this.#known.set(key, column ?? trouble);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= most) break;
      this.#known.delete(oldest);
    }
  }

  /** Another run is shown. */
  forget(): void {
    this.#known.clear();
    this.#asked.clear();
  }
}
