import { type DType, rounders } from "../dtype";
import { isRowMajor, numel, rowMajor } from "../shape";
import { allocate, type Storage } from "../storage";
import { gemm, type Matrices } from "./gemm";
import { copied, type Strided } from "./loops";

/** One direction of a convolution: sizes, and how the kernel moves. */
export interface Axis {
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** The sizes of a 2-d convolution; one in 1-d has a height of 1. */
export interface Plan {
  readonly batch: number;
  /** Channels of input and output, all groups together. */
  readonly into: number;
  readonly out: number;
  readonly groups: number;
  readonly height: Axis;
  readonly width: Axis;
}

/** Elements of the unfolded images that are held at a time. */
const columnLimit = 1 << 22;

function rowMajorOf(x: Strided): Strided {
  if (isRowMajor(x.shape, x.strides)) return x;
  return { storage: copied(x, x.storage.dtype), shape: x.shape, strides: rowMajor(x.shape), offset: 0 };
}

/** Terms of one output, and outputs of one channel. */
function counts({ into, groups, height, width }: Plan): { terms: number; places: number } {
  return { terms: (into / groups) * height.kernel * width.kernel, places: height.output * width.output };
}

/** Calls `part` for each group and as many images as fit, with the index of the first and how many. */
function inParts(plan: Plan, part: (group: number, first: number, images: number) => void): void {
  const { terms, places } = counts(plan);
  const step = Math.max(1, Math.floor(columnLimit / Math.max(1, terms * places)));
  for (let group = 0; group < plan.groups; group++) {
    for (let first = 0; first < plan.batch; first += step) part(group, first, Math.min(step, plan.batch - first));
  }
}

/** Calls `meet` for every element of an image that a kernel element reads: place in the columns, place in the image. */
function unfold(plan: Plan, channels: number, meet: (column: number, pixel: number) => void): void {
  const { height, width } = plan;
  let column = 0;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < height.kernel; i++) {
      for (let j = 0; j < width.kernel; j++) {
        for (let y = 0; y < height.output; y++) {
          const row = y * height.stride - height.padding + i * height.dilation;
          const inside = row >= 0 && row < height.input;
          const at = (c * height.input + row) * width.input;
          let pixel = j * width.dilation - width.padding;
          for (let x = 0; x < width.output; x++, pixel += width.stride, column++) {
            if (inside && pixel >= 0 && pixel < width.input) meet(column, at + pixel);
          }
        }
      }
    }
  }
}

/** The images' elements as [images, terms, places]: under each output the elements that it sums. */
function columns(x: Strided, plan: Plan, group: number, first: number, images: number): Matrices {
  const { terms, places } = counts(plan);
  const channels = plan.into / plan.groups;
  const pixels = plan.height.input * plan.width.input;
  const from = (image: number) => ((first + image) * plan.into + group * channels) * pixels;
  if (isIdentity(plan)) {
    return { x, batches: Array.from({ length: images }, (_, n) => from(n)), row: places, column: 1 };
  }
  const out = allocate(x.storage.dtype, images * terms * places);
  const [source, target] = [x.storage.data, out.data];
  const batches: number[] = [];
  for (let n = 0; n < images; n++) {
    const at = x.storage.start + x.offset + from(n);
    const to = out.start + n * terms * places;
    batches.push(n * terms * places);
    unfold(plan, channels, (column, pixel) => (target[to + column] = source[at + pixel]!));
  }
  const held: Strided = { storage: out, shape: [out.length], strides: [1], offset: 0 };
  return { x: held, batches, row: places, column: 1 };
}

function isIdentity({ height, width }: Plan): boolean {
  return [height, width].every((axis) => axis.kernel === 1 && axis.stride === 1 && axis.input === axis.output);
}

function transposed(m: Matrices): Matrices {
  return { ...m, row: m.column, column: m.row };
}

/** A group of the weight as an [out, terms] matrix. */
function weights(w: Strided, plan: Plan, group: number, images: number): Matrices {
  const { terms } = counts(plan);
  const at = group * (plan.out / plan.groups) * terms;
  return { x: w, batches: new Array<number>(images).fill(at), row: terms, column: 1 };
}

