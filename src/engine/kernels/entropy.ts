import { rounders } from "../dtype";
import { indexError } from "../errors";
import { allocate, type Storage } from "../storage";
import { packed, type Strided } from "./loops";

const levels = 8;

/** −weight · x at each target's class: `each` one by one, `sum` and the weights' `total` summed up as ATen does. */
export interface Likelihood {
  readonly each: Storage;
  readonly sum: number;
  readonly total: number;
}

/**
 * The negative log likelihood of [batch, classes, places] at targets [batch, places], summed through the eight levels
 * of ATen's cascade (LossNLL.cpp).
 */
export function likelihood(
  x: Strided,
  classes: number,
  places: number,
  target: Strided,
  weight: Strided | null,
  ignoreIndex: number,
): Likelihood {
  const [data, targets, weights] = [packed(x), packed(target), weight === null ? null : packed(weight)];
  const { dtype } = x.storage;
  const r = rounders[dtype];
  const each = allocate(dtype, targets.length);
  const sums = new Float64Array(levels);
  const totals = new Float64Array(levels);
  const power = Math.max(4, Math.floor(Math.ceil(Math.log2(Math.max(1, targets.length))) / levels));
  for (let i = 0; i < targets.length; i++) {
    const wanted = targets[i]!;
    if (wanted === ignoreIndex) continue;
    if (wanted < 0 || wanted >= classes) {
      throw indexError(`Target ${wanted} is out of bounds.`, `Classes run from 0 to ${classes - 1}.`);
    }
    const batch = Math.floor(i / Math.max(1, places));
    const value = data[(batch * classes + wanted) * places + (i % places)]!;
    const share = weights === null ? 1 : weights[wanted]!;
    const product = r(value * share);
    each.data[each.start + i] = 0 - product;
    sums[0] = r(sums[0]! - product);
    totals[0] = r(totals[0]! + share);
    for (let j = 0; j + 1 < levels; j++) {
      if ((i & (((1 << power) - 1) << (j * power))) !== 0) break;
      totals[j + 1] = r(totals[j + 1]! + totals[j]!);
      sums[j + 1] = r(sums[j + 1]! + sums[j]!);
      totals[j] = 0;
      sums[j] = 0;
    }
  }
  const add = (a: number, b: number) => r(a + b);
  return { each, sum: sums.reduce(add, 0), total: totals.reduce(add, 0) };
}
