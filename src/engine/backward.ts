import { Node } from "./node";
import { runtimeError } from "./errors";
import { scalarTensor } from "./leaf";
import { Pass, type Place, type Targets } from "./pass";
import { sameShape } from "./shape";
import { endTapes } from "./tape";
import { alongTape } from "./tape.pass";
import type { Tensor } from "./tensor";

/** How a backward pass runs. */
export interface BackwardOptions {
  /** Keep what the rules saved, so that another backward can run. The default is `createGraph`. */
  readonly retainGraph?: boolean;
  /** Make a graph of the gradients, for gradients of gradients. */
  readonly createGraph?: boolean;
  /** Only fill the `.grad` of these; those that are no leaves retain theirs. */
  readonly inputs?: readonly Tensor[];
}

/** Runs backward from `roots` and adds into the `.grad` of leaves. */
export function backward(
  roots: readonly Tensor[],
  gradients: readonly (Tensor | null)[],
  options: BackwardOptions,
): void {
  const seeds = roots.map((root, k) => seedOf(root, gradients[k] ?? null, k));
  const create = options.createGraph ?? false;
  if (options.inputs?.length === 0) {
    throw runtimeError("'inputs' argument to backward() cannot be empty.", "Leave it out to fill every leaf.");
  }
  const targets =
    options.inputs === undefined
      ? null
      : targetsOf(options.inputs, "can't retain_grad on Tensor that has requires_grad=False");
  for (const input of options.inputs ?? []) input.retainGrad();
  const keep = options.retainGraph ?? create;
  const root = roots[0];
  const seed = seeds[0];
  const tape = roots.length === 1 && !create && targets === null ? (root?.tape ?? null) : null;
  if (tape === null || root === undefined || seed === undefined || !alongTape(tape, root, seed, keep))
    new Pass(create, keep, targets, true).run(roots, seeds);
  if (!keep) endTapes();
}

/** The gradients of `outputs` with respect to `inputs`, leaving every `.grad` as it is. */
export function gradientsOf(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  gradients: readonly (Tensor | null)[],
  options: { readonly retainGraph?: boolean; readonly createGraph?: boolean },
): (Tensor | null)[] {
  const seeds = outputs.map((output, k) => seedOf(output, gradients[k] ?? null, k));
  const create = options.createGraph ?? false;
  const targets = targetsOf(inputs, "One of the differentiated Tensors does not require grad");
  const pass = new Pass(create, options.retainGraph ?? create, targets, false);
  pass.run(outputs, seeds);
  return inputs.map((_, k) => pass.captured[k] ?? null);
}

function seedOf(root: Tensor, gradient: Tensor | null, k: number): Tensor {
  if (!root.requiresGrad) {
    throw runtimeError(
      `element ${k} of tensors does not require grad and does not have a gradFn`,
      "Create a leaf with { requiresGrad: true } and compute this from it outside noGrad().",
    );
  }
  if (gradient === null) {
    if (root.shape.length === 0) return scalarTensor(root.dtype, 1);
    if (root.numel() === 1) return root.onesLike();
    throw runtimeError(
      "grad can be implicitly created only for scalar outputs",
      `This tensor has shape [${root.shape.join(", ")}]: reduce it with .sum() or .mean(), or give .backward(gradient).`,
    );
  }
  if (!sameShape(gradient.shape, root.shape)) {
    throw runtimeError(
      `Mismatch in shape: grad_output[${k}] has a shape of torch.Size([${gradient.shape.join(", ")}]) and output[${k}] has a shape of torch.Size([${root.shape.join(", ")}]).`,
      "A gradient has the shape of its tensor.",
    );
  }
  return gradient;
}

function targetsOf(inputs: readonly Tensor[], refusal: string): Targets {
  const targets = new Map<Place, { output: number; index: number }[]>();
  inputs.forEach((input, index) => {
    if (!input.requiresGrad) {
      throw runtimeError(refusal, "Create it with { requiresGrad: true }.");
    }
    const place = input.edge();
    const entry = { output: place instanceof Node ? input.slot : 0, index };
    const list = targets.get(place);
    if (list === undefined) targets.set(place, [entry]);
    else list.push(entry);
  });
  return targets;
}
