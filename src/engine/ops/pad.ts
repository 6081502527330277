import { apply } from "../apply";
import { held } from "../dtype";
import { runtimeError } from "../errors";
import { crossing } from "../kernels/columns";
import { taken } from "../kernels/fold";
import { fill, filled, overwrite } from "../kernels/loops";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import { numel, type Shape, sizes } from "../shape";
import { allocate } from "../storage";
import type { Tensor } from "../tensor";
import { scattered } from "./gather";
import { fresh, likeImages, window } from "./result";

/** What stands outside the tensor: a constant, its mirror image, its edge, or its other end. */
export type PadMode = "constant" | "reflect" | "replicate" | "circular";

interface Padded extends Attrs {
  /** Before and after the last dim, then the one before it, and so on; negative cuts off. */
  readonly pad: readonly number[];
}

/** What is added before and after dim `d`. */
function around(pad: readonly number[], d: number, rank: number): readonly [number, number] {
  const k = 2 * (rank - 1 - d);
  return [pad[k] ?? 0, pad[k + 1] ?? 0];
}

const constant: Op = opWith<Padded>()({
  name: "pad",
  node: "ConstantPadNdBackward0",
  inputs: ["a"],
  numbers: ["value"],
  forward: ([a], { attrs: { pad }, numbers }) => {
    const rank = a.shape.length;
    const common = a.shape.map((size, d) => {
      const [before, after] = around(pad, d, rank).map((n) => Math.min(n, 0));
      const left = size + (before ?? 0) + (after ?? 0);
      if (left < 0) {
        throw runtimeError(
          `start (0) + length (${left}) exceeds dimension size (${size + (before ?? 0)}).`,
          `More is cut off than the ${size} elements of dimension ${d}.`,
        );
      }
      return left;
    });
    const shape = a.shape.map((size, d) => size + around(pad, d, rank)[0] + around(pad, d, rank)[1]);
    const out = fresh(allocate(a.dtype, numel(shape)), shape);
    fill(out, held(numbers[0] ?? 0, a.dtype));
    const shifted = (x: Tensor, sign: 1 | -1) =>
      x.strides.reduce((at, stride, d) => at + stride * Math.max(0, sign * around(pad, d, rank)[0]), x.offset);
    overwrite(window(out, common, out.strides, shifted(out, 1)), window(a, common, a.strides, shifted(a, -1)));
    return likeImages(a, out);
  },
  backward: { a: (g, s) => apply(constant, [g], calling({ pad: s.attrs.pad.map((n) => -n) }, [0])) },
  formula: { a: "∂L/∂y without the padding" },
});

interface Copied extends Padded {
  readonly mode: Exclude<PadMode, "constant">;
}

const sourceOf: Readonly<Record<Copied["mode"], (place: number, size: number) => number>> = {
  reflect: (place, size) => (place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place),
  replicate: (place, size) => Math.min(Math.max(place, 0), size - 1),
  circular: (place, size) => (place + size) % size,
};

/** Row-major positions in `shape` that the padded tensor shows; a circle is closed after what is cut off. */
function sources(shape: Shape, { pad, mode }: Copied): { at: Int32Array; shape: Shape } {
  const lists = shape.map((size, d) => {
    const [before, after] = around(pad, d, shape.length);
    const from = mode === "circular" ? Math.max(-before, 0) : 0;
    const left = mode === "circular" ? size - from - Math.max(-after, 0) : size;
    return Array.from({ length: before + size + after }, (_, k) => from + sourceOf[mode](k - before - from, left));
  });
  return { at: crossing(shape, lists), shape: lists.map((list) => list.length) };
}

function copying(node: string): Op {
  return opWith<Copied>()({
    name: "pad",
    node,
    inputs: ["a"],
    forward: ([a], { attrs }) => {
      const { at, shape } = sources(a.shape, attrs);
      return fresh(taken(a, at), shape);
    },
    backward: {
      a: (g, s) => {
        const shape = s.shapes[0] ?? [];
        const at = sources(shape, s.attrs).at;
        const index = fresh(filled("int64", at), [at.length]);
        return scattered(g.reshape(-1), index, 0, [numel(shape)]).reshape(shape);
      },
    },
    formula: { a: "∂L/∂y, with that of the copies added" },
  });
}

const copies: Readonly<Record<string, Op>> = Object.fromEntries(
  ["Reflection", "Replication", "Circular"].flatMap((mode) =>
    [1, 2, 3].map((n) => [`${mode}${n}`, copying(`${mode}Pad${n}DBackward0`)]),
  ),
);
const titles = { reflect: "Reflection", replicate: "Replication", circular: "Circular" } as const;

/**
 * The tensor with its last dims made longer (or shorter): `pad` is [before, after] of the last dim, then of the one
 * before. Every mode but "constant" pads the last 1, 2 or 3 dims of a tensor with one or two more dims.
 * Shapes: […, n] → […, before + n + after]. Errors: an odd number of paddings; more than the tensor has dims; reflect
 * or circular padding longer than what it copies. Source: torch.nn.functional.pad.
 */
export function pad(a: Tensor, padding: readonly number[], mode: PadMode = "constant", value = 0): Tensor {
  if (padding.length % 2 !== 0) throw runtimeError("Padding length must be divisible by 2", "Give [before, after].");
  const many = padding.length / 2;
  const rank = a.shape.length;
  if (many > rank) {
    throw runtimeError(
      "Padding length too large",
      `Give [before, after] for each dim from the last: ${2 * rank} numbers at most, not ${padding.length}.`,
    );
  }
  if (mode === "constant") return apply(constant, [a], calling({ pad: padding }, [value]));
  const op = copies[`${titles[mode]}${many}`];
  if (op === undefined || (rank !== many + 1 && rank !== many + 2)) {
    throw runtimeError(
      "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now",
      `Pad length ${padding.length} needs a tensor of ${many + 1} or ${many + 2} dims, not ${rank}.`,
    );
  }
  for (let d = rank - 1; d >= rank - many; d--) checkReach(a, around(padding, d, rank), d, many, mode);
  return apply(op, [a], calling({ pad: padding, mode }));
}

function checkReach(
  a: Tensor,
  [before, after]: readonly [number, number],
  d: number,
  many: number,
  mode: Exclude<PadMode, "constant">,
): void {
  const size = a.shape[d] ?? 0;
  if (mode === "reflect" && (before >= size || after >= size)) {
    throw runtimeError(
      `Argument #${2 * (a.shape.length - d) + 2}: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${d} of input ${many === 2 ? a.shape.length : sizes(a.shape)}`,
      'Use mode "replicate".',
    );
  }
  if (before + size + after < 0) {
    throw runtimeError(
      `The padding (${before}, ${after}) cuts more than the ${size} elements of dimension ${d}`,
      "Cut less.",
    );
  }
  if (mode === "circular" && (before > size || after > size)) {
    throw runtimeError("Padding value causes wrapping around more than once.", "Pad by at most the size of the dim.");
  }
}
