import { type DType, rounders } from "../dtype";
import { numel } from "../shape";
import { allocate, type Storage } from "../storage";
import { fusedIn } from "./fma";
import { packed, type Strided } from "./loops";
import { momentsOfRows, rstd, type Statistics } from "./moments";

/** One number for each channel, or none. */
export type PerChannel = Strided | null;

/** The number of place k, or the same for all. */
export function reader(x: PerChannel, otherwise: number): (k: number) => number {
  if (x === null) return () => otherwise;
  const data = packed(x);
  return (k) => data[k]!;
}

/** (x − mean) / √(variance + eps) of each of `groups` rows, times weight plus bias of each place in it, rounded as ATen's layer_norm. */
export function normalizeRows(
  x: Strided,
  groups: number,
  eps: number,
  weight: PerChannel,
  bias: PerChannel,
  dtype: DType,
): Storage {
  const data = packed(x);
  const r = rounders[dtype];
  const fma = fusedIn(dtype);
  const out = allocate(dtype, data.length);
  const width = data.length / Math.max(1, groups);
  const [gain, shift] = [reader(weight, 1), reader(bias, 0)];
  const { mean, variance } = momentsOfRows(x, groups);
  for (let row = 0; row < groups; row++) {
    const scale = rstd(variance[row]!, eps, r);
    const offset = r(-scale * mean[row]!);
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

/** (x − mean) · rstd of each channel, times weight plus bias (batch_norm in ATen/native/cpu/batch_norm_kernel.cpp). */
export function normalizeChannels(
  x: Strided,
  { mean, rstds }: Statistics,
  weight: PerChannel,
  bias: PerChannel,
  dtype: DType,
): Storage {
  const r = rounders[dtype];
  const fma = fusedIn(dtype);
  const [gain, shift] = [reader(weight, 1), reader(bias, 0)];
  return eachChannel(x, dtype, (_, channel) => {
    const scale = r(rstds[channel]! * gain(channel));
    const offset = fma(-mean[channel]!, scale, shift(channel));
    return (value) => fma(value, scale, offset);
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
  const fma = fusedIn(dtype);
  const [batch = 0, channels = 1] = x.shape;
  const { mean, variance } = momentsOfRows(x, batch * groups);
  const groupOf = (image: number, channel: number) => image * groups + Math.floor((channel * groups) / channels);
  if (weight === null && bias === null) {
    return eachChannel(x, dtype, (image, channel) => {
      const group = groupOf(image, channel);
      const [middle, scale] = [mean[group]!, rstd(variance[group]!, eps, r)];
      return (value) => r(value - middle) * scale;
    });
  }
  const [gain, shift] = [reader(weight, 1), reader(bias, 0)];
  return eachChannel(x, dtype, (image, channel) => {
    const group = groupOf(image, channel);
    const scale = r(rstd(variance[group]!, eps, r) * gain(channel));
    const offset = r(r(-scale * mean[group]!) + shift(channel));
    return (value) => fma(value, scale, offset);
  });
}
