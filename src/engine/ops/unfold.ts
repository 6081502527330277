import { apply } from "../apply";
import { runtimeError } from "../errors";
import { blocks, columnsOf, imagesOf, type Sliding } from "../kernels/columns";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import { sizes } from "../shape";
import type { Tensor } from "../tensor";
import { fresh } from "./result";

/** One number for both directions, or one for each: down, across. */
export type Pair = number | readonly [number, number];

/** Options of a sliding block. */
export interface SlidingOptions {
  /** The distance between elements of the window; 1 unless given. */
  readonly dilation?: Pair;
  /** How many elements are put before and after each spatial dimension; 0 unless given. */
  readonly padding?: Pair;
  /** How far the window moves, in elements; 1 unless given. */
  readonly stride?: Pair;
}

interface Blocks extends Sliding, Attrs {}

/** Both numbers of a pair. */
function both(pair: Pair): readonly [number, number] {
  return typeof pair === "number" ? [pair, pair] : pair;
}

const columns: Op = opWith<Blocks>()({
  name: "unfold",
  node: "Im2ColBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    const [down, across] = blocks(attrs);
    const channels = a.shape.at(-3) ?? 1;
    const shape = [...a.shape.slice(0, -3), channels * attrs.kernel[0] * attrs.kernel[1], down * across];
    return fresh(columnsOf(a, attrs), shape);
  },
  backward: { a: (g, s) => apply(images, [g], calling(s.attrs)) },
  formula: { a: "∂L/∂y folded: added where blocks overlap" },
});

const images: Op = opWith<Blocks>()({
  name: "fold",
  node: "Col2ImBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    const channels = (a.shape.at(-2) ?? 1) / (attrs.kernel[0] * attrs.kernel[1]);
    const lead = a.shape.slice(0, -2);
    const count = lead.reduce((n, size) => n * size, channels);
    return fresh(imagesOf(a, count, attrs), [...lead, channels, ...attrs.size]);
  },
  backward: { a: (g, s) => apply(columns, [g], calling(s.attrs)) },
  formula: { a: "∂L/∂y unfolded" },
});

function sliding(size: readonly [number, number], kernel: Pair, options: SlidingOptions): Sliding {
  const made = {
    kernel: both(kernel),
    dilation: both(options.dilation ?? 1),
    padding: both(options.padding ?? 0),
    stride: both(options.stride ?? 1),
    size,
  };
  if (made.stride.some((step) => step <= 0)) throw runtimeError("stride should be greater than zero", "Use 1 or more.");
  const [down, across] = blocks(made);
  if (down < 1 || across < 1) {
    throw runtimeError(
      `Given input with spatial size (${size.join(", ")}), kernel_size=(${made.kernel.join(", ")}), dilation=(${made.dilation.join(", ")}), padding=(${made.padding.join(", ")}), calculated shape of the array of sliding blocks as (${down}, ${across}), but its components must be at least one.`,
      "Pad the images or use a smaller kernel.",
    );
  }
  return made;
}

/**
 * The sliding blocks of images as columns (im2col): [N, C, H, W] → [N, C · kernel · kernel, blocks], without N too.
 * Gradient: {@link fold} of ∂L/∂y.
 * Shapes: [batch, channels, height, width] or without batch → [batch, channels · kernel area, blocks]. Errors: other
 * ranks; no block that fits; a stride below 1. Source: torch.nn.functional.unfold.
 */
export function unfold(input: Tensor, kernelSize: Pair, options: SlidingOptions = {}): Tensor {
  if (input.shape.length !== 3 && input.shape.length !== 4) {
    throw runtimeError(
      `Expected 3D or 4D (batch mode) tensor for input with possibly 0 batch size and other non-zero dimensions for input, but got: ${sizes(input.shape)}`,
      "Shape it as [batch, channels, height, width].",
    );
  }
  const size = [input.size(-2), input.size(-1)] as const;
  return apply(columns, [input], calling({ ...sliding(size, kernelSize, options) }));
}

/**
 * Images from columns, added where blocks overlap (col2im): [N, C · kernel · kernel, blocks] → [N, C, …outputSize].
 * Gradient: {@link unfold} of ∂L/∂y.
 * Shapes: [batch, channels · kernel area, blocks] or without batch → [batch, channels, ...outputSize]. Errors: other
 * ranks; blocks that are not as many as fit; a stride below 1. Source: torch.nn.functional.fold.
 */
export function fold(input: Tensor, outputSize: Pair, kernelSize: Pair, options: SlidingOptions = {}): Tensor {
  const made = sliding(both(outputSize), kernelSize, options);
  const [down, across] = blocks(made);
  const each = made.kernel[0] * made.kernel[1];
  const rank = input.shape.length;
  if ((rank !== 2 && rank !== 3) || input.size(-2) % each !== 0 || input.size(-1) !== down * across) {
    throw runtimeError(
      `Given output_size=(${made.size.join(", ")}), kernel_size=(${made.kernel.join(", ")}), expected size of input's dimension -1 to match the calculated number of sliding blocks ${down} * ${across} = ${down * across}, but got input of size ${sizes(input.shape)}`,
      `Dimension -2 must be a multiple of ${each}.`,
    );
  }
  return apply(images, [input], calling({ ...made }));
}
