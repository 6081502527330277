import { build } from "../build";
import { combine, type DType, isFloating, promote, scalarName, withNumber } from "../dtype";
import { runtimeError } from "../errors";
import { copied, laidOut } from "../kernels/loops";
import { channelsLast, imageStrides } from "../layout";
import { computed } from "../precision";
import { rowMajor, type Shape } from "../shape";
import type { Storage } from "../storage";
import type { Tensor } from "../tensor";

/** A tensor over fresh memory, row-major unless strides are given, without history. */
export function fresh(storage: Storage, shape: Shape, strides = rowMajor(shape)): Tensor {
  return build(computed(storage), shape, strides, 0);
}

/** A copy that lies by these strides, without history. */
export function laid(x: Tensor, dtype: DType, strides: Shape): Tensor {
  return fresh(laidOut(x, dtype, strides), x.shape, strides);
}

/** What is made of images, its channels beside each other in memory where theirs are (`torch.channels_last`). */
export function likeImages(images: Tensor, made: Tensor): Tensor {
  return channelsLast(images) ? laid(made, made.dtype, imageStrides(made.shape)) : made;
}

/** A tensor that shows the memory of `x` through another window, without history. */
export function window(x: Tensor, shape: Shape, strides: Shape, offset = x.offset): Tensor {
  return build(x.storage, shape, strides, offset);
}

/** PyTorch's result type of tensors: those with dimensions decide within a category. */
export function resultType(inputs: readonly Tensor[]): DType {
  let sized: DType | null = null;
  let scalar: DType | null = null;
  for (const input of inputs) {
    if (input.shape.length > 0) sized = sized === null ? input.dtype : promote(sized, input.dtype);
    else scalar = scalar === null ? input.dtype : promote(scalar, input.dtype);
  }
  return combine(sized, scalar) ?? "float32";
}

/** The tensor itself, or a copy without history in another dtype. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : fresh(copied(x, dtype), x.shape);
}

/** Refuses a dtype as a kernel of PyTorch that does not take it. */
export function refused(kernel: string, dtype: DType): Error {
  return runtimeError(
    `"${kernel}" not implemented for '${scalarName(dtype)}'`,
    'Convert it first with .to("float32").',
  );
}

/** Refuses integers as PyTorch's kernel of that name does. */
export function needsFloat(kernel: string, a: Tensor): void {
  if (!isFloating(a.dtype)) throw refused(kernel, a.dtype);
}

/** Refuses booleans as PyTorch's kernel of that name does. */
export function needsNumbers(kernel: string, a: Tensor): void {
  if (a.dtype === "bool") throw refused(kernel, a.dtype);
}

/** The dtype of a float function's result: integers become float32. */
export function floatOf(dtype: DType): DType {
  return isFloating(dtype) ? dtype : "float32";
}

/** The dtype of a tensor met by a JavaScript number. */
export function numberType(x: Tensor, value: number): DType {
  return withNumber(x.dtype, value);
}
