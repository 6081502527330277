import type { Finding, FindingKind, Severity } from "../finding";
import { graphOf } from "../graph";
import { eachRow } from "../memo";
import type { Outline } from "../outline";
import type { Recording } from "../recording";
import type { Segment, Series } from "../segment";
import { rmsOf } from "../moment";
import { startOf } from "../start";
import { short } from "../text";
import { layersOf, leadsTo } from "./layers";
import { placeOf, Spot } from "./spot";
import type { Thresholds } from "./thresholds";

/** A gradient is small when it is below this part of the largest of the first iterations. */
const smallGradient = 0.01;
const firstIterations = 5;

/** Finds what only many iterations together show: gradients that vanish or explode, a loss that does not move. */
export class Trends {
  #exploded = -1;
  /** Iterations before this were looked at for an explosion. */
  #looked = 0;
  #largest = 0;
  #generation = -1;
  #norms: (number | null)[] = [];

  constructor(
    private readonly recording: Recording,
    private readonly thresholds: Thresholds,
  ) {}

  findings(outline: Outline): Finding[] {
    if (outline.generation !== this.#generation) {
      this.#generation = outline.generation;
      [this.#exploded, this.#looked, this.#largest, this.#norms] = [-1, 0, 0, []];
    }
    const { series } = outline;
    const gradients = series.filter(({ kind }) => kind === "gradient");
    const losses = series.filter(({ kind }) => kind === "loss");
    const last = lastComplete(outline);
    if (gradients.length === 0 || last < 0) return [];
    for (let k = this.#norms.length; k <= last; k++) this.#norms.push(normAt(gradients, k));
    return [
      ...this.#exploding(outline, gradients, last),
      ...this.#vanishing(outline, gradients, losses, last),
      ...this.#still(outline, gradients, losses, last),
    ];
  }

  #exploding(outline: Outline, gradients: readonly Series[], last: number): Finding[] {
    const { factor, iterations } = this.thresholds.exploding;
    const norms = this.#norms;
    for (let k = this.#looked; k <= last && this.#exploded < 0; k++) {
      this.#looked = k + 1;
      const norm = norms[k] ?? null;
      if (norm === null || !Number.isFinite(norm)) continue;
      const largest = this.#largest;
      this.#largest = Math.max(largest, norm);
      if (norm <= largest || k < iterations) continue;
      const window = norms.slice(k - iterations, k).filter((each) => each !== null);
      const median = window.sort((a, b) => a - b)[window.length >> 1] ?? 0;
      if (window.length === iterations && median > 0 && norm > factor * median && !this.#clipped(outline, k))
        this.#exploded = k;
    }
    if (this.#exploded < 0) return [];
    const at = this.#exploded;
    const norm = norms[at] ?? 0;
    const window = norms.slice(at - iterations, at).filter((each) => each !== null);
    const median = window.sort((a, b) => a - b)[window.length >> 1] ?? 0;
    return [
      this.#finding(outline, at, gradients, {
        kind: "exploding",
        severity: "warning",
        title: "The gradient explodes",
        cause: `The norm of all gradients rose to ${short(norm)} in this ${outline.word}, ${short(Math.round(norm / median))} times the median of the ${iterations} before.`,
        remedy: "Lower the learning rate, or clip with nn.utils.clipGradNorm_ between backward() and the update.",
      }),
    ];
  }

  /** Whether the gradients of an iteration were changed in place before they were used. */
  #clipped(outline: Outline, iteration: number): boolean {
    const { recording } = this;
    const segment = outline.segments[outline.iterationSegment(iteration)];
    if (segment === undefined) return false;
    const gradients = new Set(startOf(recording, segment).gradients.keys());
    let clipped = false;
    eachRow(recording, segment, (row) => {
      const form = recording.form(row);
      if (form.kind === "accumulate") gradients.add(recording.arg(row, 1));
      else if (form.kind === "update" && form.op !== "zero_" && gradients.has(recording.arg(row, form.inputs)))
        clipped = true;
    });
    return clipped;
  }

