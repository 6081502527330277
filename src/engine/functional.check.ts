import { isTensor } from "./build";
import { argumentError, runtimeError } from "./errors";
import { sameShape, sizes } from "./shape";
import type { Tensor } from "./tensor";

/** Tensors in order. */
export type Tensors = readonly Tensor[];

/** One tensor or several, as a list. */
export function listOf(value: Tensor | Tensors): Tensors {
  return isTensor(value) ? [value] : value;
}

/** What a function gave, as a list. */
export function outputsOf(made: Tensor | Tensors): Tensors {
  const outputs = listOf(made);
  if (outputs.length > 0 && outputs.every(isTensor)) return outputs;
  throw argumentError(
    "The outputs of the user-provided function given to autograd.functional must be either a Tensor or a tuple of Tensors",
    "Return a Tensor or an array of Tensors.",
  );
}

/** The one element that a function gave, 0-d. */
export function onlyElement(y: Tensor, name: string): Tensor {
  if (y.numel() === 1) return y.reshape([]);
  throw runtimeError(
    `The Tensor returned by the function given to ${name} should contain a single element`,
    `This one has shape [${y.shape.join(", ")}]: reduce it with .sum() or .mean().`,
  );
}

/** The vector that is multiplied with, one tensor for each of `like`; null for the 1 of a single element. */
export function directions(v: Tensor | Tensors | null, like: Tensors, single: string): Tensors | null {
  if (v === null) {
    if (like.length === 1 && like[0]?.numel() === 1) return null;
    throw runtimeError(
      `The vector v can only be None if the ${single} a single Tensor with a single element.`,
      "Give v.",
    );
  }
  const given = listOf(v);
  if (given.length !== like.length)
    throw runtimeError(`v is a tuple of invalid length: should be ${like.length} but got ${given.length}.`);
  given.forEach((each, k) => {
    const shape = like[k]?.shape ?? [];
    if (sameShape(each.shape, shape)) return;
    const entry = given.length > 1 ? `Entry ${k} in ` : "";
    throw runtimeError(
      `${entry}v has invalid size: should be torch.Size(${sizes(shape)}) but got torch.Size(${sizes(each.shape)}).`,
    );
  });
  return given;
}