/** A group of the images' outputs as [images, out, places]. */
function outputs(y: Strided, plan: Plan, group: number, first: number, images: number): Matrices {
  const { places } = counts(plan);
  const channels = plan.out / plan.groups;
  const batches = Array.from({ length: images }, (_, n) => ((first + n) * plan.out + group * channels) * places);
  return { x: y, batches, row: places, column: 1 };
}

/**
 * The convolution of images [batch, into, …] with kernels [out, into / groups, …], each sum beginning with its bias
 * and running over (channel, row, column) of the kernel in float32, as ATen's slow_conv2d does with reference BLAS.
 */
export function convolve(image: Strided, weight: Strided, bias: Strided | null, plan: Plan, dtype: DType): Storage {
  const [x, w] = [rowMajorOf(image), rowMajorOf(weight)];
  const { terms, places } = counts(plan);
  const channels = plan.out / plan.groups;
  const out = allocate(dtype, plan.batch * plan.out * places);
  inParts(plan, (group, first, images) => {
    const start: Matrices | null =
      bias === null
        ? null
        : {
            x: {
              storage: bias.storage,
              shape: bias.shape,
              strides: bias.strides,
              offset: bias.offset + group * channels * bias.strides[0]!,
            },
            batches: new Array<number>(images).fill(0),
            row: bias.strides[0]!,
            column: 0,
          };
    const left = weights(w, plan, group, images);
    const right = columns(x, plan, group, first, images);
    const made = gemm(left, right, channels, terms, places, dtype, start);
    for (let n = 0; n < images; n++) {
      const from = made.start + n * channels * places;
      const to = out.start + ((first + n) * plan.out + group * channels) * places;
      out.data.set(made.data.subarray(from, from + channels * places), to);
    }
  });
  return out;
}

/** What each image element gets of `g`, shaped as the outputs, through the kernels: the transposed convolution. */
export function convolveBack(gradient: Strided, weight: Strided, plan: Plan, dtype: DType): Storage {
  const [g, w] = [rowMajorOf(gradient), rowMajorOf(weight)];
  const { terms, places } = counts(plan);
  const pixels = plan.height.input * plan.width.input;
  const channels = plan.into / plan.groups;
  const out = allocate(dtype, plan.batch * plan.into * pixels);
  inParts(plan, (group, first, images) => {
    const left = transposed(weights(w, plan, group, images));
    const made = gemm(left, outputs(g, plan, group, first, images), terms, plan.out / plan.groups, places, dtype, null);
    for (let n = 0; n < images; n++) {
      const from = made.start + n * terms * places;
      const to = out.start + ((first + n) * plan.into + group * channels) * pixels;
      unfold(plan, channels, (column, pixel) => (out.data[to + pixel]! += made.data[from + column]!));
    }
  });
  return out;
}

/** What each kernel element gets of `g`: its products with the image elements it met, summed image by image. */
export function convolveWeight(image: Strided, gradient: Strided, plan: Plan, dtype: DType): Storage {
  const [x, g] = [rowMajorOf(image), rowMajorOf(gradient)];
  const { terms, places } = counts(plan);
  const size = (plan.out / plan.groups) * terms;
  const r = rounders[dtype];
  const out = allocate(dtype, size * plan.groups);
  inParts(plan, (group, first, images) => {
    const right = transposed(columns(x, plan, group, first, images));
    const left = outputs(g, plan, group, first, images);
    const made = gemm(left, right, plan.out / plan.groups, places, terms, dtype, null);
    const to = out.start + group * size;
    for (let n = 0; n < images; n++) {
      const from = made.start + n * size;
      for (let k = 0; k < size; k++) out.data[to + k] = r(out.data[to + k]! + made.data[from + k]!);
    }
  });
  return out;
}

/** `x` of shape [batch, channels, …] with one number added to each channel. */
export function addToChannels(x: Storage, shape: readonly number[], bias: Strided): void {
  const channels = shape[1] ?? 1;
  const length = numel(shape.slice(2));
  const at = bias.storage.start + bias.offset;
  for (let i = 0; i < x.length; i++) {
    const channel = Math.floor(i / length) % channels;
    x.data[x.start + i]! += bias.storage.data[at + channel * bias.strides[0]!]!;
  }
}
