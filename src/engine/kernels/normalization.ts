import { type DType, type Round, rounders } from "../dtype";
import { numel } from "../shape";
import { allocate, type Storage } from "../storage";
import { fma32, fma64 } from "./fma";
import { packed, type Strided } from "./loops";

/** Mean and variance (divided by n) of stretches of elements, in doubles. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** Elements in each stretch. */
  readonly count: number;
}

/** The moments of each of `groups` equal stretches of memory. */
export function momentsOfRows(x: Strided, groups: number): Moments {
  const data = packed(x);
  const count = groups === 0 ? 0 : data.length / groups;
  return moments(groups, count, (group, visit) => {
    for (let i = group * count; i < (group + 1) * count; i++) visit(data[i]!);
  });
}

/** The moments of each channel of [batch, channels, …]. */
export function momentsOfChannels(x: Strided): Moments {
  const data = packed(x);
  const [batch = 0, channels = 1] = x.shape;
  const length = numel(x.shape.slice(2));
  return moments(channels, batch * length, (channel, visit) => {
    for (let n = 0; n < batch; n++) {
      const at = (n * channels + channel) * length;
      for (let i = at; i < at + length; i++) visit(data[i]!);
    }
  });
}

function moments(
  groups: number,
  count: number,
  each: (group: number, visit: (value: number) => void) => void,
): Moments {
  const mean = new Float64Array(groups);
  const variance = new Float64Array(groups);
  for (let group = 0; group < groups; group++) {
    let total = 0;
    each(group, (value) => (total += value));
    const middle = total / count;
    let squares = 0;
    each(group, (value) => (squares += (value - middle) * (value - middle)));
    mean[group] = middle;
    variance[group] = squares / count;
  }
  return { mean, variance, count };
}

/** One number for each channel, or none. */
export type PerChannel = Strided | null;

function reader(x: PerChannel, otherwise: number): (k: number) => number {
  if (x === null) return () => otherwise;
  const data = packed(x);
  return (k) => data[k]!;
}

/** a·b + c rounded once, as GCC contracts it in ATen's kernels. */
function fusedIn(dtype: DType): (a: number, b: number, c: number) => number {
  return dtype === "float32" ? fma32 : fma64;
}

/** 1 / √(variance + eps), each step rounded. */
function rstd(variance: number, eps: number, r: Round): number {
  return r(1 / r(Math.sqrt(r(r(variance) + r(eps)))));
}

/** (x − mean) / √(variance + eps) of each row, times weight plus bias of each place in it, rounded as ATen's layer_norm. */
export function normalizeRows(
  x: Strided,
  { mean, variance }: Moments,
  eps: number,
  weight: PerChannel,
  bias: PerChannel,
  dtype: DType,
): Storage {
  const data = packed(x);
  const r = rounders[dtype];
  const fma = fusedIn(dtype);
  const out = allocate(dtype, data.length);
  const width = data.length / Math.max(1, mean.length);
  const [gain, shift] = [reader(weight, 1), reader(bias, 0)];
  for (let row = 0; row < mean.length; row++) {
    const scale = rstd(variance[row]!, eps, r);
    const offset = r(-scale * r(mean[row]!));
    for (let k = 0; k < width; k++) {
      const normal = fma(data[row * width + k]!, scale, offset);
      out.data[out.start + row * width + k] = fma(normal, gain(k), shift(k));
    }
  }
  return out;
}

/** Each channel of [batch, channels, …] through the function of its image and channel. */
function eachChannel(
  x: Strided,
  dtype: DType,
  of: (image: number, channel: number) => (value: number) => number,
): Storage {
  const data = packed(x);
  const out = allocate(dtype, data.length);
  const [batch = 0, channels = 1] = x.shape;
  const length = numel(x.shape.slice(2));
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      const through = of(n, c);
      const at = (n * channels + c) * length;
      for (let i = at; i < at + length; i++) out.data[out.start + i] = through(data[i]!);
    }
  }
  return out;
}

/** Each channel of [batch, channels, …] times a number plus another: `scale` and `offset` by image and channel. */
function scaleChannels(
  x: Strided,
  dtype: DType,
  of: (image: number, channel: number) => readonly [scale: number, offset: number],
): Storage {
  const fma = fusedIn(dtype);
  return eachChannel(x, dtype, (image, channel) => {
    const [scale, offset] = of(image, channel);
    return (value) => fma(value, scale, offset);
  });
}

/** Normalises each channel by its own moments, or by `running` ones (batch_norm in ATen/native/cpu/batch_norm_kernel.cpp). */
export function normalizeChannels(
  x: Strided,
  { mean, variance }: Moments,
  eps: number,
  weight: PerChannel,
  bias: PerChannel,
  dtype: DType,
  running: boolean,
): Storage {
  const r = rounders[dtype];
  const fma = fusedIn(dtype);
  const [gain, shift] = [reader(weight, 1), reader(bias, 0)];
  const ofBatch = (spread: number) => r(1 / Math.sqrt(r(spread) + eps));
  return scaleChannels(x, dtype, (_, channel) => {
    const spread = variance[channel]!;
    const scale = r((running ? rstd(spread, eps, r) : ofBatch(spread)) * gain(channel));
    return [scale, fma(-r(mean[channel]!), scale, shift(channel))];
  });
}

/** Normalises each group of channels by its own moments (ATen/native/cpu/group_norm_kernel.cpp). */
export function normalizeGroups(
  x: Strided,
  groups: number,
  eps: number,
  weight: PerChannel,
  bias: PerChannel,
  dtype: DType,
): Storage {
  const r = rounders[dtype];
  const [batch = 0, channels = 1] = x.shape;
  const { mean, variance } = momentsOfRows(x, batch * groups);
  const groupOf = (image: number, channel: number) => image * groups + Math.floor((channel * groups) / channels);
  if (weight === null && bias === null) {
    return eachChannel(x, dtype, (image, channel) => {
      const group = groupOf(image, channel);
      const [middle, scale] = [r(mean[group]!), rstd(variance[group]!, eps, r)];
      return (value) => r(value - middle) * scale;
    });
  }
  const [gain, shift] = [reader(weight, 1), reader(bias, 0)];
  return scaleChannels(x, dtype, (image, channel) => {
    const group = groupOf(image, channel);
    const scale = r(rstd(variance[group]!, eps, r) * gain(channel));
    return [scale, r(r(-scale * r(mean[group]!)) + shift(channel))];
  });
}
