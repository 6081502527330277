import { apply } from "../apply";
import { addToChannels, type Axis, convolve, convolveBack, convolveWeight, type Plan } from "../kernels/conv";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import type { Shape } from "../shape";
import type { Tensor } from "../tensor";
import { type Given, Optional } from "./optional";
import { fresh, likeImages } from "./result";

/** How a convolution's kernel moves, one number for each spatial dim. */
export interface Window extends Attrs {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  /** Zeros after the last element beside `padding`: of "same" with an even kernel. */
  readonly after?: readonly number[];
}

interface Into extends Window {
  /** The shape of the result. */
  readonly shape: Shape;
}

/** How many places a kernel finds along one dim. */
export function placesOf(size: number, kernel: number, at: Window, d: number): number {
  const padded = size + 2 * (at.padding[d] ?? 0) + (at.after?.[d] ?? 0);
  return Math.floor((padded - (at.dilation[d] ?? 1) * (kernel - 1) - 1) / (at.stride[d] ?? 1)) + 1;
}

function planOf(image: Shape, weight: Shape, output: Shape, at: Window): Plan {
  const line: Axis = { input: 1, kernel: 1, output: 1, stride: 1, padding: 0, dilation: 1 };
  const axes = image.slice(2).map((input, d): Axis => ({
    input,
    kernel: weight[d + 2] ?? 1,
    output: output[d + 2] ?? 1,
    stride: at.stride[d] ?? 1,
    padding: at.padding[d] ?? 0,
    dilation: at.dilation[d] ?? 1,
  }));
  return {
    batch: image[0] ?? 0,
    into: image[1] ?? 0,
    out: weight[0] ?? 0,
    groups: at.groups,
    height: axes.at(-2) ?? line,
    width: axes.at(-1) ?? line,
  };
}

/** All dims but that of the channels. */
function exceptChannels(g: Tensor): number[] {
  return g.shape.map((_, d) => d).filter((d) => d !== 1);
}

/** ∂/∂image of a convolution, and its transposed form: outputs spread back over the image. */
const toImage: Op = opWith<Into>()({
  name: "convolutionInput",
  node: "ConvolutionBackwardBackward0",
  inputs: ["g", "weight"],
  forward: ([g, weight], { attrs }) =>
    fresh(convolveBack(g, weight, planOf(attrs.shape, weight.shape, g.shape, attrs), g.dtype), attrs.shape),
  saves: (needs) => ({ g: needs.weight, weight: needs.g }),
  backward: {
    g: (h, s) => convolved(h, s.weight, s.attrs),
    weight: (h, s) => apply(toWeight, [h, s.g], calling({ ...s.attrs, shape: s.shapes[1] ?? [] })),
  },
});

/** ∂/∂weight of a convolution. */
const toWeight: Op = opWith<Into>()({
  name: "convolutionWeight",
  node: "ConvolutionBackwardBackward0",
  inputs: ["image", "g"],
  forward: ([image, g], { attrs }) =>
    fresh(convolveWeight(image, g, planOf(image.shape, attrs.shape, g.shape, attrs), g.dtype), attrs.shape),
  saves: (needs) => ({ image: needs.g, g: needs.image }),
  backward: {
    image: (h, s) => apply(toImage, [s.g, h], calling({ ...s.attrs, shape: s.shapes[0] ?? [] })),
    g: (h, s) => convolved(s.image, h, s.attrs),
  },
});

function withBias(name: string, make: (inputs: readonly string[], name: string) => Op): Optional {
  return new Optional(["bias"], (given) => make(["input", "weight", ...given], name));
}

function forwards(rank: number): Optional {
  return withBias(`conv${rank}d`, (inputs, name) =>
    opWith<Window>()({
      name,
      symbol: "∗",
      node: "ConvolutionBackward0",
      inputs,
      forward: ([input, weight, bias], { attrs }) => {
        if (input === undefined || weight === undefined) throw new TypeError(`${name} needs an input and a weight.`);
        const spatial = input.shape.slice(2).map((size, d) => placesOf(size, weight.shape[d + 2] ?? 1, attrs, d));
        const shape = [input.shape[0] ?? 0, weight.shape[0] ?? 0, ...spatial];
        const plan = planOf(input.shape, weight.shape, shape, attrs);
        return likeImages(input, fresh(convolve(input, weight, bias ?? null, plan, input.dtype), shape));
      },
      saves: (needs) => ({ input: needs.weight ?? false, weight: needs.input ?? false }),
      backward: {
        input: (g, s) =>
          s.weight ? apply(toImage, [g, s.weight], calling({ ...s.attrs, shape: s.shapes[0] ?? [] })) : null,
        weight: (g, s) =>
          s.input ? apply(toWeight, [s.input, g], calling({ ...s.attrs, shape: s.shapes[1] ?? [] })) : null,
        bias: (g) => g.sum(exceptChannels(g)),
      },
      formula: {
        input: "∂L/∂y ∗ᵀ weight",
        weight: "input ∗ ∂L/∂y",
        bias: "∂L/∂y summed over each channel",
      },
    }),
  );
}

/** The window that finds as many places as there were inputs: without what outputPadding put behind them. */
function without(at: Into, [input = [], weight = []]: readonly Shape[]): Window {
  const after = input.slice(2).map((size, d) => {
    const reach = (at.dilation[d] ?? 1) * ((weight[d + 2] ?? 1) - 1) + 1;
    return (size - 1) * (at.stride[d] ?? 1) + reach - (at.shape[d + 2] ?? 0) - 2 * (at.padding[d] ?? 0);
  });
  return after.some((n) => n !== 0) ? { ...at, after } : at;
}

function backwards(rank: number): Optional {
  return withBias(`convTranspose${rank}d`, (inputs, name) =>
    opWith<Into>()({
      name,
      symbol: "∗ᵀ",
      node: "ConvolutionBackward0",
      inputs,
      forward: ([input, weight, bias], { attrs }) => {
        if (input === undefined || weight === undefined) throw new TypeError(`${name} needs an input and a weight.`);
        const plan = planOf(attrs.shape, weight.shape, input.shape, attrs);
        const out = convolveBack(input, weight, plan, input.dtype);
        if (bias !== undefined) addToChannels(out, attrs.shape, bias);
        return fresh(out, attrs.shape);
      },
      saves: (needs) => ({ input: needs.weight ?? false, weight: needs.input ?? false }),
      backward: {
        input: (g, s) => (s.weight ? convolved(g, s.weight, without(s.attrs, s.shapes)) : null),
        weight: (g, s) =>
          s.input
            ? apply(toWeight, [g, s.input], calling({ ...without(s.attrs, s.shapes), shape: s.shapes[1] ?? [] }))
            : null,
        bias: (g) => g.sum(exceptChannels(g)),
      },
      formula: {
        input: "∂L/∂y ∗ weight",
        weight: "∂L/∂y ∗ input",
        bias: "∂L/∂y summed over each channel",
      },
    }),
  );
}

/** The convolution with a bias or without, by the number of spatial dims. */
export const convolutions = { 1: forwards(1), 2: forwards(2) } as const;

/** The transposed convolution with a bias or without, by the number of spatial dims. */
export const transposedConvolutions = { 1: backwards(1), 2: backwards(2) } as const;

function convolved(image: Tensor, weight: Tensor, { stride, padding, dilation, groups, after }: Window): Tensor {
  const none: Given = { bias: null };
  const at: Window = { stride, padding, dilation, groups, ...(after === undefined ? {} : { after }) };
  return convolutions[image.shape.length === 3 ? 1 : 2].apply([image, weight], none, calling(at));
}
