import { graphOf, type SegmentGraph } from "./graph";
import { gradientsOf, type Gradients } from "./gradients";
import { isShort, slicedPerSegment } from "./memo";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { atOnce, eachOf, type Slices } from "./slices";
import { stepsOf, type Phase, type Step, type Steps } from "./steps";
import { timelineOf, type Timeline } from "./timeline";
import type { Value } from "./value";

/** What the running backward has brought to a node: ∂L/∂x. */
export interface NodeGradient {
  /** "none" until reached, "waiting" while a fan-out still has contributions to come. */
  readonly state: "none" | "waiting" | "reached";
  /** "1 of 2": contributions that arrived, of those that will. */
  readonly got: number;
  readonly of: number;
  /** The sum so far; null when nothing came, or when it was too large to keep. */
  readonly value: Value | null;
}

/** The `.grad` field as the program would read it. */
export interface NodeField {
  /** Only leaves that require a gradient and retained tensors have one to show. */
  readonly shown: boolean;
  /** null: `.grad` is null. */
  readonly value: Value | null;
  /** Left over from an earlier iteration. */
  readonly stale: boolean;
}

/** A node at a moment. The same object as at the moment asked for before, as long as nothing about it changed. */
export interface NodeMoment {
  /** null: still to come. */
  readonly value: Value | null;
  readonly gradient: NodeGradient;
  readonly field: NodeField;
  readonly touched: null | "value" | "gradient" | "update";
}

/** A wire at a moment. */
export interface EdgeMoment {
  /** What moved along it in this step. */
  readonly flow: "value" | "gradient" | null;
  /** What the taker's rule sent back along it in the running backward. */
  readonly contribution: Value | null;
  /** Root mean square of the contribution, 0 when there is none. */
  readonly rms: number;
}

/** Everything the graph shows at a cursor. */
export interface Moment {
  readonly nodes: readonly NodeMoment[];
  readonly edges: readonly EdgeMoment[];
  /** Undefined before the first step and in a segment without steps. */
  readonly step: Step | undefined;
  readonly phase: Phase | undefined;
  /** Name of the running or last backward's root, "" when there was none in this segment yet. */
  readonly root: string;
}

/** The moment after step `step` of a segment; −1 is the moment before its first step. */
export function momentOf(recording: Recording, segment: Segment, step: number): Moment {
  return atOnce(momentsOf(recording, segment).at(step));
}

/** Like `momentOf`, with rests: also while what it is made of is made. */
export function* momentInSlices(recording: Recording, segment: Segment, step: number): Slices<Moment> {
  return yield* (yield* momentsOf.slices(recording, segment)).at(step);
}

/** Whether a moment of a segment can be had without standing still: it is short, or others were made before. */
export function isQuick(recording: Recording, segment: Segment): boolean {
  return isShort(segment) || momentsOf.has(recording, segment);
}

/** One node at the moment after a step. */
export function nodeAt(recording: Recording, segment: Segment, step: number, node: number): NodeMoment {
  return momentsOf(recording, segment).nodeAt(step, node);
}

/** The last row that a step covers: everything up to the next step has happened, but for a backward that begins. */
export function rowOfStep(recording: Recording, segment: Segment, step: number): number {
  const { steps } = stepsOf(recording, segment);
  const end = (steps[step + 1]?.row ?? segment.endRow) - 1;
  for (let row = (steps[step]?.lastRow ?? segment.firstRow) + 1; row <= end; row++)
    if (recording.form(row).kind === "backward") return row - 1;
  return end;
}

const momentsOf = slicedPerSegment(function* (recording, segment): Slices<Moments> {
  yield* stepsOf.slices(recording, segment);
  yield* graphOf.slices(recording, segment);
  yield* timelineOf.slices(recording, segment);
  yield* gradientsOf.slices(recording, segment);
  return new Moments(recording, segment);
});
const noGradient: NodeGradient = { state: "none", got: 0, of: 0, value: null };
const noField: NodeField = { shown: false, value: null, stale: false };
const nullField: NodeField = { shown: true, value: null, stale: false };
const stillEdge: EdgeMoment = { flow: null, contribution: null, rms: 0 };

