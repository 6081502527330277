import { gradientsOf } from "./backward";
import { isTensor } from "./build";
import { runtimeError } from "./errors";
import { directions, listOf, onlyElement, outputsOf, type Tensors } from "./functional.check";
import { withGrad } from "./mode";
import { stack } from "./ops/join";
import type { Tensor } from "./tensor";

/** A function of tensors, one or more, that gives one or more. */
export type Mapping = (...inputs: Tensor[]) => Tensor | Tensors;

/** Options of the functions of autograd.functional. */
export interface FunctionalOptions {
  /** Make a graph of the result, for gradients of it. */
  readonly createGraph?: boolean;
  /** Throw for an input that an output does not depend on, instead of giving zeros. */
  readonly strict?: boolean;
}

/** The inputs as leaves of a graph of their own, or as views that lead back to theirs. */
function prepared(inputs: Tensors, create: boolean): Tensor[] {
  return inputs.map((input) =>
    create && input.requiresGrad ? input.view(input.shape) : input.detach().requiresGrad_(),
  );
}

/** The gradients of what depends on the inputs; zeros for the rest, or an error with `strict`. */
function gradients(
  outputs: Tensors,
  inputs: Tensors,
  seeds: Tensors | null,
  create: boolean,
  strict = false,
): Tensor[] {
  const live = outputs.flatMap((output, k) => (output.requiresGrad ? [k] : []));
  const roots = live.flatMap((k) => outputs[k] ?? []);
  const found =
    roots.length === 0
      ? []
      : gradientsOf(roots, inputs, seeds === null ? [] : live.map((k) => seeds[k] ?? null), {
          retainGraph: true,
          createGraph: create,
        });
  return inputs.map((input, k) => {
    const gradient = found[k];
    if (gradient) return gradient;
    if (strict) {
      throw runtimeError(
        `Output of the user-provided function is independent of input ${k}. This is not allowed in strict mode.`,
        "Leave strict out to get zeros.",
      );
    }
    return input.zerosLike();
  });
}

const given = "input to the user-provided function is";

function settled(result: Tensor, create: boolean): Tensor {
  return create ? result : result.detach();
}

/**
 * The Jacobian ∂f/∂x: for an output of shape [a…] and an input of shape [b…] a tensor of shape [a…, b…]. One tensor
 * each way gives one, a list on one side a list; lists on both give rows by output of columns by input.
 * `autograd.functional.jacobian((x) => x.square(), tensor([1, 2]))` is `[[2, 0], [0, 4]]`.
 * Shapes: an output [a…] and an input [b…] → [a…, b…]. Errors: integers; with `strict` an output that does not depend
 * on an input. Source: torch/autograd/functional.py, one backward for each element of the output.
 */
export function jacobian(f: (x: Tensor) => Tensor, inputs: Tensor, options?: FunctionalOptions): Tensor;
export function jacobian(f: (x: Tensor) => Tensors, inputs: Tensor, options?: FunctionalOptions): Tensor[];
export function jacobian(f: (...x: Tensor[]) => Tensor, inputs: Tensors, options?: FunctionalOptions): Tensor[];
export function jacobian(f: (...x: Tensor[]) => Tensors, inputs: Tensors, options?: FunctionalOptions): Tensor[][];
export function jacobian(
  f: Mapping,
  inputs: Tensor | Tensors,
  { createGraph = false, strict = false }: FunctionalOptions = {},
): Tensor | Tensor[] | Tensor[][] {
  return withGrad(true, () => {
    const x = prepared(listOf(inputs), createGraph);
    const made = f(...x);
    const outputs = outputsOf(made);
    const rows = outputs.map((output) => {
      const flat = output.reshape(-1);
      const each = Array.from({ length: flat.numel() }, (_, i) =>
        gradients([flat.at(i)], x, null, createGraph, strict),
      );
      return x.map((input, k) => {
        const shape = [...output.shape, ...input.shape];
        const parts = each.flatMap((row) => row[k] ?? []);
        return settled(
          parts.length === 0 ? input.zerosLike().reshape(shape) : stack(parts).reshape(shape),
          createGraph,
        );
      });
    });
    const kept = isTensor(inputs) ? rows.flat() : rows;
    const [only] = kept;
    return isTensor(made) && only !== undefined ? only : kept;
  });
}

