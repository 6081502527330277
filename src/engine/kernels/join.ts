import type { DType } from "../dtype";
import { numel, type Shape } from "../shape";
import { allocate, type Storage } from "../storage";
import { packed, type Strided } from "./loops";

/** The parts laid one after the other along `dim`. */
export function joinedAlong(parts: readonly Strided[], dim: number, shape: Shape, dtype: DType): Storage {
  const out = allocate(dtype, numel(shape));
  const outer = numel(shape.slice(0, dim));
  const row = numel(shape.slice(dim));
  let at = 0;
  for (const part of parts) {
    const data = packed(part);
    const width = numel(part.shape.slice(dim));
    for (let i = 0; i < outer; i++) out.data.set(data.subarray(i * width, (i + 1) * width), out.start + i * row + at);
    at += width;
  }
  return out;
}
