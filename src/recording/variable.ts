import type { DType } from "../engine/observer";
import type { Binding } from "./format";
import type { Cursor } from "./moves";
import type { Recording } from "./recording";
import type { OutlineData, Series } from "./segment";
import type { Value } from "./value";

/** A tensor as it is at a moment. */
export interface TensorMoment {
  readonly tensor: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly requiresGrad: boolean;
  readonly isLeaf: boolean;
  /** null: not recorded. */
  readonly value: Value | null;
  /** Undefined for tensors that have no `.grad` to show; null: `.grad` is null. */
  readonly grad: Value | null | undefined;
  readonly stale: boolean;
  /** Index in the segment's graph, −1 when it is not drawn. */
  readonly node: number;
}

/** What a variable holds at a moment. */
export type Held =
  | { readonly type: "not yet" }
  | { readonly type: "tensor"; readonly tensor: TensorMoment }
  | { readonly type: "number"; readonly number: number }
  | { readonly type: "string" | "boolean" | "null" | "undefined" | "other"; readonly text: string }
  | { readonly type: "module"; readonly text: string; readonly parameters: readonly { readonly name: string; readonly tensor: TensorMoment }[] };

/** A variable of the source at a moment. */
export interface Variable {
  readonly file: string;
  readonly binding: Binding;
  readonly held: Held;
  /** Its values over the iterations, and its gradient's. */
  readonly series: readonly Series[];
}

/** The variable at a 0-based position of a source file, at the cursor; undefined where there is none. */
export declare function variableAt(
  recording: Recording,
  outline: OutlineData,
  cursor: Cursor,
  file: string,
  position: { readonly line: number; readonly column: number },
): Variable | undefined;

/** A binding at the cursor. */
export declare function variableOf(
  recording: Recording,
  outline: OutlineData,
  cursor: Cursor,
  binding: number,
): Variable | undefined;
