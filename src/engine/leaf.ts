import { build } from "./build";
import { addCell, valueOf } from "./kernels/cell";
import { addInto, laidOut } from "./kernels/loops";
import { isDense } from "./layout";
import { inRule, watcher } from "./mode";
import { rowMajor, sameShape, scalarShape } from "./shape";
import { cellOf } from "./storage";
import type { DType } from "./dtype";
import type { Tensor } from "./tensor";

/** Adds to `.grad`: a copy at first (or, when `alone`, the gradient's own memory where no one else holds that), then in place, or as a new tensor when a graph is made. */
export function accumulate(tensor: Tensor, gradient: Tensor, retained: boolean, create: boolean, alone = false): void {
  const held = tensor.heldGradient();
  if (create) tensor.holdGradient(inRule(true, () => (held === null ? gradient.clone() : held.add(gradient))));
  else if (held === null) {
    const { storage } = gradient;
    const strides = !retained && isDense(tensor) ? tensor.strides : rowMajor(tensor.shape);
    const keeps = alone && storage.loose && gradient.dtype === tensor.dtype && sameShape(strides, gradient.strides);
    if (keeps) storage.loose = false;
    tensor.holdGradient(build(keeps ? storage : laidOut(gradient, tensor.dtype, strides), tensor.shape, strides, 0));
  } else {
    if (held.shape.length === 0 && gradient.shape.length === 0) addCell(held, gradient);
    else addInto(held, gradient);
    held.storage.version++;
  }
  tell(tensor, retained);
}

/** The same for the number that came to a 0-d leaf. */
export function accumulateNumber(tensor: Tensor, value: number): void {
  const held = tensor.heldGradient();
  if (held === null) tensor.holdGradient(scalarTensor(tensor.dtype, value));
  else {
    addCell(held, scalarTensor(held.dtype, value));
    held.storage.version++;
  }
  tell(tensor, false);
}

function tell(tensor: Tensor, retained: boolean): void {
  const told = watcher();
  const now = tensor.heldGradient();
  if (told !== null && now !== null) told.accumulated(tensor, now, retained);
}

/** A 0-d tensor without history. */
export function scalarTensor(dtype: DType, value: number): Tensor {
  return build(cellOf(dtype, value), scalarShape, scalarShape, 0);
}

/** The sum of what came to a place before and what comes now. */
export function summed(held: Tensor, gradient: Tensor, create: boolean): Tensor {
  if (!create && held.shape.length === 0 && gradient.shape.length === 0 && held.dtype === gradient.dtype)
    return scalarTensor(held.dtype, valueOf(held) + valueOf(gradient));
  return inRule(create, () => held.add(gradient));
}

/** Memory that a rule hands on to several places, or that a hook has seen, is no longer one place's own. */
export function fasten(gradient: Tensor, contributions: readonly (Tensor | null)[], seen: boolean): void {
  const holders = contributions.filter((each) => each?.storageId === gradient.storageId).length;
  if (seen || holders > 1) gradient.storage.loose = false;
}
