import type { Recording } from "./recording";
import type { OutlineData } from "./segment";

/** A number as JSON can hold it: NaN and the infinities as strings. */
export type JsonNumber = number | "nan" | "inf" | "-inf";

/** A step of a run for other programs. */
export interface JsonStep {
  readonly phase: string;
  /** "mul"; for rules the op whose rule ran, for accumulations "accumulate", for writes "write". */
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly shape: readonly number[];
  readonly value: readonly JsonNumber[] | JsonNumber | null;
  readonly grad: readonly JsonNumber[] | JsonNumber | null;
  readonly file: string;
  /** 1-based, 0 when unknown. */
  readonly line: number;
}

/** One segment of a run for other programs. */
export interface JsonSegment {
  readonly kind: string;
  /** 0-based count, −1 for what is no iteration. */
  readonly index: number;
  readonly label: string;
  readonly loops: readonly { readonly name: string; readonly index: number; readonly value: JsonNumber | null }[];
  readonly complete: boolean;
  readonly phases: readonly string[];
  readonly steps: readonly JsonStep[];
}

/** A whole run as `backstep run --json` writes it. */
export interface JsonRun {
  readonly version: 1;
  readonly source: string;
  readonly iterations: readonly JsonSegment[];
  readonly segments: readonly JsonSegment[];
  readonly series: readonly { readonly name: string; readonly kind: string; readonly values: readonly JsonNumber[] }[];
  readonly console: readonly string[];
  readonly error: { readonly message: string; readonly file: string; readonly line: number } | null;
}

/** The whole run as plain data for `JSON.stringify`. */
export declare function jsonOf(recording: Recording, outline: OutlineData): JsonRun;