/**
 * The Hessian ∂²f/∂x² of a function that gives one element: for inputs of shapes [a…] and [b…] a tensor [a…, b…].
 * `autograd.functional.hessian((x) => x.pow(3).sum(), tensor([1, 2]))` is `[[6, 0], [0, 12]]`.
 * Shapes: inputs [a…] and [b…] → [a…, b…]. Errors: a function of more than one element; integers; with `strict` an
 * output that does not depend on an input. Source: torch/autograd/functional.py.
 */
export function hessian(f: (x: Tensor) => Tensor, inputs: Tensor, options?: FunctionalOptions): Tensor;
export function hessian(f: (...x: Tensor[]) => Tensor, inputs: Tensors, options?: FunctionalOptions): Tensor[][];
export function hessian(
  f: (...x: Tensor[]) => Tensor,
  inputs: Tensor | Tensors,
  options: FunctionalOptions = {},
): Tensor | Tensor[][] {
  const slope = (...x: Tensor[]) => {
    const y = onlyElement(f(...x), "hessian");
    return gradients([y], x, null, true, options.strict);
  };
  const rows = jacobian(slope, listOf(inputs), options);
  const first = rows[0]?.[0];
  return isTensor(inputs) && first !== undefined ? first : rows;
}

function formed(like: Tensor | Tensors, list: Tensors, create: boolean): Tensor | Tensor[] {
  const done = list.map((each) => settled(each, create));
  return isTensor(like) ? (done[0] ?? like) : done;
}

/**
 * The output and vᵀ·∂f/∂x, one backward. `v` has the shape of the output and may be left out for one element.
 * Shapes: inputs of any shapes → the output, and a tensor of each input's shape. Errors: v of another shape, or none
 * for several elements; integers.
 */
export function vjp(
  f: (x: Tensor) => Tensor,
  inputs: Tensor,
  v?: Tensor | null,
  options?: FunctionalOptions,
): [Tensor, Tensor];
export function vjp(
  f: (...x: Tensor[]) => Tensor,
  inputs: Tensors,
  v?: Tensor | null,
  options?: FunctionalOptions,
): [Tensor, Tensor[]];
export function vjp(
  f: (...x: Tensor[]) => Tensors,
  inputs: Tensors,
  v?: Tensors | null,
  options?: FunctionalOptions,
): [Tensor[], Tensor[]];
export function vjp(
  f: (...x: Tensor[]) => Tensor | Tensors,
  inputs: Tensor | Tensors,
  v: Tensor | Tensors | null = null,
  { createGraph = false, strict = false }: FunctionalOptions = {},
): [Tensor | Tensor[], Tensor | Tensor[]] {
  return withGrad(true, () => {
    const x = prepared(listOf(inputs), createGraph);
    const made = f(...x);
    const outputs = outputsOf(made);
    const product = gradients(
      outputs,
      x,
      directions(v, outputs, "user-provided function returns"),
      createGraph,
      strict,
    );
    return [formed(made, outputs, createGraph), formed(inputs, product, createGraph)];
  });
}

/**
 * The output and ∂f/∂x·v, by a backward of a backward. `v` has the shape of the inputs and may be left out for one
 * element.
 * Shapes: inputs of any shapes → the output, and a tensor of the output's shape. Errors: v of another shape, or none
 * for several elements; integers.
 */
