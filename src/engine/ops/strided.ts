import { apply } from "../apply";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import { numel, type Shape } from "../shape";
import { allocate } from "../storage";
import type { Tensor } from "../tensor";
import { fresh, window } from "./result";

/** Geometry of a window on a base's memory, relative to the base's own offset. */
export interface Geometry extends Attrs {
  readonly shape: Shape;
  readonly strides: Shape;
  readonly offset: number;
  readonly base: { readonly shape: Shape; readonly strides: Shape };
}

/** Zeros laid out in memory as the base is. */
export function likeBase(g: Tensor, base: Geometry["base"]): Tensor {
  const extent = base.shape.reduce((n, size, d) => n + (size - 1) * (base.strides[d] ?? 0), 1);
  const holder = fresh(allocate(g.dtype, numel(base.shape) === 0 ? 0 : extent), [extent]);
  return window(holder, base.shape, base.strides, 0);
}

/** A view regenerated from its base after the memory changed. */
export const asStrided: Op = opWith<Geometry>()({
  name: "asStrided",
  node: "AsStridedBackward0",
  inputs: ["a"],
  view: true,
  forward: ([a], { attrs }) => window(a, attrs.shape, attrs.strides, a.offset + attrs.offset),
  backward: {
    a: (g, s) => {
      const { shape, strides, offset, base } = s.attrs;
      const copies = shape.map((_, d) => d).filter((d) => strides[d] === 0 && (shape[d] ?? 1) > 1);
      const single = copies.length === 0 ? g : g.sum(copies, { keepdim: true });
      const back = likeBase(g, base);
      apply(asStrided, [back], calling({ shape: single.shape, strides, offset, base })).copy_(single);
      return back;
    },
  },
});

/** An in-place write to a view, in the history of its base; its rule is run by backward itself. */
export const copySlices: Op = { ...asStrided, name: "copySlices", symbol: "copySlices", node: "CopySlices" };