  #vanishing(outline: Outline, gradients: readonly Series[], losses: readonly Series[], last: number): Finding[] {
    const { ratio, iterations, loss: part } = this.thresholds.vanishing;
    const segment = outline.segments[outline.iterationSegment(last)];
    const loss = losses[0]?.values;
    if (segment === undefined || loss === undefined || last + 1 < iterations) return [];
    const [start, now] = [loss[0] ?? NaN, loss[last] ?? NaN];
    if (!(start > 0 && now > part * start)) return [];
    const { graph, tensors } = graphOf(this.recording, segment);
    const layers = layersOf(graph);
    const [first, final] = [layers[0], layers.at(-1)];
    if (first === undefined || final === undefined || layers.length < 3 || first.weight === final.weight) return [];
    if (!leadsTo(graph, first.product, final.product)) return [];
    const [early, late] = [tensors[first.weight] ?? -1, tensors[final.weight] ?? -1];
    let rms: readonly [number, number] = [NaN, NaN];
    for (let k = last + 1 - iterations; k <= last; k++) {
      rms = this.#gradients(outline, k, early, late);
      if (!(rms[0] < ratio * rms[1])) return [];
    }
    const name = graph.nodes[first.weight]?.label ?? "";
    return [
      this.#finding(
        outline,
        last,
        gradients,
        {
          kind: "vanishing",
          severity: "warning",
          title: `The gradient of the first layer vanishes`,
          cause: `For ${iterations} ${outline.word}s the gradient of the first layer (${name}, RMS ${tiny(rms[0])}) has been under ${tiny(ratio)} of that of the last (RMS ${tiny(rms[1])}), while the loss is at ${Math.round((100 * now) / start)} % of its start.`,
          remedy:
            "Use ReLU in place of sigmoid or tanh, initialise with nn.init.xavier or kaiming, normalise between layers, or add skip connections.",
        },
        first.weight,
      ),
    ];
  }

  /** Root mean squares of what the backwards of an iteration left in the `.grad` of two leaves. */
  #gradients(outline: Outline, iteration: number, a: number, b: number): [number, number] {
    const { recording } = this;
    const found: [number, number] = [NaN, NaN];
    const segment = outline.segments[outline.iterationSegment(iteration)];
    if (segment === undefined) return found;
    eachRow(recording, segment, (row) => {
      if (recording.form(row).kind !== "accumulate") return;
      const leaf = recording.arg(row, 0);
      if (leaf === a) found[0] = rmsOf(recording.blockOf(row, 0));
      if (leaf === b) found[1] = rmsOf(recording.blockOf(row, 0));
    });
    return found;
  }

  #still(outline: Outline, gradients: readonly Series[], losses: readonly Series[], last: number): Finding[] {
    const { change, iterations } = this.thresholds.notMoving;
    const since = last - iterations;
    if (since < 0 || losses.length === 0) return [];
    for (const { values } of losses) {
      let [low, high] = [Infinity, -Infinity];
      for (let k = since; k <= last; k++) {
        const value = values[k] ?? NaN;
        if (!Number.isFinite(value)) return [];
        [low, high] = [Math.min(low, value), Math.max(high, value)];
      }
      if (high - low >= change * Math.max(Math.abs(low), Math.abs(high)) && high !== low) return [];
    }
    const norms = this.#norms.slice(since, last + 1);
    if (norms.some((each) => each === null || !Number.isFinite(each))) return [];
    const now = Math.max(...norms.map((each) => each ?? 0));
    const first = Math.max(...this.#norms.slice(0, firstIterations).map((each) => each ?? 0));
    const name = losses[0]?.name ?? "loss";
    const steady = `${name} changed by less than ${tiny(change)} of itself in the last ${iterations} ${outline.word}s`;
    if (now <= smallGradient * first || now === 0)
      return [
        this.#finding(outline, since, gradients, {
          kind: "converged",
          severity: "note",
          title: "Converged",
          cause: `${steady}, and the gradient is small: its norm is ${tiny(now)}, and was ${tiny(first)} at first.`,
          remedy: "",
        }),
      ];
    if (this.#rateFell(outline, last)) return [];
    const weights = outline.series.filter(({ kind }) => kind === "value");
    const fixed = weights.length > 0 && weights.every(({ values }) => values[since] === values[last]);
    return [
      this.#finding(outline, since, gradients, {
        kind: "not-moving",
        severity: "warning",
        title: `${name} does not move`,
        cause: `${steady}, though the gradient is not small: its norm is ${tiny(now)}${fixed ? ", and no weight changed" : ""}.`,
        remedy: fixed
          ? "Update the weights in each turn: optimizer.step(), with these weights in the optimizer."
          : "Raise the learning rate.",
      }),
    ];
  }

  /** Whether an optimizer's learning rate was brought down to a hundredth or less: then standing still is meant. */
  #rateFell(outline: Outline, last: number): boolean {
    const rate = (iteration: number): number | null => {
      const segment = outline.segments[outline.iterationSegment(iteration)];
      let found: number | null = null;
      if (segment !== undefined)
        eachRow(this.recording, segment, (row) => {
          const form = this.recording.form(row);
          const at = form.kind === "optimizer" ? form.numbers.indexOf("lr") : -1;
          if (at >= 0) found ??= this.recording.number(row, at);
        });
      return found;
    };
    const [first, now] = [rate(0), rate(last)];
    return first !== null && now !== null && now <= 0.01 * first;
  }

  #finding(
    outline: Outline,
    iteration: number,
    gradients: readonly Series[],
    words: { kind: FindingKind; severity: Severity; title: string; cause: string; remedy: string },
    weight = -1,
  ): Finding {
    const { recording } = this;
    const at = outline.iterationSegment(iteration);
    const segment = outline.segments[at];
    const row = segment === undefined ? 0 : endOfBackward(recording, segment);
    const spot = new Spot(recording, outline, row);
    const name = largestOf(gradients, iteration);
    const nodes = segment === undefined ? [] : graphOf(recording, segment).graph.nodes;
    return {
      id: words.kind,
      ...words,
      segment: spot.segment,
      step: spot.step,
      node: weight < 0 ? nodes.findIndex((node) => node.isParameter && node.label === name) : weight,
      place: placeOf(recording, recording.form(row).site),
      related: [],
      path: [],
    };
  }
}

/** The last iteration that ended, −1 for none. */
export function lastComplete(outline: Outline): number {
  for (let k = outline.iterations - 1; k >= 0 && k > outline.iterations - 4; k--)
    if (outline.segments[outline.iterationSegment(k)]?.complete === true) return k;
  return -1;
}

/** The row that ends the last backward of a segment, else its first. */
export function endOfBackward(recording: Recording, segment: Segment): number {
  let found = segment.firstRow;
  eachRow(recording, segment, (row) => {
    if (recording.form(row).kind === "accumulate") found = row;
  });
  return found;
}

function normAt(gradients: readonly Series[], k: number): number | null {
  let squares = 0;
  let some = false;
  for (const { values } of gradients) {
    const value = values[k] ?? null;
    if (value === null) continue;
    some = true;
    squares += value * value;
  }
  return some ? Math.sqrt(squares) : null;
}

function largestOf(gradients: readonly Series[], k: number): string {
  let [name, most] = ["", -1];
  for (const each of gradients) {
    const value = Math.abs(each.values[k] ?? -1);
    if (value > most) [name, most] = [each.name, value];
  }
  return name;
}

function tiny(x: number): string {
  return short(Number(x.toPrecision(3)));
}
