import type { Finding } from "../finding";
import { graphOf } from "../graph";
import { eachRow } from "../memo";
import type { Outline } from "../outline";
import type { Recording } from "../recording";
import type { Segment } from "../segment";
import { short } from "../text";
import { timelineOf } from "../timeline";
import { placeOf, Spot } from "./spot";
import { curvatureOf, rateOf } from "./quadratic";

/** More unknowns than this, and rounding hides what their gradients tell. */
const mostUnknowns = 4;
/** How many iterations are looked at. */
const most = 12;

/** Where the weights stood when a backward had filled their gradients. */
interface Visit {
  readonly weights: readonly number[];
  readonly point: readonly number[];
  readonly gradient: readonly number[];
  readonly row: number;
}

/** Says where the learning rate of plain gradient descent is stable, on a quadratic loss of few unknowns. */
export class Rate {
  #found: Finding[] | null = null;
  #generation = -1;

  constructor(private readonly recording: Recording) {}

  findings(outline: Outline): Finding[] {
    if (outline.generation !== this.#generation) this.#found = null;
    this.#generation = outline.generation;
    if (this.#found !== null) return this.#found;
    let complete = 0;
    while (complete < most && outline.segments[outline.iterationSegment(complete)]?.complete === true) complete++;
    const found = this.#look(outline, complete);
    if (complete === most) this.#found = found;
    return found;
  }

  #look(outline: Outline, complete: number): Finding[] {
    const visits: Visit[] = [];
    for (let k = 0; k < complete; k++) {
      const segment = outline.segments[outline.iterationSegment(k)];
      const visit = segment && this.#visit(segment);
      if (!visit || visit.weights.join() !== (visits[0] ?? visit).weights.join()) break;
      visits.push(visit);
    }
    // From as many first points as rounding allows: later ones lie too close together to tell anything.
    for (let count = visits.length; count >= (visits[0]?.point.length ?? 0) + 2; count--) {
      const points = visits.slice(0, count).map(({ point }) => point);
      const gradients = visits.slice(0, count).map(({ gradient }) => gradient);
      const rate = rateOf(points, gradients);
      const curvature = rate === null ? null : curvatureOf(points, gradients);
      const [first] = visits;
      if (first === undefined || rate === null || curvature === null) continue;
      if (curvature.largest <= 0 || curvature.smallest < -1e-3 * curvature.largest) return [];
      return [this.#finding(outline, first, rate, curvature.largest)];
    }
    return [];
  }

  /** Null where an iteration is not one backward into empty gradients of few weights. */
  #visit(segment: Segment): Visit | null {
    const { recording } = this;
    const timeline = timelineOf(recording, segment);
    const leaves = new Map<number, { readonly row: number; readonly gradient: ArrayLike<number> }>();
    let [backwards, fits] = [0, true];
    eachRow(recording, segment, (row) => {
      const form = recording.form(row);
      if (form.kind === "backward") backwards++;
      if (form.kind === "optimizer" && !this.#isPlain(row)) fits = false;
      if (form.kind !== "accumulate" || form.flag === "retained") return;
      const leaf = recording.arg(row, 0);
      const { data } = recording.blockOf(row, 0);
      const held = timeline.gradAt(leaf, row - 1);
      const before = held === null ? null : timeline.valueAt(held, row - 1);
      if (data === null || data.length > mostUnknowns || leaves.has(leaf)) fits = false;
      else if (before !== null && (before.data === null || Array.from(before.data).some((x) => x !== 0))) fits = false;
      else leaves.set(leaf, { row, gradient: data });
    });
    if (!fits || backwards !== 1 || leaves.size === 0) return null;
    const weights = [...leaves.keys()].sort((a, b) => a - b);
    const [point, gradient]: [number[], number[]] = [[], []];
    for (const leaf of weights) {
      const own = leaves.get(leaf);
      const value = own && timeline.valueAt(leaf, own.row);
      if (!own || !value || value.data === null || value.data.length !== own.gradient.length) return null;
      point.push(...Array.from(value.data));
      gradient.push(...Array.from(own.gradient));
    }
    const all = [...point, ...gradient];
    const row = Math.max(...[...leaves.values()].map((each) => each.row));
    return point.length > mostUnknowns || !all.every(Number.isFinite) ? null : { weights, point, gradient, row };
  }

  /** Whether an optimizer's step is θ − lr · gradient and nothing else. */
  #isPlain(row: number): boolean {
    const { op, numbers } = this.recording.form(row);
    return op === "SGD" && numbers.every((name, k) => name === "lr" || this.recording.number(row, k) === 0);
  }

  #finding(outline: Outline, { row, weights }: Visit, rate: number, largest: number): Finding {
    const { recording } = this;
    const limit = 2 / largest;
    const [used, below, best] = [rate, limit, 1 / largest].map((x) => short(Number(x.toPrecision(3))));
    const spot = new Spot(recording, outline, row);
    const segment = outline.segments[spot.segment];
    const update = segment === undefined ? row : this.#update(segment, row);
    const at = new Spot(recording, outline, update);
    const within = rate < limit * 1.001;
    return {
      id: "learning-rate",
      kind: "learning-rate",
      severity: within ? "note" : "warning",
      title: within ? `Learning rate ${used} is stable` : `Learning rate ${used} is too high`,
      cause: `This loss has the same curvature everywhere, at most ${short(Number(largest.toPrecision(3)))}, so gradient descent is stable for learning rates below 2 ÷ ${short(Number(largest.toPrecision(3)))} = ${below}; yours is ${used}.`,
      remedy: within ? "" : `Use less than ${below}; ${best} goes straight down where it is steepest.`,
      segment: at.segment,
      step: at.step,
      node: segment === undefined ? -1 : graphOf(recording, segment).tensors.lastIndexOf(weights[0] ?? -1),
      place: placeOf(recording, recording.form(update).site),
      related: [],
      path: [],
    };
  }

  /** The first update after a row. */
  #update(segment: Segment, row: number): number {
    let found = -1;
    eachRow(this.recording, segment, (each) => {
      if (found < 0 && each > row && this.recording.form(each).kind === "update") found = each;
    });
    return found < 0 ? row : found;
  }
}
