import { gradientsOf } from "./backward";
import { isTensor } from "./build";
import { isFloating } from "./dtype";
import { argumentError, runtimeError } from "./errors";
import { filled } from "./kernels/loops";
import { withGrad } from "./mode";
import { fresh } from "./ops/result";
import { shortest } from "./print.number";
import { sizes } from "./shape";
import type { Tensor } from "./tensor";
import { warn } from "./warn";

type Tensors = readonly Tensor[];

/** Options of gradcheck and gradgradcheck. */
export interface GradcheckOptions {
  /** How far each element is moved to either side for the central difference; 10⁻⁶ by default. */
  readonly eps?: number;
  /** |analytical − numerical| ≤ atol + rtol·|numerical| must hold; 10⁻⁵ and 10⁻³ by default. */
  readonly atol?: number;
  /** The relative tolerance; 0.001 unless given. */
  readonly rtol?: number;
  /** Throws where they differ (the default) instead of giving false. */
  readonly raiseException?: boolean;
}

/** A function of tensors to check. */
export type Checked = (...inputs: Tensor[]) => Tensor | Tensors;

function outputsOf(f: Checked, inputs: Tensors): Tensors {
  const made = f(...inputs);
  return (isTensor(made) ? [made] : made).filter((output) => isFloating(output.dtype));
}

/**
 * Compares the gradients of `f` with central differences, (f(x + eps) − f(x − eps)) / (2·eps), element by element. The
 * inputs must be float64 leaves that require gradients; others are held fixed. `f` must be deterministic.
 * Shapes: any. Errors: a gradient that differs, unless `raiseException` is false; no input that requires a gradient; an
 * input with a stride of 0. Source: torch/autograd/gradcheck.py.
 */
export function gradcheck(f: Checked, inputs: Tensor | Tensors, options: GradcheckOptions = {}): boolean {
  const list = isTensor(inputs) ? [inputs] : inputs;
  const { raiseException = true } = options;
  const problem = withGrad(true, () => mismatch(f, list, options));
  if (problem === null) return true;
  if (raiseException) throw problem;
  return false;
}

/**
 * gradcheck of the gradients themselves, against given gradients of the outputs or seeded ones between −1 and 1.
 * Shapes: any. Errors: a gradient that differs, unless `raiseException` is false; no input that requires a gradient.
 * Source: torch/autograd/gradcheck.py.
 */
export function gradgradcheck(
  f: Checked,
  inputs: Tensor | Tensors,
  gradOutputs: Tensor | Tensors | null = null,
  options: GradcheckOptions = {},
): boolean {
  const list = isTensor(inputs) ? [inputs] : inputs;
  const outputs = outputsOf(f, list);
  const given = gradOutputs === null ? outputs.map(seedFor) : isTensor(gradOutputs) ? [gradOutputs] : gradOutputs;
  const seeds = given.map((seed) => seed.detach().clone().requiresGrad_());
  const slope = (...x: Tensor[]): Tensors => {
    const own = x.slice(0, list.length);
    const needed = own.filter((input) => input.requiresGrad);
    const y = outputsOf(f, own);
    return gradientsOf(y, needed, x.slice(list.length), { createGraph: true }).flatMap((gradient) => gradient ?? []);
  };
  return gradcheck(slope, [...list, ...seeds], options);
}

/** Numbers without a pattern that could hide a wrong gradient, the same each time. */
function seedFor(output: Tensor, k: number): Tensor {
  const values = Float64Array.from({ length: output.numel() }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * k));
  return fresh(filled(output.dtype, values), output.shape);
}

