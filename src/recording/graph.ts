import type { DType } from "../engine/observer";
import { GraphBuilder } from "./graph.builder";
import { slicedPerSegment } from "./memo";
import { type Place, placesIn } from "./places";
import type { Slices } from "./slices";
import { startOf } from "./start";
import type { PhaseKind } from "./steps";
import { surveyOf } from "./survey";
import { wayOf } from "./walk";

/** Something drawn as a card: a leaf, an op with its result, or a plain number that an op took. */
export interface GraphNode {
  readonly index: number;
  readonly kind: "leaf" | "op" | "number";
  /** Name from the source, else the op with its attributes: "pow(2)". */
  readonly label: string;
  readonly named: boolean;
  /** "mul"; for a leaf how it was made ("tensor", "parameter"), "" when that was before the segment. */
  readonly op: string;
  /** "×"; "" for leaves and numbers. */
  readonly symbol: string;
  /** "2" of pow(2), "dim 1" of sum; "" for none. */
  readonly attrs: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly requiresGrad: boolean;
  /** A leaf that training changes. */
  readonly isParameter: boolean;
  /** Keeps its `.grad` though it is no leaf. */
  readonly retained: boolean;
  /** Call site that made it, −1 when unknown. */
  readonly site: number;
  /** Paths of the modules it was made in, outermost first: ["Net", "layers", "layers.0"]. */
  readonly module: readonly string[];
  /** The innermost place it was made in; null in the segment itself, and for numbers and what was there before. */
  readonly place: Place | null;
  /** Node indices, in the op's order; numbers last. */
  readonly inputs: readonly number[];
  readonly phase: PhaseKind;
}

/** From the node that gives to the node that takes; `input` is its place among the taker's inputs. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  readonly input: number;
}

/** What a segment computed, the gradients that it computed with included, without its numbers: iterations that do the same share one object. */
export interface Graph {
  readonly key: string;
  /** How many of the nodes it has itself: those after them are of a run that it is drawn with. */
  readonly own: number;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** A graph as one segment filled it. */
export interface SegmentGraph {
  readonly graph: Graph;
  /** By node index the tensor it is in this segment, −1 for numbers. */
  readonly tensors: Int32Array;
  /** By node index the row from which it has a value, −1 when it had one before the segment. */
  readonly rows: Int32Array;
  /** By node index the number that it is, NaN for tensors. */
  readonly numbers: Float64Array;
  /** By number node what its variable was given later in the segment. */
  readonly rewritten: ReadonlyMap<number, readonly { readonly row: number; readonly value: number }[]>;
  /** By step the node that it made or changed, −1 when that is not drawn. */
  readonly stepNodes: Int32Array;
  /** By step of a backward the op node whose rule ran, or whose contribution was accumulated last; −1. */
  readonly stepOrigins: Int32Array;
  /** By node that an in-place op replaced, the row of that op. */
  readonly ends: ReadonlyMap<number, number>;
  /** By a tensor that became a `.grad` in this segment the tensor whose gradient it is. */
  readonly owners: ReadonlyMap<number, number>;
  /** By tensor the binding that names it best in this segment. */
  readonly names: ReadonlyMap<number, number>;
}

/** The forward graph of a segment; the same objects until the segment grows. */
export const graphOf = slicedPerSegment(function* (recording, segment): Slices<SegmentGraph> {
  const known = {
    start: yield* startOf.slices(recording, segment),
    survey: yield* surveyOf(recording, segment),
    way: yield* wayOf.slices(recording, segment),
    places: yield* placesIn(recording, segment),
  };
  return yield* new GraphBuilder(recording, segment, known).build();
});
