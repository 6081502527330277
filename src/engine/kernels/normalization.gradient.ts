import { Arithmetic, one, type Reads } from "./arithmetic";
import { numel } from "../shape";
import { allocate, type Storage } from "../storage";
import { filled, packed, type Strided } from "./loops";
import { momentsOfRows, rstd, type Statistics } from "./moments";
import { type PerChannel, reader } from "./normalization";

/** With ds = Σ g · x and db = Σ g (times weight), the x and constant terms of a row's gradient. */
function terms(ds: number, db: number, mean: number, scale: number, share: number, { r, fma }: Arithmetic) {
  const slope = r(r(r(r(fma(db, mean, -ds) * scale) * scale) * scale) * share);
  return { slope, level: fma(-slope, mean, -r(r(db * scale) * share)) };
}

/** ∂L/∂x of layer_norm (layer_norm_kernel.cpp). */
export function inputOfRows(g: Strided, x: Strided, weight: PerChannel, eps: number, groups: number): Storage {
  const [slopes, data] = [packed(g), packed(x)];
  const by = new Arithmetic(x.storage.dtype);
  const { r, fma } = by;
  const { mean, variance } = momentsOfRows(x, groups);
  const width = data.length / Math.max(1, groups);
  const share = r(1 / width);
  const gain = reader(weight, 1);
  const out = allocate(x.storage.dtype, data.length);
  for (let row = 0; row < groups; row++) {
    const at = row * width;
    const slope: Reads = (k) => slopes[at + k]!;
    const value: Reads = (k) => data[at + k]!;
    const ds = weight === null ? by.dot(width, slope, value) : by.dot(width, (k) => r(slope(k) * value(k)), gain);
    const db = by.dot(width, slope, gain);
    const scale = rstd(variance[row]!, eps, r);
    const of = terms(ds, db, mean[row]!, scale, share, by);
    for (let k = 0; k < width; k++) {
      out.data[out.start + at + k] = r(fma(of.slope, value(k), r(r(scale * slope(k)) * gain(k))) + of.level);
    }
  }
  return out;
}

/** ∂L/∂weight of layer_norm. */
export function weightOfRows(g: Strided, x: Strided, eps: number, groups: number): Storage {
  const [slopes, data] = [packed(g), packed(x)];
  const { r, fma } = new Arithmetic(x.storage.dtype);
  const { mean, variance } = momentsOfRows(x, groups);
  const width = data.length / Math.max(1, groups);
  const out = allocate(x.storage.dtype, width);
  for (let row = 0; row < groups; row++) {
    const scale = rstd(variance[row]!, eps, r);
    const offset = r(-scale * mean[row]!);
    for (let k = 0; k < width; k++) {
      const [at, to] = [row * width + k, out.start + k];
      out.data[to] = fma(slopes[at]!, fma(scale, data[at]!, offset), out.data[to]!);
    }
  }
  return out;
}

/** ∂L/∂bias of layer_norm: the rows added up one after the other. */
export function biasOfRows(g: Strided, groups: number): Storage {
  const slopes = packed(g);
  const width = slopes.length / Math.max(1, groups);
  const out = allocate(g.storage.dtype, width);
  for (let k = 0; k < slopes.length; k++) {
    const to = out.start + (k % width);
    out.data[to] = out.data[to]! + slopes[k]!;
  }
  return out;
}

/** Σ g · x and Σ g of each channel of each image. */
function sumsOfImages(g: Strided, x: Strided, by: Arithmetic): { ds: Float64Array; db: Float64Array } {
  const [slopes, data] = [packed(g), packed(x)];
  const length = numel(x.shape.slice(2));
  const count = numel(x.shape.slice(0, 2));
  const made = { ds: new Float64Array(count), db: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    const slope: Reads = (k) => slopes[i * length + k]!;
    made.ds[i] = by.dotInOrder(length, slope, (k) => data[i * length + k]!);
    made.db[i] = by.dotInOrder(length, slope, one);
  }
  return made;
}

/** ∂L/∂x of group_norm (group_norm_kernel.cpp). */
export function inputOfGroups(g: Strided, x: Strided, weight: PerChannel, eps: number, groups: number): Storage {
  const [slopes, data] = [packed(g), packed(x)];
  const by = new Arithmetic(x.storage.dtype);
  const { r, fma } = by;
  const [batch = 0, channels = 1] = x.shape;
  const [length, width] = [numel(x.shape.slice(2)), channels / groups];
  const { ds, db } = sumsOfImages(g, x, by);
  const { mean, variance } = momentsOfRows(x, batch * groups);
  const share = r(1 / (width * length));
  const gain = reader(weight, 1);
  const out = allocate(x.storage.dtype, data.length);
  for (let i = 0; i < batch * groups; i++) {
    const first = (i % groups) * width;
    const gains: Reads = (k) => gain(first + k);
    const dsOf = by.dotInOrder(width, (k) => ds[i * width + k]!, gains);
    const dbOf = by.dotInOrder(width, (k) => db[i * width + k]!, gains);
    const scale = rstd(variance[i]!, eps, r);
    const of = terms(dsOf, dbOf, mean[i]!, scale, share, by);
    for (let k = 0; k < width * length; k++) {
      const at = i * width * length + k;
      const own = r(scale * gains(Math.floor(k / length)));
      out.data[out.start + at] = r(fma(own, slopes[at]!, r(of.slope * data[at]!)) + of.level);
    }
  }
  return out;
}