function mismatch(
  f: Checked,
  inputs: Tensors,
  { eps = 1e-6, atol = 1e-5, rtol = 1e-3 }: GradcheckOptions,
): Error | null {
  checkInputs(inputs);
  const outputs = outputsOf(f, inputs);
  if (outputs.length === 0)
    return argumentError("gradcheck needs an output of floating point", "Return a Tensor from f.");
  for (const [j, input] of inputs.entries()) {
    if (!input.requiresGrad) continue;
    const numerical = differences(f, inputs, input, eps);
    for (const [i, output] of outputsOf(f, inputs).entries()) {
      const want = numerical[i] ?? [];
      const got = rows(output, input);
      const row = got.findIndex((line, r) => line.some((x, c) => !isNear(x, want[r]?.[c] ?? NaN, atol, rtol)));
      if (row < 0) continue;
      const column = (got[row] ?? []).findIndex((x, c) => !isNear(x, want[row]?.[c] ?? NaN, atol, rtol));
      return runtimeError(
        `Jacobian mismatch for output ${i} with respect to input ${j},\nnumerical:${table(want)}\nanalytical:${table(got)}\n`,
        `The first difference is ∂output[${row}]/∂input[${column}]: backward gives ${shortest(got[row]?.[column] ?? NaN)}, differences ${shortest(want[row]?.[column] ?? NaN)}.`,
      );
    }
  }
  return null;
}

function checkInputs(inputs: Tensors): void {
  if (!inputs.some((input) => input.requiresGrad)) {
    throw argumentError(
      "gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True.",
      "Create it with { requiresGrad: true }.",
    );
  }
  inputs.forEach((input, k) => {
    if (!input.requiresGrad) return;
    if (input.dtype !== "float64") {
      warn(
        `Input #${k} requires gradient and is not a double precision floating point. This check will likely fail if all the inputs are not of double precision floating point. `,
      );
    }
    if (input.strides.some((stride, d) => stride === 0 && (input.shape[d] ?? 1) > 1)) {
      throw runtimeError(
        `The ${k}th input has a dimension with stride 0. gradcheck only supports inputs that are non-overlapping to be able to compute the numerical gradients correctly. You should call .contiguous on the input before passing it to gradcheck.`,
      );
    }
  });
}

function isNear(got: number, want: number, atol: number, rtol: number): boolean {
  return Object.is(got, want) || Math.abs(got - want) <= atol + rtol * Math.abs(want);
}

/** By output a row for each of its elements: how it changes with each element of `input`. */
function differences(f: Checked, inputs: Tensors, input: Tensor, eps: number): number[][][] {
  const flat = input.detach();
  const columns = Array.from({ length: input.numel() }, (_, i) => {
    const at = place(flat, i);
    const value = at.item();
    const values = [value + eps, value - eps].map((moved) => {
      withGrad(false, () => at.fill_(moved));
      return outputsOf(f, inputs).map((output) => output.toArray());
    });
    withGrad(false, () => at.fill_(value));
    const [above = [], below = []] = values;
    return above.map((output, k) => output.map((y, r) => (y - (below[k]?.[r] ?? NaN)) / (2 * eps)));
  });
  const shapes = columns[0] ?? [];
  return shapes.map((output, k) => output.map((_, r) => columns.map((column) => column[k]?.[r] ?? NaN)));
}

/** The 0-d view of element `i` in row-major order. */
function place(x: Tensor, i: number): Tensor {
  let rest = i;
  let at = x;
  for (const [d, size] of x.shape.entries()) {
    const width = x.shape.slice(d + 1).reduce((a, b) => a * b, 1);
    at = at.select(0, Math.floor(rest / width) % size);
    rest %= width;
  }
  return at;
}

/** A row for each element of the output: its gradient for each element of `input`. */
function rows(output: Tensor, input: Tensor): number[][] {
  const none = () => new Array<number>(input.numel()).fill(0);
  if (!output.requiresGrad) return Array.from({ length: output.numel() }, none);
  return Array.from({ length: output.numel() }, (_, i) => {
    const one = Float64Array.from({ length: output.numel() }, (__, k) => (k === i ? 1 : 0));
    const seed = fresh(filled(output.dtype, one), output.shape);
    const [gradient] = gradientsOf([output], [input], [seed], { retainGraph: true });
    return gradient ? gradient.toArray() : none();
  });
}

/** The transpose, a row for each element of the input, as PyTorch prints it. */
function table(byOutput: readonly (readonly number[])[]): string {
  const columns = byOutput[0]?.length ?? 0;
  const lines = Array.from(
    { length: columns },
    (_, c) => `[${byOutput.map((row) => (row[c] ?? NaN).toFixed(4)).join(", ")}]`,
  );
  return `tensor([${lines.join(",\n        ")}], dtype=torch.float64) ${sizes([columns, byOutput.length])}`;
}
