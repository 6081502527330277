import type { DType } from "../engine/observer";

/** A recorded value as an expression gets it; plain data. */
export type Given =
  | { readonly type: "number"; readonly number: number }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "boolean"; readonly on: boolean }
  | { readonly type: "null" | "undefined" }
  | { readonly type: "tensor"; readonly tensor: GivenTensor }
  | { readonly type: "module"; readonly parameters: Readonly<Record<string, GivenTensor>> }
  /** Something that was not kept: using it is an error that says so. */
  | { readonly type: "unknown"; readonly reason: string };

/** A recorded tensor; without data only its statistics were kept. */
export interface GivenTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: ArrayLike<number> | null;
  readonly requiresGrad: boolean;
  /** What `.grad` reads, null for null. */
  readonly grad: { readonly data: ArrayLike<number> | null } | null;
}

/** An expression, and the moments at which it is asked: what each of its names holds there. */
export interface ExpressionQuestion {
  readonly text: string;
  readonly moments: readonly Readonly<Record<string, Given>>[];
}

/** What an expression came to at a moment: a value again, or a sentence why there is none. */
export type Result =
  | {
      /** As a condition; a sentence for what is neither true nor false. */
      readonly truthy: boolean | string;
      readonly value: Given | { readonly type: "list"; readonly items: readonly Given[] };
    }
  | { readonly error: string };

/** The identifiers that an expression may mean. */
export function namesIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/[A-Za-z_$][\w$]*/g) ?? []);
}
