import type { ToPageOf } from "../src/panel/messages";
import { unpackSparse } from "../src/recording/sparse";
import { segmentLabel, type OutlineData, type PlotMark, type Segment, type Series } from "../src/recording/segment";
import { unpackSegments } from "../src/recording/segment.pack";

type GrowingSeries = Series & { readonly values: (number | null)[] };

/** The outline of a run as the page has it. It grows in place: a long run is told of more four times a second. */
export class PageOutline implements OutlineData {
  readonly segments: Segment[] = [];
  /** By segment: "epoch 3", "after training". */
  readonly labels: string[] = [];
  readonly plots: PlotMark[] = [];
  series: readonly GrowingSeries[] = [];
  /** Grows with what is taken in. */
  version = 0;
  /** What an iteration is called. */
  word = "iteration";
  /** By iteration, the segment it is. */
  readonly #segmentOf: number[] = [];
  readonly #rows = new CommonRows();

  get iterations(): number {
    return this.#segmentOf.length;
  }

  /** How many rows each complete iteration has; null where they differ or there is none. */
  get rowsEach(): number | null {
    return this.#rows.each;
  }

  /** Index of an iteration's segment, or −1. */
  segmentOf(iteration: number): number {
    return this.#segmentOf[iteration] ?? -1;
  }

  /** The loop variable's value of an iteration, or its 1-based count. */
  numberOf(iteration: number): number {
    return this.segments[this.segmentOf(iteration)]?.turns.at(-1)?.value ?? iteration + 1;
  }

  /** Whether the loop variable's value alone does not tell one iteration from another. */
  get nested(): boolean {
    const turns = this.segments[this.segmentOf(this.iterations - 1)]?.turns ?? [];
    return turns.length > 1 || (turns[0]?.activation ?? 0) > 0;
  }

  /** Takes in what is new; what stands at the places it begins at, and behind them, was not settled. */
  take({ from, segments, labels, word, series, plots }: ToPageOf<"outline">): void {
    const news = unpackSegments(segments);
    this.#rows.take(this.segments, from, news);
    replaceFrom(this.segments, from, news);
    const beginnings = labels.flatMap(({ beginning, count }) => Array<string>(count).fill(beginning));
    replaceFrom(
      this.labels,
      from,
      news.map((segment, k) => segmentLabel(segment, beginnings[k] ?? "")),
    );
    while ((this.#segmentOf.at(-1) ?? -1) >= from) this.#segmentOf.pop();
    news.forEach(({ iteration }, k) => {
      if (iteration >= 0) this.#segmentOf[iteration] = from + k;
    });
    this.word = word;
    this.version++;
    this.series = series.map(({ name, kind, key, from: begin, ...numbers }) => {
      const values = this.series.find((known) => known.key === key)?.values ?? [];
      replaceFrom(values, begin, unpackSparse(numbers));
      return { name, kind, key, values };
    });
    const marks = Array.from({ length: plots.marks.length / 2 }, (_, k) => ({
      row: plots.marks[2 * k] ?? -1,
      site: plots.marks[2 * k + 1] ?? -1,
    }));
    replaceFrom(this.plots, plots.from, marks);
  }
}

/** How many rows complete iterations have, as long as all have the same. */
class CommonRows {
  /** Of the segments before `#settled`, and of all: −1 as long as there is none, null where they differ. */
  #before: number | null = -1;
  #all: number | null = -1;
  #settled = 0;

  get each(): number | null {
    return this.#all === -1 ? null : this.#all;
  }

  /** The segments from `from` on are others now; those before it will not change any more. */
  take(segments: readonly Segment[], from: number, news: readonly Segment[]): void {
    if (from < this.#settled) [this.#before, this.#settled] = [-1, 0];
    for (; this.#settled < from; this.#settled++) this.#before = common(this.#before, segments[this.#settled]);
    this.#all = news.reduce(common, this.#before);
  }
}

function common(rows: number | null, segment: Segment | undefined): number | null {
  if (rows === null || !segment?.complete || segment.iteration < 0) return rows;
  const own = segment.endRow - segment.firstRow;
  return rows === -1 || rows === own ? own : null;
}

function replaceFrom<T>(list: T[], from: number, news: readonly T[]): void {
  list.length = Math.min(list.length, from);
  for (const each of news) list.push(each);
}
