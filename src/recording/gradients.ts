import type { DType } from "../engine/observer";
import { graphOf, type SegmentGraph } from "./graph";
import { blockPlace, type Place } from "./latest";
import { eachRowInSlices, slicedPerSegment } from "./memo";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { eachOf, type Slices } from "./slices";
import { nameOf, startOf } from "./start";
import type { Value } from "./value";
import { wayOf } from "./walk";

/** A gradient that came to a node: from the seed, along an edge, or as the sum that its own rule was given. */
interface Arrival {
  readonly row: number;
  readonly pass: number;
  /** −1 for a seed and for a whole sum. */
  readonly edge: number;
  readonly place: Place;
  /** Replaces what came before: the rule was given this, after hooks. */
  readonly whole: boolean;
  /** Contributions of this pass up to this one. */
  readonly got: number;
  value?: Value;
  sum?: Value | null;
}

/** One thing that had come to a node: along an edge, as the seed, or after a hook in place of all before it. */
export interface Contribution {
  /** −1 for a seed and for what a hook put in its place. */
  readonly edge: number;
  readonly row: number;
  readonly replaces: boolean;
  readonly value: Value;
}

/** What had come at a moment. */
export interface Arrived {
  readonly got: number;
  readonly of: number;
  readonly value: Value | null;
}

const nothing: Arrived = { got: 0, of: 0, value: null };

/** The gradients that the backward passes of a segment brought to the nodes of its graph. */
export class Gradients {
  readonly #passes: { readonly row: number; readonly root: number; readonly name: string }[] = [];
  readonly #arrivals: Arrival[][];
  readonly #alongEdge = new Map<number, Arrival[]>();
  /** By node and pass how many contributions come in all. */
  readonly #totals = new Map<number, number[]>();
  readonly #edgesFrom: number[][];
  /** By node the first of its edges to it; nodes list them in a row. */
  readonly #edgesTo: Int32Array;

  constructor(
    private readonly recording: Recording,
    private readonly drawn: SegmentGraph,
  ) {
    const { nodes, edges } = drawn.graph;
    this.#arrivals = nodes.map(() => []);
    this.#edgesFrom = nodes.map(() => []);
    this.#edgesTo = new Int32Array(nodes.length);
    edges.forEach(({ from, to, input }, edge) => {
      this.#edgesFrom[from]?.push(edge);
      if (input === 0) this.#edgesTo[to] = edge;
    });
  }

  /** Takes in the segment's rows. */
  *read(segment: Segment): Slices<this> {
    const { recording } = this;
    const nodeOfRule = new Map<number, number>();
    yield* eachOf((yield* wayOf.slices(recording, segment)).steps, ({ row, kind }, k) => {
      if (kind === "rule") nodeOfRule.set(row, this.drawn.stepNodes[k] ?? -1);
    });
    yield* eachRowInSlices(recording, segment, (row) => {
      const { kind } = recording.form(row);
      if (kind === "backward") this.#begin(row, startOf(recording, segment).holder);
      else if (kind === "rule") this.#rule(row, nodeOfRule.get(row) ?? -1);
    });
    return this;
  }

  /** The backward that runs or ran last at a row, −1 for none yet. */
  passAt(row: number): number {
    return this.#passes.findLastIndex((pass) => pass.row <= row);
  }