export function jvp(
  f: (x: Tensor) => Tensor,
  inputs: Tensor,
  v?: Tensor | null,
  options?: FunctionalOptions,
): [Tensor, Tensor];
export function jvp(
  f: (...x: Tensor[]) => Tensor,
  inputs: Tensors,
  v?: Tensors | null,
  options?: FunctionalOptions,
): [Tensor, Tensor];
export function jvp(
  f: (...x: Tensor[]) => Tensors,
  inputs: Tensors,
  v?: Tensors | null,
  options?: FunctionalOptions,
): [Tensor[], Tensor[]];
export function jvp(
  f: (...x: Tensor[]) => Tensor | Tensors,
  inputs: Tensor | Tensors,
  v: Tensor | Tensors | null = null,
  { createGraph = false, strict = false }: FunctionalOptions = {},
): [Tensor | Tensor[], Tensor | Tensor[]] {
  return withGrad(true, () => {
    const x = prepared(listOf(inputs), createGraph);
    const made = f(...x);
    const outputs = outputsOf(made);
    const seeds = outputs.map((output) => output.zerosLike().requiresGrad_());
    const back = gradients(outputs, x, seeds, true, strict);
    const product = gradients(back, seeds, directions(v, x, given), createGraph, strict);
    return [formed(made, outputs, createGraph), formed(made, product, createGraph)];
  });
}

/**
 * The output and ∂²f/∂x²·v of a function that gives one element; `v` has the shape of the inputs.
 * Shapes: inputs of any shapes → the output, and a tensor of each input's shape. Errors: a function of more than one
 * element; v of another shape; integers.
 */
export function hvp(
  f: (x: Tensor) => Tensor,
  inputs: Tensor,
  v?: Tensor | null,
  options?: FunctionalOptions,
): [Tensor, Tensor];
export function hvp(
  f: (...x: Tensor[]) => Tensor,
  inputs: Tensors,
  v?: Tensors | null,
  options?: FunctionalOptions,
): [Tensor, Tensor[]];
export function hvp(
  f: (...x: Tensor[]) => Tensor,
  inputs: Tensor | Tensors,
  v: Tensor | Tensors | null = null,
  options: FunctionalOptions = {},
): [Tensor, Tensor | Tensor[]] {
  const { createGraph = false, strict = false } = options;
  return withGrad(true, () => {
    const x = prepared(listOf(inputs), createGraph);
    const y = f(...x);
    const slope = gradients([onlyElement(y, "hvp")], x, null, true, strict);
    const seeds = slope.map((each) => each.zerosLike().requiresGrad_());
    const twice = gradients(slope, x, seeds, true, strict);
    const product = gradients(twice, seeds, directions(v, x, given), createGraph, strict);
    return [settled(y, createGraph), formed(inputs, product, createGraph)];
  });
}

/**
 * The output and vᵀ·∂²f/∂x² of a function that gives one element: the same numbers as hvp where f is smooth, and
 * cheaper.
 * Shapes: inputs of any shapes → the output, and a tensor of each input's shape. Errors: a function of more than one
 * element; v of another shape; integers.
 */
export function vhp(
  f: (x: Tensor) => Tensor,
  inputs: Tensor,
  v?: Tensor | null,
  options?: FunctionalOptions,
): [Tensor, Tensor];
export function vhp(
  f: (...x: Tensor[]) => Tensor,
  inputs: Tensors,
  v?: Tensors | null,
  options?: FunctionalOptions,
): [Tensor, Tensor[]];
export function vhp(
  f: (...x: Tensor[]) => Tensor,
  inputs: Tensor | Tensors,
  v: Tensor | Tensors | null = null,
  options: FunctionalOptions = {},
): [Tensor, Tensor | Tensor[]] {
  const { createGraph = false, strict = false } = options;
  return withGrad(true, () => {
    const x = prepared(listOf(inputs), createGraph);
    const y = f(...x);
    const slope = gradients([onlyElement(y, "vhp")], x, null, true, strict);
    const product = gradients(slope, x, directions(v, x, given), createGraph, strict);
    return [settled(y, createGraph), formed(inputs, product, createGraph)];
  });
}
