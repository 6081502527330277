import { packSegments } from "../recording/segment.pack";
import type { Recording } from "../recording/recording";
import type { Outline } from "../recording/outline";
import type { Segment } from "../recording/segment";
import type { ToPageOf } from "./messages";
import { packSparse } from "../recording/sparse";

/** Of a run that is over and was smaller than this a page gets all, and never has to ask. */
const wholeBelow = 500_000;

/** What one page has of a recording, and what it gets next. */
export class Supply {
  #known = 0;
  #bytes = 0;
  readonly #whole = new Set<number>();
  #generation = -1;
  #settled = 0;
  #renames = 0;
  #plots = 0;
  readonly #series = new Set<string>();

  constructor(
    private readonly id: string,
    private readonly recording: Recording,
    private readonly outline: Outline,
    private readonly wholeUnder = wholeBelow,
  ) {}

  /** The chunks that are new, whole where the page is to have them; null when there is nothing new. `over`: no more will come. */
  chunks(segments: readonly number[], over: boolean): ToPageOf<"chunks"> | null {
    const { recording } = this;
    for (let k = this.#known; k < recording.chunks; k++) this.#bytes += recording.chunkBytes(k).byteLength;
    const all = over && this.#bytes < this.wholeUnder;
    const wanted = new Set(all ? Array(recording.chunks).keys() : segments.flatMap((each) => this.#chunksOf(each)));
    const chunks: ToPageOf<"chunks">["chunks"] = [];
    for (const index of [...wanted].sort((a, b) => a - b)) {
      if (index < this.#known && !this.#whole.has(index)) chunks.push(this.#give(index, true));
    }
    for (; this.#known < recording.chunks; this.#known++) chunks.push(this.#give(this.#known, wanted.has(this.#known)));
    return chunks.length > 0 ? { type: "chunks", id: this.id, chunks } : null;
  }

  /** What changed in the outline since the last call. */
  outlineNow(): ToPageOf<"outline"> {
    const { outline, id } = this;
    if (outline.generation !== this.#generation) {
      this.#generation = outline.generation;
      this.#settled = 0;
      this.#renames = 0;
      this.#plots = 0;
      this.#series.clear();
    }
    const from = Math.min(this.#settled, outline.segments.length, ...outline.renames.slice(this.#renames));
    this.#renames = outline.renames.length;
    const news = outline.segments.slice(from);
    const iteration = this.#iterationBefore(from);
    const series = outline.series.map(({ name, kind, key, values }) => {
      const start = this.#series.has(key) ? iteration : 0;
      this.#series.add(key);
      return { name, kind, key, from: start, ...packSparse(values.slice(start)) };
    });
    this.#settled = outline.settled;
    const plots = {
      from: this.#plots,
      marks: Float64Array.from(outline.plots.slice(this.#plots).flatMap(({ row, site }) => [row, site])),
    };
    this.#plots = outline.plots.length;
    return {
      type: "outline",
      id,
      from,
      segments: packSegments(news),
      labels: beginnings(outline, news),
      word: outline.word,
      series,
      plots,
    };
  }

  #give(index: number, whole: boolean): ToPageOf<"chunks">["chunks"][number] {
    if (whole) this.#whole.add(index);
    const bytes = whole ? this.recording.chunkBytes(index) : this.recording.definitionsOf(index);
    // A view on a larger buffer would be sent with all of that buffer, and Node's own Buffer as an object of numbers.
    return { index, whole, bytes: new Uint8Array(bytes) };
  }

  #chunksOf(segment: number): number[] {
    const found = this.outline.segments[segment];
    return found ? this.recording.chunksFor(found.firstRow, found.endRow) : [];
  }

  /** The first iteration that may have changed when the segments before `from` did not. */
  #iterationBefore(from: number): number {
    for (let segment = from - 1; segment >= 0; segment--) {
      const iteration = this.outline.segments[segment]?.iteration ?? -1;
      if (iteration >= 0) return iteration + 1;
    }
    return 0;
  }
}

/** How the labels of segments begin; those in a row that begin alike are told of once. */
function beginnings(outline: Outline, segments: readonly Segment[]): ToPageOf<"outline">["labels"] {
  const labels: { beginning: string; count: number }[] = [];
  for (const segment of segments) {
    const beginning = outline.beginning(segment);
    const last = labels.at(-1);
    if (last?.beginning === beginning) last.count++;
    else labels.push({ beginning, count: 1 });
  }
  return labels;
}

/** A page takes in so much at a time without standing still. */
const mostBytes = 500_000;

/** Chunks in messages that are each small enough for a page. */
export function inParts({ chunks, ...rest }: ToPageOf<"chunks">): ToPageOf<"chunks">[] {
  const parts: ToPageOf<"chunks">["chunks"][] = [];
  let bytes = Infinity;
  for (const chunk of chunks) {
    if (bytes + chunk.bytes.byteLength > mostBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(chunk);
    bytes += chunk.bytes.byteLength;
  }
  return parts.map((part) => ({ ...rest, chunks: part }));
}
