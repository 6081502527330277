import { applyMany } from "../apply";
import { isTensor } from "../build";
import { aloud, isGradEnabled } from "../mode";
import type { Attrs } from "../observer";
import { calling, opWith } from "../op";
import { window } from "../ops/result";
import type { Tensor } from "../tensor";
import type { Module } from "./module";

/** Gradients of a module's inputs or outputs: null for what has none. */
export type Gradients = readonly (Tensor | null)[];

/** Sees the gradients of a module's inputs and outputs; what it returns, if anything, takes the place of the inputs'. */
export type FullBackwardHook = (
  module: Module,
  gradInput: Gradients,
  gradOutput: Gradients,
  // A hook that only looks returns nothing.
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type
) => Gradients | Tensor | null | undefined | void;

/** Sees the gradients of a module's outputs before its backward; what it returns, if anything, takes their place. */
export type FullBackwardPreHook = (
  module: Module,
  gradOutput: Gradients,
  // A hook that only looks returns nothing.
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type
) => Gradients | Tensor | null | undefined | void;

type Passing = (gradients: Gradients) => Gradients;

/** What runs when the gradients of a call come by; kept beside the attributes, which observers see. */
const passing = new WeakMap<Attrs, Passing>();

/** The tensors as they are, seen on their way back: PyTorch's BackwardHookFunction. */
const gate = opWith<Attrs>()({
  name: "backwardHook",
  node: "BackwardHookFunctionBackward",
  inputs: [],
  view: true,
  forward: (inputs) => inputs.map((input) => window(input, input.shape, input.strides)),
  gradients: (gradients, s) => passing.get(s.attrs)?.(gradients) ?? gradients,
});

function through(tensors: readonly Tensor[], run: Passing): readonly Tensor[] {
  const attrs: Attrs = {};
  passing.set(attrs, run);
  return applyMany(gate, tensors, calling(attrs));
}

/** What one call of a module notes of its own backward. */
export class BackwardWatch {
  private gradOutput: Gradients = [];
  private inputs = 0;
  private needed = false;

  constructor(
    private readonly module: Module,
    private readonly before: readonly FullBackwardPreHook[],
    private readonly after: readonly FullBackwardHook[],
  ) {}

  /** The arguments, the tensors among them seen on their way back. */
  enter(given: readonly unknown[]): readonly unknown[] {
    const tensors = given.filter(isTensor);
    this.inputs = tensors.length;
    this.needed = isGradEnabled() && tensors.some((each) => each.requiresGrad);
    if (!this.needed) return given;
    const seen = through(tensors, (gradients) => this.leaving(gradients));
    let next = 0;
    return given.map((each) => (isTensor(each) ? seen[next++] : each));
  }

  /** The output, a tensor or a list of them, seen on its way back. */
  leave(output: unknown): unknown {
    const list: readonly unknown[] = Array.isArray(output) ? output : [output];
    const tensors = list.filter(isTensor);
    if (!isGradEnabled() || !tensors.some((each) => each.requiresGrad)) return output;
    const seen = through(tensors, (gradients) => this.arriving(gradients));
    let next = 0;
    const outputs = list.map((each) => (isTensor(each) ? seen[next++] : each));
    return Array.isArray(output) ? outputs : outputs[0];
  }

  private arriving(gradients: Gradients): Gradients {
    this.gradOutput = gradients;
    for (const hook of this.before) {
      const changed = aloud(() => hook(this.module, this.gradOutput));
      if (changed) this.gradOutput = isTensor(changed) ? [changed] : changed;
    }
    if (!this.needed) this.leaving(new Array<null>(this.inputs).fill(null));
    return this.gradOutput;
  }

  private leaving(gradients: Gradients): Gradients {
    let now = gradients;
    for (const hook of this.after) {
      const changed = aloud(() => hook(this.module, now, this.gradOutput));
      if (changed) now = isTensor(changed) ? [changed] : changed;
    }
    return now;
  }
}
