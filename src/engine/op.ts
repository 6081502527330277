import type { Round } from "./dtype";
import type { Basic } from "./kernels/basic";
import type { Attrs, OpView } from "./observer";
import { areRowMajor, inMemoryOrder } from "./ops/order";
import type { Shape } from "./shape";
import type { Tensor } from "./tensor";

/** The tensor operands of an op, one for each of its names; any number of them when it names none. */
export type Operands<N extends readonly string[]> = N extends readonly []
  ? readonly Tensor[]
  : { readonly [K in keyof N]: Tensor };

/** What an op is called with beside its tensors. */
export interface Call<A extends Attrs = Attrs> {
  readonly attrs: A;
  readonly numbers: readonly number[];
}

const noAttrs: Attrs = Object.freeze({});
const noNumbers: readonly number[] = Object.freeze([]);
/** A call with nothing but tensors. */
export const plain: Call = { attrs: noAttrs, numbers: noNumbers };

/** A call with these attributes and number operands. */
export function calling(attrs?: Attrs, numbers?: readonly number[]): Call {
  if (attrs === undefined && numbers === undefined) return plain;
  return { attrs: attrs ?? noAttrs, numbers: numbers ?? noNumbers };
}

/** What a gradient rule reads: the saved operands by name, the saved output `y` (the last of several), the attributes, the operands' shapes. */
export type Saved<N extends string, A extends Attrs> = Readonly<Record<N | "y", Tensor>> & {
  readonly attrs: A;
  readonly numbers: readonly number[];
  readonly shapes: readonly Shape[];
  /** All operands, for ops with any number of them. */
  readonly operands: readonly Tensor[];
};

/**
 * The same op on 0-d floats as plain numbers, so that graphs of scalars need no shapes and no inner tensors.
 * `b` is the second operand or the op's number; `r` rounds to the dtype, as each op of the tensor rule does.
 */
export interface ScalarRules {
  /** What it comes to, for the ops that graphs of scalars are mostly made of: see kernels/basic.ts. */
  readonly basic?: Basic;
  forward(a: number, b: number, r: Round): number;
  /** One for each tensor operand. */
  readonly backward: readonly ((g: number, a: number, b: number, y: number, r: Round) => number)[];
}

/** Everything about one op, side by side. */
export interface OpSpec<N extends readonly string[], A extends Attrs> {
  readonly name: string;
  readonly symbol?: string;
  /** PyTorch's name of the graph node, "MulBackward0". */
  readonly node: string;
  readonly inputs: N;
  readonly numbers?: readonly string[];
  /** The output shares the operand's storage. */
  readonly view?: boolean;
  /** The output is computed element by element and lies in memory as the operands do. */
  readonly pointwise?: boolean;
  forward(inputs: Operands<N>, call: Call<A>): Tensor | readonly Tensor[];
  /** Which operands, and the output `y`, the rules read, given which operands need a gradient. Only these are version-checked and freed. */
  saves?(needs: Readonly<Record<N[number], boolean>>): Partial<Readonly<Record<N[number] | "y", boolean>>>;
  /** For ops with any number of operands: the first that the rules read, with all after it. */
  readonly savesFrom?: number;
  /** The gradient for each operand, run only for those that need one. */
  readonly backward?: { readonly [K in N[number]]?: (g: Tensor, s: Saved<N[number], A>) => Tensor | null };
  /** For ops with many operands or outputs: all gradients at once. */
  gradients?(g: readonly (Tensor | null)[], s: Saved<N[number], A>): readonly (Tensor | null)[];
  /** The symbolic line of each operand's gradient, in terms of ∂L/∂y. */
  readonly formula?: { readonly [K in N[number]]?: string };
  readonly scalar?: ScalarRules;
  /**
   * The gradient for operand `k`, in its shape and dtype, straight on memory where no graph is made of it; null where
   * only the rule can give it. Reads what the rule reads, and is tested equal to it.
   */
  kernel?(g: Tensor, k: number, of: Operated<A>): Tensor | null;
  /** The kernel adds up in ATen's order, which the rule has not: where a graph is made the digits are its, too. */
  readonly kernelLeads?: boolean;
  /** Writes the result straight into a target that is part of no graph, as the forward would give it; false where it cannot. */
  inPlace?(target: Tensor, other: Tensor | null, call: Call<A>): boolean;
  /** PyTorch keeps the number operand as a saved tensor, so a second backward finds it freed. */
  readonly keepsNumbers?: boolean;
}

/** One call of an op, as its gradient kernel sees it. */
export interface Operated<A extends Attrs = Attrs> {
  readonly a: Tensor | null;
  readonly b: Tensor | null;
  /** All operands. */
  readonly inputs: readonly Tensor[];
  readonly y: Tensor | null;
  readonly call: Call<A>;
}

