import { apply } from "../apply";
import { runtimeError } from "../errors";
import { copied } from "../kernels/loops";
import { joinedAlong } from "../kernels/join";
import { channelsLast } from "../layout";
import type { Attrs } from "../observer";
import { calling, opWith } from "../op";
import { allocate } from "../storage";
import { dimension, sameShape, sizes } from "../shape";
import type { Tensor } from "../tensor";
import { cast, fresh, likeImages, resultType } from "./result";

interface Along extends Attrs {
  readonly dim: number;
}

const cats = opWith<Along>()({
  name: "cat",
  node: "CatBackward0",
  inputs: [],
  forward: (inputs, { attrs }) => {
    const dtype = resultType(inputs);
    const parts = inputs.filter((input) => !emptyVector(input)).map((input) => cast(input, dtype));
    const [first] = parts;
    if (first === undefined) return fresh(allocate(dtype, 0), [0]);
    parts.forEach((part, k) => {
      checkPart(first, part, attrs.dim, k);
    });
    const total = parts.reduce((n, part) => n + (part.shape[attrs.dim] ?? 0), 0);
    const shape = first.shape.map((size, d) => (d === attrs.dim ? total : size));
    const whole = fresh(joinedAlong(parts, attrs.dim, shape, dtype), shape);
    return parts.every(channelsLast) ? likeImages(first, whole) : whole;
  },
  gradients: ([g], s) => {
    let start = 0;
    return s.shapes.map((shape) => {
      const size = shape[s.attrs.dim] ?? 0;
      if (!g) return null;
      if (shape.length === 1 && size === 0) return fresh(allocate(g.dtype, 0), shape);
      const part = g.narrow(s.attrs.dim, start, size);
      start += size;
      return part;
    });
  },
});

function emptyVector(x: Tensor): boolean {
  return x.shape.length === 1 && x.shape[0] === 0;
}

function checkPart(first: Tensor, part: Tensor, dim: number, k: number): void {
  if (part.shape.length !== first.shape.length) {
    throw runtimeError(
      `Tensors must have same number of dimensions: got ${first.shape.length} and ${part.shape.length}`,
      "Add a dimension with .unsqueeze(), or use stack().",
    );
  }
  part.shape.forEach((size, d) => {
    if (d !== dim && size !== first.shape[d]) {
      throw runtimeError(
        `Sizes of tensors must match except in dimension ${dim}. Expected size ${first.shape[d] ?? 0} but got size ${size} for tensor number ${k} in the list.`,
        `The shapes are ${sizes(first.shape)} and ${sizes(part.shape)}.`,
      );
    }
  });
}

const stacks = opWith<Along>()({
  name: "stack",
  node: "StackBackward0",
  inputs: [],
  forward: (inputs, { attrs }) => {
    const dtype = resultType(inputs);
    const parts = inputs.map((input) => {
      const part = cast(input, dtype);
      const shape = [...part.shape.slice(0, attrs.dim), 1, ...part.shape.slice(attrs.dim)];
      return fresh(copied(part, dtype), shape);
    });
    const shape = (parts[0]?.shape ?? []).map((size, d) => (d === attrs.dim ? parts.length : size));
    return fresh(joinedAlong(parts, attrs.dim, shape, dtype), shape);
  },
  gradients: ([g], s) => s.shapes.map((_, k) => g?.select(s.attrs.dim, k) ?? null),
});

/**
 * Joins tensors along an existing dim. `cat([tensor([1, 2]), tensor([3])])` is `[1, 2, 3]`.
 * Shapes: […, nₖ, …], equal but along `dim` → […, Σnₖ, …]. Errors: an empty list; 0-d; ranks or other sizes that
 * differ; a dim out of range.
 */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  const [first] = tensors;
  if (first === undefined)
    throw runtimeError("torch.cat(): expected a non-empty list of Tensors", "Give cat() at least one tensor.");
  const zero = tensors.findIndex((part) => part.shape.length === 0);
  if (zero !== -1) {
    throw runtimeError(
      `zero-dimensional tensor (at position ${zero}) cannot be concatenated`,
      "Use stack() for 0-d tensors.",
    );
  }
  const sized = tensors.find((part) => !emptyVector(part)) ?? first;
  return apply(cats, tensors, calling({ dim: dimension(dim, sized.shape.length) }));
}

/**
 * Joins tensors of one shape along a new dim. `stack([tensor([1, 2]), tensor([3, 4])])` is `[[1, 2], [3, 4]]`.
 * Shapes: n of […] → […, n, …]. Errors: an empty list; shapes that differ; a dim out of range.
 */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  const [first] = tensors;
  if (first === undefined)
    throw runtimeError("stack expects a non-empty TensorList", "Give stack() at least one tensor.");
  tensors.forEach((part, k) => {
    if (!sameShape(part.shape, first.shape)) {
      throw runtimeError(
        `stack expects each tensor to be equal size, but got ${sizes(first.shape)} at entry 0 and ${sizes(part.shape)} at entry ${k}`,
        "Make the shapes equal, or use cat().",
      );
    }
  });
  return apply(stacks, tensors, calling({ dim: dimension(dim, first.shape.length + 1) }));
}
