import type { Landscape, PathPoint, Stretch } from "../../recording/landscape";
import type { Cursor } from "../../recording/moves";
import type { Outline } from "../../recording/outline";
import type { Recording } from "../../recording/recording";
import { handCandidates, type Judged, judgeByHand } from "../byhand/check";
import { lossAt, type Watched } from "../loss";
import { disagrees } from "../nudge";
import type { Prepared } from "../request";
import { andThen, type Going, measure, type MeasureOptions, type Measurer } from "../rerun";
import { type Shortcut, shortcutTo } from "../shortcut";
import type { Measured, Pass } from "../wire";
import { lossByHand } from "./byhand";
import { atPlane, onPlane, type Plane, planeThrough } from "./plane";
import { type Stop, wayOf, type Weights, weightsOf } from "./weights";

/** How many losses there are along an axis, from coarse to fine; each has the one before within. */
const sides = { line: [17, 33, 65], plane: [9, 17, 33] };
/** A finer picture is begun only where it should be done by then, in milliseconds. */
const patience = 20_000;
/** More numbers are not put into re-runs at once. */
const mostNumbers = 4_000_000;
/** How far a picture goes beyond the path, in parts of it. */
const margin = 0.6;

/** A landscape that is being drawn; a string says why there is none. */
export type Drawing = Going<Landscape | string>;

const still = "The weights do not move in this run, so there is no way to draw a landscape around.";
const wasStopped = "The drawing was stopped.";

/** What a landscape is of: a loss, over weights, and the way that these took. */
interface Subject {
  readonly loss: Watched;
  readonly weights: Weights;
  readonly way: readonly Stop[];
  readonly prepared: Prepared;
  readonly notes: readonly string[];
}

/** Thrown where a re-run did not come to its end; the message is for a person. */
class Interrupted extends Error {}

/** Runs the forward of the moment at a cursor with other weights, around the way that they took over the run. */
export function drawLandscape(
  recording: Recording,
  outline: Outline,
  cursor: Cursor,
  prepared: Prepared,
  options: MeasureOptions = {},
): Drawing {
  const loss = lossAt(recording, outline, cursor);
  if (typeof loss === "string") {
    const byHand = handCandidates(recording, outline).length > 0;
    return byHand ? drawByHand(recording, outline, cursor, prepared, options) : refused(loss);
  }
  const weights = weightsOf(loss);
  if (typeof weights === "string") return refused(weights);
  const way = wayOf(loss, outline, weights, cursor.segment);
  if (!planeOf(weights, way)) return refused(still);
  const start = (from: Shortcut): Drawing => {
    const put = weightsOf(from.loss);
    return typeof put === "string" ? refused(put) : around(outline, cursor, { ...from, weights: put, way }, options);
  };
  return andThen(shortcutTo(loss, outline, prepared, options), start, wasStopped);
}

/** Where gradients are written by hand: which number of the turn their loss is, re-runs have to find first. */
function drawByHand(
  recording: Recording,
  outline: Outline,
  cursor: Cursor,
  prepared: Prepared,
  options: MeasureOptions,
): Drawing {
  const judging = judgeByHand(recording, outline, prepared, { ...options, progress: () => undefined });
  const start = (judged: readonly Judged[]): Drawing => {
    const found = lossByHand(recording, outline, cursor.segment, judged);
    return typeof found === "string"
      ? refused(found)
      : around(outline, cursor, { ...found, prepared, notes: [] }, options);
  };
  return andThen(judging, start, wasStopped);
}

function refused(why: string): Drawing {
  return { stop: () => undefined, ended: Promise.resolve(why) };
}

function around(outline: Outline, { segment }: Cursor, subject: Subject, options: MeasureOptions): Drawing {
  const plane = planeOf(subject.weights, subject.way);
  if (!plane) return refused(still);
  const survey = new Survey(subject, plane, options);
  return { stop: () => survey.stop(), ended: survey.run(outline, segment) };
}

/** For one or two weights all their values, for more a plane among them. */
function planeOf({ count }: Weights, way: readonly Stop[]): Plane | null {
  const [start] = way;
  if (!start) return null;
  if (count > 2) return planeThrough(way.map(({ weights }) => weights));
  const directions = [
    [1, 0],
    [0, 1],
  ]
    .slice(0, count)
    .map((each) => each.slice(0, count));
  return { origin: start.weights.map(() => 0), directions, third: -1, off: 0 };
}

class Survey {
  #running: Measurer | null = null;
  #stopped = false;
  #done = 0;
  #of = 0;

  constructor(
    private readonly subject: Subject,
    private readonly plane: Plane,
    private readonly options: MeasureOptions,
  ) {}

  stop(): void {
    this.#stopped = true;
    this.#running?.stop();
  }

  async run(outline: Outline, segment: number): Promise<Landscape | string> {
    try {
      return await this.#run(outline, segment);
    } catch (error) {
      if (error instanceof Interrupted) return error.message;
      throw error;
    }
  }

