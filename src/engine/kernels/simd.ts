import { gemmBytes } from "./wasm/gemm.bytes";

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
class Simd {
  private readonly memory = new WebAssembly.Memory({ initial: 16 });
  /** The memory as floats; a view of its own after each growth. */
  floats = new Float32Array(this.memory.buffer);
  readonly gemm: Gemm;

  constructor(module: object) {
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.memory } });
    // gemm.as exports this and nothing else.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
    this.gemm = exports["gemm"] as Gemm;
  }

  /** Makes room for `count` floats in all. */
  room(count: number): void {
    const missing = 4 * count - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / pageBytes));
    this.floats = new Float32Array(this.memory.buffer);
  }

  /** A copy of `count` floats from place `at`. */
  copy(at: number, count: number): Float32Array {
    return this.floats.slice(at, at + count);
  }
}

let made: Simd | null | undefined;
let allowed = true;

/** The WebAssembly kernels, or null where there is no WebAssembly SIMD or it was switched off. */
export function simd(): Simd | null {
  if (made === undefined) made = load();
  return allowed ? made : null;
}

/** @internal Switches the WebAssembly kernels off or on again, to hold them against the plain ones. */
export function allowSimd(on: boolean): void {
  allowed = on;
}

function load(): Simd | null {
  try {
    const bytes = Uint8Array.from(atob(gemmBytes), (letter) => letter.charCodeAt(0));
    return new Simd(new WebAssembly.Module(bytes));
  } catch {
    return null;
  }
}