  /** The node that a pass began at, −1 when it is not drawn. */
  rootOf(pass: number): number {
    return this.drawn.tensors.lastIndexOf(this.#passes[pass]?.root ?? -2);
  }

  /** Name of a pass's root, "" when it has none. */
  rootName(pass: number): string {
    return this.#passes[pass]?.name ?? "";
  }

  /** What a pass had brought to a node by a row. */
  at(node: number, row: number, pass: number): Arrived {
    const arrivals = this.#arrivals[node];
    if (arrivals === undefined || pass < 0) return nothing;
    const index = lastBy(arrivals, row);
    const last = arrivals[index];
    if (last?.pass !== pass) return nothing;
    const of = this.#totals.get(node)?.[pass] ?? 1;
    return { got: Math.max(1, last.got), of: Math.max(1, of), value: this.#sum(node, index) };
  }

  /** Everything that a pass had brought to a node by a row, in the order it came. */
  contributions(node: number, row: number, pass: number): Contribution[] {
    return (this.#arrivals[node] ?? [])
      .filter((each) => each.pass === pass && each.row <= row)
      .map((each) => ({ edge: each.edge, row: each.row, replaces: each.whole, value: this.#value(node, each) }));
  }

  /** What went back along an edge in a pass by a row. */
  along(edge: number, row: number, pass: number): Value | null {
    const arrival = this.#alongEdge.get(edge)?.find((each) => each.pass === pass && each.row <= row);
    return arrival === undefined ? null : this.#value(this.drawn.graph.edges[edge]?.from ?? -1, arrival);
  }

  /** The edges that a node gives along. */
  edgesFrom(node: number): readonly number[] {
    return this.#edgesFrom[node] ?? [];
  }

  #begin(row: number, holder: (tensor: number) => number | undefined): void {
    const root = this.recording.arg(row, 0);
    const node = this.drawn.tensors.lastIndexOf(root);
    const named = this.drawn.graph.nodes[node];
    const name = named?.label ?? nameOf(this.recording, this.drawn.names.get(root) ?? holder(root)) ?? "";
    this.#passes.push({ row, root, name });
    const place = blockPlace(this.recording, row, 0);
    if (place !== undefined) this.#arrive(node, row, -1, place, false);
  }

  #rule(row: number, node: number): void {
    if (node < 0) return;
    const { recording } = this;
    const { blocks, contributes, flag } = recording.form(row);
    let block = blocks.length - contributes.filter(Boolean).length;
    const given = flag === "explicit" && block > 0 ? blockPlace(recording, row, 0) : undefined;
    const elements = this.drawn.graph.nodes[node]?.shape.reduce((a, b) => a * b, 1);
    if (given !== undefined && given.block.elements === elements) this.#arrive(node, row, -1, given, true);
    contributes.forEach((sent, input) => {
      if (!sent) return;
      const place = blockPlace(recording, row, block++);
      const edge = (this.#edgesTo[node] ?? 0) + input;
      const from = this.drawn.graph.nodes[node]?.inputs[input];
      if (place === undefined || from === undefined) return;
      this.#arrive(from, row, edge, place, false);
    });
  }

  #value(node: number, arrival: Arrival): Value {
    const { pointer, block } = arrival.place;
    const shape = this.drawn.graph.nodes[node]?.shape ?? [];
    return (arrival.value ??= this.recording.block(pointer, block, shape));
  }

  /** The sum of a pass's arrivals up to one, in the node's own precision and the order they came. */
  #sum(node: number, index: number): Value | null {
    const arrivals = this.#arrivals[node] ?? [];
    const pass = arrivals[index]?.pass;
    let first = index;
    while (first > 0 && arrivals[first]?.sum === undefined && arrivals[first - 1]?.pass === pass) first--;
    let sum: Value | null | undefined = arrivals[first]?.sum;
    for (let k = first; k <= index; k++) {
      const each = arrivals[k];
      if (each === undefined) continue;
      if (each.sum === undefined) {
        const value = this.#value(node, each);
        each.sum = each.whole || sum === undefined ? value : added(sum, value);
      }
      sum = each.sum;
    }
    return sum ?? null;
  }

  #arrive(node: number, row: number, edge: number, place: Place, whole: boolean): void {
    const arrivals = this.#arrivals[node];
    if (arrivals === undefined) return;
    const pass = this.#passes.length - 1;
    const before = arrivals.at(-1);
    const got = (before?.pass === pass ? before.got : 0) + (whole ? 0 : 1);
    const arrival = { row, pass, edge, place, whole, got };
    arrivals.push(arrival);
    const totals = this.#totals.get(node) ?? [];
    totals[pass] = got;
    this.#totals.set(node, totals);
    if (edge < 0) return;
    const along = this.#alongEdge.get(edge) ?? [];
    along.push(arrival);
    this.#alongEdge.set(edge, along);
  }
}

/** Index of the last arrival at or before a row, −1 for none. */
function lastBy(arrivals: readonly Arrival[], row: number): number {
  let [low, high] = [0, arrivals.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((arrivals[middle]?.row ?? Infinity) <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The gradients of a segment. */
export const gradientsOf = slicedPerSegment(function* (recording, segment): Slices<Gradients> {
  return yield* new Gradients(recording, yield* graphOf.slices(recording, segment)).read(segment);
});

/** The sum of two values of one shape, rounded to their dtype; null when either was not kept in full. */
export function added(a: Value | null, b: Value): Value | null {
  if (a === null || a.data === null || b.data === null) return null;
  const sum = bufferOf(b.dtype, b.data.length);
  for (let k = 0; k < sum.length; k++) sum[k] = (a.data[k] ?? NaN) + (b.data[k] ?? NaN);
  return { shape: b.shape, dtype: b.dtype, data: sum };
}

function bufferOf(dtype: DType, length: number): Float32Array | Float64Array {
  return dtype === "float32" ? new Float32Array(length) : new Float64Array(length);
}
