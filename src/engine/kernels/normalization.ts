import { type DType, rounders } from "../dtype";
import { numel } from "../shape";
import { allocate, type Storage } from "../storage";
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
  const out = allocate(dtype, data.length);
  const width = data.length / Math.max(1, mean.length);
  const [gain, shift] = [reader(weight, 1), reader(bias, 0)];
  for (let row = 0; row < mean.length; row++) {
    const scale = r(1 / Math.sqrt(variance[row]! + eps));
    const offset = r(-scale * r(mean[row]!));
    for (let k = 0; k < width; k++) {
      const normal = r(r(data[row * width + k]! * scale) + offset);
      out.data[out.start + row * width + k] = r(normal * gain(k)) + shift(k);
    }
  }
  return out;
}

/** Each channel of [batch, channels, …] times a number plus another: `scale` and `offset` by image and channel. */
export function scaleChannels(
  x: Strided,
  dtype: DType,
  of: (image: number, channel: number) => readonly [scale: number, offset: number],
): Storage {
  const data = packed(x);
  const r = rounders[dtype];
  const out = allocate(dtype, data.length);
  const [batch = 0, channels = 1] = x.shape;
  const length = numel(x.shape.slice(2));
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      const [scale, offset] = of(n, c);
      const at = (n * channels + c) * length;
      for (let i = at; i < at + length; i++) out.data[out.start + i] = r(data[i]! * scale) + offset;
    }
  }
  return out;
}

/** Normalises each channel by its own moments (batch_norm in ATen/native/cpu/batch_norm_kernel.cpp). */
export function normalizeChannels(
  x: Strided,
  { mean, variance }: Moments,
  eps: number,
  weight: PerChannel,
  bias: PerChannel,
  dtype: DType,
): Storage {
  const r = rounders[dtype];
  const [gain, shift] = [reader(weight, 1), reader(bias, 0)];
  return scaleChannels(x, dtype, (_, channel) => {
    const scale = r(r(1 / Math.sqrt(variance[channel]! + eps)) * gain(channel));
    return [scale, r(shift(channel) - r(r(mean[channel]!) * scale))];
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
  const [gain, shift] = [reader(weight, 1), reader(bias, 0)];
  return scaleChannels(x, dtype, (image, channel) => {
    const group = image * groups + Math.floor((channel * groups) / channels);
    const scale = r(r(1 / Math.sqrt(variance[group]! + eps)) * gain(channel));
    return [scale, r(r(-scale * r(mean[group]!)) + shift(channel))];
  });
}