  async #run(outline: Outline, segment: number): Promise<Landscape | string> {
    const { plane } = this;
    const { loss, weights, way } = this.subject;
    const isLine = plane.directions.length === 1;
    const points = way.map((stop) => onPlane(plane, stop.weights));
    const axes = this.#axes(points);
    const began = performance.now();
    const [same, ...rest] = await this.#measure([
      null,
      weights.own,
      ...(isLine ? points.map((at) => atPlane(plane, at)) : []),
    ]);
    const now = same && loss.in(same);
    if (!same || now === undefined) return `The re-run never came to ${loss.name}.`;
    const back = rest[0] && loss.in(rest[0]);
    if (!Object.is(now, loss.value) || !Object.is(back, loss.value))
      return disagrees(loss, Object.is(now, loss.value) ? (back ?? NaN) : now);
    const known = new Map<string, number>();
    let side = 0;
    for (const next of isLine ? sides.line : sides.plane) {
      const spent = performance.now() - began;
      const passes = isLine ? next : next * next;
      const fits = (this.#done + passes - known.size) * (spent / this.#done) <= patience;
      if (side > 0 && (!fits || passes * weights.count > mostNumbers)) break;
      await this.#level(axes, next, known);
      side = next;
    }
    const path = way.map((stop, k): PathPoint => {
      const [x = NaN, y = NaN] = points[k] ?? [];
      const there = rest[k + 1];
      return { segment: stop.segment, step: stop.step, x, y: isLine ? ((there && loss.in(there)) ?? NaN) : y };
    });
    const losses = Float64Array.from(places(axes, side), ({ key }) => known.get(key) ?? NaN);
    const notes = [...this.subject.notes];
    if (!losses.every(Number.isFinite))
      notes.push(`${loss.name} is not finite everywhere here: those places are left empty.`);
    if (way.length < outline.iterations) notes.push(`The way is drawn with ${way.length} of its points.`);
    return { loss: loss.name, what: this.#what(outline, segment, way), axes, side, losses, path, notes };
  }

  /** Runs what is new on a grid. */
  async #level(axes: readonly Stretch[], side: number, known: Map<string, number>): Promise<void> {
    const fresh = places(axes, side).filter(({ key }) => !known.has(key));
    const measured = await this.#measure(fresh.map(({ at }) => atPlane(this.plane, at)));
    fresh.forEach(({ key }, k) => {
      const each = measured[k];
      known.set(key, (each && this.subject.loss.in(each)) ?? NaN);
    });
  }

  #axes(points: readonly (readonly number[])[]): Stretch[] {
    const { plane, subject } = this;
    const { weights } = subject;
    const spans = plane.directions.map((_, d) => {
      const along = points.map((point) => point[d] ?? 0);
      return { low: Math.min(...along), high: Math.max(...along) };
    });
    const widest = Math.max(...spans.map(({ low, high }) => high - low));
    return spans.map(({ low, high }, d) => {
      const still = Math.max(1, Math.abs(low)) / 2;
      // Weights that hardly move beside others are still to be seen.
      const span = Math.max(high - low, widest > 0 ? widest / 4 : still);
      const beyond = margin * span + (span - (high - low)) / 2;
      const name = weights.count <= 2 ? weights.name(d) : d === 0 ? "from the start to the end" : "across";
      return { name, low: low - beyond, high: high + beyond };
    });
  }

  #what(outline: Outline, segment: number, way: readonly Stop[]): string {
    const { plane, subject } = this;
    const { loss, weights } = subject;
    const label = (of: number): string => {
      const found = outline.segments[of];
      return found ? outline.label(found) : "";
    };
    const of = `${loss.name} of ${label(segment)} with its data`;
    const names = Array.from({ length: Math.min(2, weights.count) }, (_, k) => weights.name(k)).join(" and ");
    if (weights.count <= 2)
      return `${of} for other ${names}, everything else as it was; a point is where a${/^[aeiou]/.test(outline.word) ? "n" : ""} ${outline.word} began.`;
    const ends = `${label(way[0]?.segment ?? 0)} and the end`;
    if (plane.directions.length === 1)
      return `${of} along the line through ${ends}: all ${weights.count} weights move together, and their way is straight.`;
    const third = label(way[plane.third]?.segment ?? 0);
    const off =
      plane.off < 0.005
        ? "the way lies in it"
        : `the way goes up to ${Math.round(100 * plane.off)} % of its length out of it`;
    return `${of} on the plane through ${ends} and ${third} among all ${weights.count} weights, which is the one closest to their way: ${off}.`;
  }

  /** Runs passes with other weights, null for those that it has. */
  async #measure(all: readonly (readonly number[] | null)[]): Promise<readonly Measured[]> {
    const { options, subject } = this;
    const { loss, weights: own, prepared } = subject;
    const passes = all.map((weights): Pass => ({ puts: weights ? own.puts(weights) : [], turns: loss.turns }));
    const before = this.#done;
    this.#of = before + passes.length;
    const progress = (done: number): void => options.progress?.((this.#done = before + done), this.#of);
    this.#running = measure(prepared, passes, { ...options, progress });
    if (this.#stopped) this.#running.stop();
    const { measured, problem, stopped } = await this.#running.ended;
    this.#done = before + measured.length;
    if (stopped) throw new Interrupted(wasStopped);
    const failed = measured.find((each) => each.problem !== "");
    if (failed) throw new Interrupted(`A re-run failed: ${failed.problem}`);
    if (problem?.kind === "limit")
      throw new Interrupted(
        `The drawing was cut off after ${Math.round(prepared.request.limits.wallMs / 1000)} s, with ${this.#done} of ${this.#of} re-runs done.`,
      );
    if (problem) throw new Interrupted(`A re-run did not come to its end: ${problem.message}`);
    return measured;
  }
}

/** The places of a grid, row by row; a place of a coarser grid has the same key. */
function places(axes: readonly Stretch[], side: number): { key: string; at: number[] }[] {
  const all: { key: string; at: number[] }[] = [];
  const [x, y] = axes;
  const along = (axis: Stretch, k: number): number => axis.low + ((axis.high - axis.low) * k) / (side - 1);
  for (let row = 0; row < (y ? side : 1); row++)
    for (let column = 0; column < side; column++) {
      const at = [x ? along(x, column) : 0, ...(y ? [along(y, row)] : [])];
      all.push({ key: `${column / (side - 1)} ${y ? row / (side - 1) : 0}`, at });
    }
  return all;
}
