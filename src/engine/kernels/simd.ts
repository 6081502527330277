import { curvesBytes } from "./wasm/curves.bytes";
import { gemmBytes } from "./wasm/gemm.bytes";
import { lanesBytes } from "./wasm/lanes.bytes";
import { sumBytes } from "./wasm/sum.bytes";

/** Addresses, strides in bytes and sizes, as gemm.as takes them. */
type Gemm = (
  a: number,
  rowA: number,
  columnA: number,
  b: number,
  rowB: number,
  columnB: number,
  c: number,
  n: number,
  k: number,
  m: number,
  work: number,
) => void;

/** Adds rows, `step` bytes apart, to the rows of c, as gemm.as takes them. */
type AddRows = (rows: number, step: number, c: number, n: number, m: number) => void;

/** Addresses, a count, a multiple of 4, and 1, as curves.as takes them. */
export type Curves = Readonly<
  Record<
    "tanh" | "sigmoid" | "exp" | "log" | "log1p" | "sin" | "cos",
    (x: number, y: number, count: number, unit: number) => void
  >
>;

// The loops of lanes.as: addresses, steps in bytes (0 for an operand of one element), a count.
/** Those with one operand. */
export type Ones = Readonly<Record<"neg" | "square" | "sqrt" | "relu", (x: number, y: number, count: number) => void>>;
/** Those with two. */
export type Twos = Readonly<
  Record<
    "add" | "sub" | "mul" | "div" | "reluSlope" | "tanhSlope" | "sigmoidSlope" | "squareSlope" | "squareOfDifference",
    (a: number, da: number, b: number, db: number, y: number, count: number) => void
  >
>;
/** Those with three and a number. */
export type Threes = Readonly<
  Record<"addcmul" | "addcdiv", (a: number, b: number, c: number, y: number, count: number, value: number) => void>
>;
/** y += factor · x. */
interface Scaled {
  readonly addScaled: (x: number, dx: number, y: number, count: number, factor: number) => void;
}

/** Addresses, strides in bytes and sizes, as sum.as takes them. */
interface Sums {
  readonly streams: (x: number, step: number, column: number, size: number, power: number, sums: number) => void;
  readonly row: (x: number, step: number, size: number, power: number, sums: number) => void;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** As far as it is needed here; the types of Node and of the page name it differently. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
};

const pageBytes = 65536;

/** WebAssembly's memory and the kernels in it, made when first needed. */
export class Simd {
  private readonly memory = new WebAssembly.Memory({ initial: 16 });
  /** The memory as floats; a view of its own after each growth. */
  floats = new Float32Array(this.memory.buffer);
  // What each source exports.
  /* eslint-disable @typescript-eslint/consistent-type-assertions */
  private readonly products = this.load(gemmBytes) as unknown as { readonly gemm: Gemm; readonly addRows: AddRows };
  readonly gemm = this.products.gemm;
  readonly addRows = this.products.addRows;
  readonly curves = this.load(curvesBytes) as unknown as Curves;
  readonly lanes = this.load(lanesBytes) as unknown as Ones & Twos & Threes & Scaled;
  readonly sums = this.load(sumBytes) as unknown as Sums;
  /* eslint-enable @typescript-eslint/consistent-type-assertions */

  private load(code: string): Readonly<Record<string, unknown>> {
    const bytes = Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0));
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: this.memory } }).exports;
  }

  /** Makes room for `count` floats in all. */
  room(count: number): void {
    const missing = 4 * count - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / pageBytes));
    this.floats = new Float32Array(this.memory.buffer);
  }
}

let made: Simd | null | undefined;
let allowed = true;

/** The WebAssembly kernels, or null where there is no WebAssembly SIMD or it was switched off. */
export function simd(): Simd | null {
  if (!allowed) return null;
  if (made === undefined) made = load();
  return made;
}

/** @internal Switches the WebAssembly kernels off or on again, to hold them against the plain ones. */
export function allowSimd(on: boolean): void {
  allowed = on;
}

function load(): Simd | null {
  try {
    return new Simd();
  } catch {
    return null;
  }
}
