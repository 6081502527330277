import type uPlot from "uplot";
import type { Cursor } from "../src/recording/moves";
import { element, mark } from "./dom";
import type { Store } from "./store";

/** Stops closer than this, in pixels, become one sign. */
const apart = 9;
const half = 4;
/** A tooltip names so many different stops. */
const named = 5;

/** A stop and where it stands on the timeline. */
interface Halt extends Cursor {
  readonly at: number;
  readonly kind: number;
}

/** Where breakpoints and watchpoints stop the run: a lane of signs under the curve. */
export class Halts {
  readonly element = element("div", { class: "halts", role: "group", "aria-label": "Where the run stops" });
  #drawn: unknown[] = [];

  constructor(
    private readonly store: Store,
    private readonly go: (cursor: Cursor) => void,
  ) {
    this.element.hidden = true;
  }

  /** Puts the signs where the iterations of the stops stand on a plot. */
  place(plot: uPlot | null): void {
    const { stops } = this.store;
    const drawn = [stops, plot?.over.clientWidth, this.store.outline.iterations, this.store.outline.segments.length];
    if (drawn.every((each, k) => each === this.#drawn[k]) && drawn.length === this.#drawn.length) return;
    this.#drawn = drawn;
    const groups: Halt[][] = [];
    for (let k = 0; plot && stops && k < stops.marks.length; k += 3) {
      const [segment = 0, step = 0, kind = 0] = stops.marks.subarray(k, k + 3);
      const at = plot.valToPos(iterationBy(this.store, segment), "x") + plot.over.offsetLeft;
      const last = groups.at(-1);
      const halt = { segment, step, kind, at };
      if (last && at - (last.at(-1)?.at ?? 0) < apart) last.push(halt);
      else groups.push([halt]);
    }
    this.element.hidden = groups.length === 0;
    this.element.replaceChildren(...groups.map((group) => this.#sign(group)));
    // Whoever goes by keys goes from stop to stop by S: a hundred signs are no hundred stops of the Tab key.
    for (const sign of [...this.element.children].slice(1)) mark(sign, "tabindex", "-1");
  }

  #sign(group: readonly Halt[]): HTMLElement {
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last) return element("span");
    const text = this.#textOf(group);
    const kinds = this.store.stops?.kinds ?? [];
    const reasons = new Set(group.map(({ kind }) => kinds[kind]?.reason));
    const look = reasons.size === 1 ? [...reasons].join().replace(" ", "-") : "breakpoint";
    const made = element("button", { type: "button", class: `stop ${look}`, title: text, "aria-label": text });
    made.style.left = `${Math.round(first.at) - half}px`;
    made.style.width = `${Math.round(last.at - first.at) + 2 * half}px`;
    made.addEventListener("click", (event) => {
      const x = event.clientX - this.element.getBoundingClientRect().left;
      // A key has no place: it goes from one stop to the next.
      this.go(event.detail === 0 ? this.#after(group) : nearest(group, x));
    });
    return made;
  }

  #after(group: readonly Halt[]): Cursor {
    const { segment = 0, step = -1 } = this.store.cursor ?? {};
    const later = group.find((each) => each.segment > segment || (each.segment === segment && each.step > step));
    return later ?? group[0] ?? { segment, step };
  }

  /** "epoch 3: Breakpoint on line 12", or from where to where and how often. */
  #textOf(group: readonly Halt[]): string {
    const byKind = new Map<number, Halt[]>();
    for (const each of group) {
      const list = byKind.get(each.kind);
      if (list) list.push(each);
      else byKind.set(each.kind, [each]);
    }
    const lines = [...byKind].slice(0, named).map(([kind, list]) => {
      const label = (halt: Halt | undefined): string => this.store.outline.labels[halt?.segment ?? -1] ?? "";
      const [from, to] = [label(list[0]), label(list.at(-1))];
      const where = from === to ? from : `${from} to ${to}, ${list.length} times`;
      return `${where}: ${this.store.stops?.kinds[kind]?.text ?? ""}`;
    });
    return [...lines, ...(byKind.size > named ? [`and ${byKind.size - named} more`] : [])].join("\n");
  }
}

function nearest(group: readonly Halt[], x: number): Cursor {
  const best = group.reduce((best, each) => (Math.abs(each.at - x) < Math.abs(best.at - x) ? each : best));
  return { segment: best.segment, step: best.step };
}

/** The iteration of a segment, or of the one before it. */
export function iterationBy({ outline }: Store, segment: number): number {
  for (let at = segment; at >= 0; at--) {
    const iteration = outline.segments[at]?.iteration ?? -1;
    if (iteration >= 0) return iteration;
  }
  return 0;
}