class Moments {
  readonly #steps: Steps;
  readonly #drawn: SegmentGraph;
  readonly #timeline: Timeline;
  readonly #gradients: Gradients;
  /** Edges by the node that takes; nodes list them in a row. */
  readonly #firstEdge: Int32Array;
  readonly #numbers = new Map<string, Value>();
  #nodes: readonly NodeMoment[] = [];
  #edges: readonly EdgeMoment[] = [];
  #last: { readonly index: number; readonly moment: Moment } | null = null;

  constructor(
    private readonly recording: Recording,
    private readonly segment: Segment,
  ) {
    this.#steps = stepsOf(recording, segment);
    this.#drawn = graphOf(recording, segment);
    this.#timeline = timelineOf(recording, segment);
    this.#gradients = gradientsOf(recording, segment);
    const { nodes, edges } = this.#drawn.graph;
    this.#firstEdge = new Int32Array(nodes.length + 1);
    for (const { to } of edges) this.#firstEdge[to + 1] = (this.#firstEdge[to + 1] ?? 0) + 1;
    for (let k = 0; k < nodes.length; k++)
      this.#firstEdge[k + 1] = (this.#firstEdge[k + 1] ?? 0) + (this.#firstEdge[k] ?? 0);
  }

  *at(index: number): Slices<Moment> {
    if (this.#last?.index === index) return this.#last.moment;
    const { steps, phases } = this.#steps;
    const step = steps[index];
    const row = rowOfStep(this.recording, this.segment, index);
    const pass = this.#gradients.passAt(row);
    const { touched, flows } = this.#touches(step, index, pass);
    const nodes: NodeMoment[] = [];
    const edges: EdgeMoment[] = [];
    yield* eachOf(this.#drawn.graph.nodes, (_, node) =>
      nodes.push(this.#node(node, row, pass, touched.get(node) ?? null)),
    );
    yield* eachOf(this.#drawn.graph.edges, (_, edge) =>
      edges.push(this.#edge(edge, row, pass, flows.get(edge) ?? null)),
    );
    [this.#nodes, this.#edges] = [nodes, edges];
    const phase = step === undefined ? undefined : phases[step.phase];
    const moment = { nodes, edges, step, phase, root: this.#gradients.rootName(pass) };
    this.#last = { index, moment };
    return moment;
  }

  nodeAt(index: number, node: number): NodeMoment {
    const row = rowOfStep(this.recording, this.segment, index);
    return this.#node(node, row, this.#gradients.passAt(row), null);
  }

  #node(node: number, row: number, pass: number, touched: NodeMoment["touched"]): NodeMoment {
    const { graph, tensors, rows } = this.#drawn;
    const tensor = tensors[node] ?? -1;
    const born = (rows[node] ?? -1) <= row;
    const value = born ? this.#valueOf(node, tensor, row) : null;
    const gradient = this.#gradient(node, row, pass);
    const drawn = graph.nodes[node];
    const shown = born && drawn !== undefined && ((drawn.kind === "leaf" && drawn.requiresGrad) || drawn.retained);
    const field = shown ? this.#field(tensor, row) : noField;
    const last = this.#nodes[node];
    if (
      last !== undefined &&
      last.value === value &&
      last.touched === touched &&
      same(last.gradient, gradient) &&
      sameField(last.field, field)
    )
      return last;
    return { value, gradient, field, touched };
  }

  /** A node that an in-place op replaced keeps what it held before. */
  #valueOf(node: number, tensor: number, row: number): Value | null {
    if (this.#drawn.graph.nodes[node]?.kind === "number") return this.#number(node, row);
    const until = this.#drawn.ends.get(node);
    return this.#timeline.valueAt(tensor, until === undefined ? row : Math.min(row, until - 1));
  }

  #number(node: number, row: number): Value {
    const written = this.#drawn.rewritten.get(node)?.findLast((each) => each.row <= row)?.value;
    const number = written ?? this.#drawn.numbers[node] ?? NaN;
    const key = `${node} ${Object.is(number, -0) ? "-0" : number}`;
    const value = this.#numbers.get(key) ?? { shape: [], dtype: "float64", data: [number] };
    this.#numbers.set(key, value);
    return value;
  }

  #gradient(node: number, row: number, pass: number): NodeGradient {
    const { got, of, value } = this.#gradients.at(node, row, pass);
    if (got === 0) return noGradient;
    return { state: got < of ? "waiting" : "reached", got, of, value };
  }

  #field(tensor: number, row: number): NodeField {
    const gradient = this.#timeline.gradAt(tensor, row);
    if (gradient === null) return nullField;
    const value = this.#timeline.valueAt(gradient, row);
    return { shown: true, value, stale: !this.#timeline.accumulatedBy(tensor, row) && !isZero(value) };
  }

  #edge(edge: number, row: number, pass: number, flow: EdgeMoment["flow"]): EdgeMoment {
    const contribution = this.#gradients.along(edge, row, pass);
    if (contribution === null && flow === null) return stillEdge;
    const last = this.#edges[edge];
    if (last !== undefined && last.flow === flow && last.contribution === contribution) return last;
    return { flow, contribution, rms: contribution === null ? 0 : rmsOf(contribution) };
  }

  /** What a step lights up. */
  #touches(
    step: Step | undefined,
    index: number,
    pass: number,
  ): { touched: Map<number, NodeMoment["touched"]>; flows: Map<number, EdgeMoment["flow"]> } {
    const touched = new Map<number, NodeMoment["touched"]>();
    const flows = new Map<number, EdgeMoment["flow"]>();
    if (step === undefined) return { touched, flows };
    const node = this.#drawn.stepNodes[index] ?? -1;
    switch (step.kind) {
      case "rule":
        if (node < 0) break;
        touched.set(node, "gradient");
        this.#edgesInto(node, (edge, from) => {
          if (this.#gradients.along(edge, step.row, pass) === null) return;
          touched.set(from, "gradient");
          flows.set(edge, "gradient");
        });
        break;
      case "accumulate":
        if (node < 0) break;
        touched.set(node, "gradient");
        for (const edge of this.#gradients.edgesFrom(node)) {
          const to = this.#drawn.graph.edges[edge]?.to ?? -1;
          if (this.#gradients.along(edge, step.row, pass) === null) continue;
          touched.set(to, "gradient");
          flows.set(edge, "gradient");
        }
        break;
      case "update":
      case "zero":
        if (node >= 0) touched.set(node, "update");
        break;
      default:
        if (node < 0) break;
        touched.set(node, "value");
        this.#edgesInto(node, (edge) => flows.set(edge, "value"));
    }
    return { touched, flows };
  }

  #edgesInto(node: number, visit: (edge: number, from: number) => void): void {
    for (let edge = this.#firstEdge[node] ?? 0; edge < (this.#firstEdge[node + 1] ?? 0); edge++)
      visit(edge, this.#drawn.graph.edges[edge]?.from ?? -1);
  }
}

function same(a: NodeGradient, b: NodeGradient): boolean {
  return a.got === b.got && a.of === b.of && a.value === b.value;
}

function sameField(a: NodeField, b: NodeField): boolean {
  return a.shown === b.shown && a.value === b.value && a.stale === b.stale;
}

function isZero(value: Value | null): boolean {
  if (value === null) return false;
  if (value.data === null) return value.stats.norm === 0;
  for (let k = 0; k < value.data.length; k++) if (value.data[k] !== 0) return false;
  return true;
}

/** Root mean square of a value's elements. */
export function rmsOf(value: Value): number {
  if (value.data === null) return value.stats.norm / Math.sqrt(Math.max(1, value.stats.elements));
  let squares = 0;
  for (let k = 0; k < value.data.length; k++) squares += (value.data[k] ?? 0) ** 2;
  return Math.sqrt(squares / Math.max(1, value.data.length));
}