/** An op as the engine handles it. */
export interface Op extends OpView {
  /** Its place among all ops, see {@link opAt}. */
  readonly serial: number;
  readonly name: string;
  readonly symbol: string;
  readonly node: string;
  readonly inputs: readonly string[];
  readonly numbers: readonly string[];
  readonly view: boolean;
  readonly pointwise: boolean;
  readonly keepsNumbers: boolean;
  readonly formula: Readonly<Record<string, string | undefined>>;
  readonly scalar: ScalarRules | null;
  /** Its {@link Basic} arithmetic on 0-d floats, 0 for none. */
  readonly basic: number;
  readonly kernel: ((g: Tensor, k: number, of: Operated) => Tensor | null) | null;
  readonly kernelLeads: boolean;
  readonly writes: ((target: Tensor, other: Tensor | null, call: Call) => boolean) | null;
  /** The op's in-place form as observers see it, its name with an underscore. */
  readonly inPlace: OpView;
  readonly forward: (inputs: readonly Tensor[], call: Call) => Tensor | readonly Tensor[];
  readonly saves: (needs: Readonly<Record<string, boolean>>) => Readonly<Record<string, boolean | undefined>>;
  readonly savesFrom: number;
  readonly rules: readonly (Rule | null)[];
  readonly gradients: ((g: readonly (Tensor | null)[], s: Saved<string, Attrs>) => readonly (Tensor | null)[]) | null;
  /** Whether it has any rule; without one its output needs no gradient. */
  readonly differentiable: boolean;
  /** Bits of the saved operands (and of the output, after the last operand) by the bits of those that need a gradient. */
  readonly masks: Int32Array | null;
}

type Rule = (g: Tensor, s: Saved<string, Attrs>) => Tensor | null;

/** All ops by name; some, as an op with a tensor and with a number, share one. */
const known = new Map<string, readonly Op[]>();
const inOrder: Op[] = [];

/** Every op there is under a name, an in-place one (with its underscore) under that of its other form. */
export function opsNamed(name: string): readonly Op[] {
  return known.get(name) ?? known.get(name.replace(/_$/, "")) ?? [];
}

/** The op with this serial. */
export function opAt(serial: number): Op {
  const found = inOrder[serial];
  if (found === undefined) throw new RangeError(`There is no op ${serial}.`);
  return found;
}

/** Every op there is. */
export function allOps(): readonly Op[] {
  return [...known.values()].flat();
}

const nothing = (): Readonly<Record<string, boolean | undefined>> => ({});

/** Makes an op of its description. */
export function op<const N extends readonly string[]>(spec: OpSpec<N, Attrs>): Op {
  return opWith<Attrs>()(spec);
}

/** Makes ops whose attributes are of type `A`: `opWith<{ dim: number }>()({ … })`. */
export function opWith<A extends Attrs>(): <const N extends readonly string[]>(spec: OpSpec<N, A>) => Op {
  return (spec) => {
    // The engine calls an op with its own operands and attributes only, whose types its description fixed.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
    const made = spec as unknown as OpSpec<readonly string[], Attrs>;
    const numbers = made.numbers ?? [];
    const saves = made.saves?.bind(made) ?? nothing;
    const of: Op = {
      serial: inOrder.length,
      name: made.name,
      symbol: made.symbol ?? made.name,
      node: made.node,
      inputs: made.inputs,
      numbers,
      view: made.view ?? false,
      keepsNumbers: made.keepsNumbers ?? false,
      formula: made.formula ?? {},
      scalar: made.scalar ?? null,
      basic: made.scalar?.basic ?? 0,
      kernel: made.kernel?.bind(made) ?? null,
      kernelLeads: made.kernelLeads ?? false,
      writes: made.inPlace?.bind(made) ?? null,
      inPlace: { name: `${made.name}_`, numbers },
      pointwise: made.pointwise ?? false,
      forward: made.forward.bind(made),
      saves,
      savesFrom: made.savesFrom ?? Infinity,
      rules: made.inputs.map((name) => made.backward?.[name] ?? null),
      gradients: made.gradients?.bind(made) ?? null,
      differentiable: made.gradients !== undefined || made.backward !== undefined,
      masks: made.inputs.length <= 4 ? masksOf(made.inputs, saves) : null,
    };
    inOrder.push(of);
    known.set(of.name, [...(known.get(of.name) ?? []), of]);
    return of;
  };
}

/** What an op makes of its operands, in memory as they lie where it is computed element by element. */
export function made(op: Op, inputs: readonly Tensor[], call: Call): Tensor | readonly Tensor[] {
  if (!op.pointwise || areRowMajor(inputs)) return op.forward(inputs, call);
  return inMemoryOrder(inputs, (turned) => op.forward(turned, call));
}

function masksOf(inputs: readonly string[], saves: Op["saves"]): Int32Array {
  return Int32Array.from({ length: 1 << inputs.length }, (_, needs) =>
    maskOf(inputs, saves, (k) => (needs & (1 << k)) !== 0),
  );
}

/** The bits of what is saved when the operands that `needs` names want gradients. */
export function maskOf(inputs: readonly string[], saves: Op["saves"], needs: (k: number) => boolean): number {
  const kept = saves(Object.fromEntries(inputs.map((name, k) => [name, needs(k)])));
  let mask = kept.y === true ? 1 << inputs.length : 0;
  inputs.forEach((name, k) => {
    if (kept[name] === true) mask |= 1 << k;
  });
  return mask;
}

/** What the rules of an op get: the tensors it saved, by name, and the call. */
export function savedAs(
  tensors: Readonly<Record<string, Tensor>>,
  call: Call,
  operands: readonly Tensor[],
): Saved<string, Attrs> {
  const saved = {
    ...tensors,
    attrs: call.attrs,
    numbers: call.numbers,
    shapes: operands.map((operand) => operand.shape),
    operands,
  };
  // A rule reads only what its op's `saves` names, and that is among the tensors.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return saved as unknown as Saved<string, Attrs>;
}