/** ∂L/∂weight of group_norm. */
export function weightOfGroups(g: Strided, x: Strided, eps: number, groups: number): Storage {
  const by = new Arithmetic(x.storage.dtype);
  const [batch = 0, channels = 1] = x.shape;
  const { ds, db } = sumsOfImages(g, x, by);
  const { mean, variance } = momentsOfRows(x, batch * groups);
  const out = allocate(x.storage.dtype, channels);
  for (let i = 0; i < batch * channels; i++) {
    const group = Math.floor((i * groups) / channels);
    const to = out.start + (i % channels);
    const along = by.fma(-db[i]!, mean[group]!, ds[i]!);
    out.data[to] = by.fma(along, rstd(variance[group]!, eps, by.r), out.data[to]!);
  }
  return out;
}

/** ∂L/∂bias of group_norm: the sums of the images added up. */
export function biasOfGroups(g: Strided): Storage {
  const by = new Arithmetic(g.storage.dtype);
  const [, channels = 1] = g.shape;
  const { db } = sumsOfImages(g, g, by);
  const out = allocate(g.storage.dtype, channels);
  db.forEach((sum, i) => {
    const to = out.start + (i % channels);
    out.data[to] = out.data[to]! + sum;
  });
  return out;
}

/** Σ g and Σ g · (x − mean) of each channel, in the dtype where an image is one element, else image by image in doubles. */
function sumsOfBatch(g: Strided, x: Strided, mean: ArrayLike<number>, by: Arithmetic) {
  const [slopes, data] = [packed(g), packed(x)];
  const { r, fma } = by;
  const [batch = 0, channels = 1] = x.shape;
  const length = numel(x.shape.slice(2));
  const made = { sums: new Float64Array(channels), dots: new Float64Array(channels) };
  for (let i = 0; i < batch * channels; i++) {
    const c = i % channels;
    const middle = mean[c]!;
    if (length === 1) {
      made.sums[c] = r(made.sums[c]! + slopes[i]!);
      made.dots[c] = fma(r(data[i]! - middle), slopes[i]!, made.dots[c]!);
      continue;
    }
    const slope: Reads = (k) => slopes[i * length + k]!;
    made.sums[c]! += by.dot(length, slope, one);
    made.dots[c]! += by.dot(length, (k) => r(data[i * length + k]! - middle), slope);
  }
  return made;
}

/** ∂L/∂x of batch_norm, `moving` with the batch's own statistics (batch_norm_kernel.cpp). */
export function inputOfChannels(
  g: Strided,
  x: Strided,
  weight: PerChannel,
  { mean, rstds }: Statistics,
  moving: boolean,
): Storage {
  const [slopes, data] = [packed(g), packed(x)];
  const by = new Arithmetic(x.storage.dtype);
  const { r, fma } = by;
  const [batch = 0, channels = 1] = x.shape;
  const length = numel(x.shape.slice(2));
  const count = batch * length;
  const { sums, dots } = sumsOfBatch(g, x, mean, by);
  const gain = reader(weight, 1);
  const out = allocate(x.storage.dtype, data.length);
  const levels = sums.map((sum) => r(sum / count));
  const tilts = dots.map((dot, c) => r(r(r(r(dot) * rstds[c]!) * rstds[c]!) / count));
  for (let i = 0; i < batch * channels; i++) {
    const c = i % channels;
    const [middle, scale, weight] = [mean[c]!, rstds[c]!, gain(c)];
    for (let at = i * length; at < (i + 1) * length; at++) {
      const slope = slopes[at]!;
      const own = moving ? fma(-r(data[at]! - middle), tilts[c]!, r(slope - levels[c]!)) : slope;
      out.data[out.start + at] = r(own * scale) * weight;
    }
  }
  return out;
}

/** ∂L/∂weight of batch_norm. */
export function weightOfChannels(g: Strided, x: Strided, { mean, rstds }: Statistics): Storage {
  const { dots } = sumsOfBatch(g, x, mean, new Arithmetic(x.storage.dtype));
  // Of nothing the statistics are NaN, and the gradient 0.
  const slopes = numel(x.shape) === 0 ? dots : dots.map((dot, c) => dot * rstds[c]!);
  return filled(x.storage.dtype, slopes);
}

/** ∂L/∂bias of batch_norm. */
export function biasOfChannels(g: Strided): Storage {
  return filled(
    g.storage.dtype,
    sumsOfBatch(g, g, new Float64Array(g.shape[1] ?? 1), new Arithmetic(g.storage.dtype)).sums,
  );
}
