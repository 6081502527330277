import { isFloating, scalarName } from "../dtype";
import { runtimeError } from "../errors";
import { map, zip } from "../kernels/loops";
import { type Op, op } from "../op";
import { broadcast } from "../shape";
import type { Tensor } from "../tensor";
import { cast, fresh, resultType } from "./result";

function needsBits(kernel: string, a: Tensor): void {
  if (!isFloating(a.dtype)) return;
  throw runtimeError(
    `"${kernel}" not implemented for '${scalarName(a.dtype)}'`,
    'Bits belong to integers and booleans: convert with .to("int64").',
  );
}

/** In 32 bits where both fit, else in 64. */
function onBits(small: (a: number, b: number) => number, large: (a: bigint, b: bigint) => bigint) {
  return (a: number, b: number) =>
    (a | 0) === a && (b | 0) === b ? small(a, b) : Number(BigInt.asIntN(64, large(BigInt(a), BigInt(b))));
}

function bitwise(name: string, symbol: string, kernel: string, f: (a: number, b: number) => number): Op {
  return op({
    name,
    symbol,
    node: "",
    inputs: ["a", "b"],
    pointwise: true,
    forward: ([a, b]) => {
      needsBits(kernel, a);
      needsBits(kernel, b);
      const dtype = resultType([a, b]);
      const shape = broadcast(a.shape, b.shape);
      return fresh(zip(cast(a, dtype), cast(b, dtype), shape, dtype, f), shape);
    },
  });
}

export const bitwiseAnd = bitwise(
  "bitwiseAnd",
  "&",
  "bitwise_and_cpu",
  onBits(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
);
export const bitwiseOr = bitwise(
  "bitwiseOr",
  "|",
  "bitwise_or_cpu",
  onBits(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
);
export const bitwiseXor = bitwise(
  "bitwiseXor",
  "^",
  "bitwise_xor_cpu",
  onBits(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
);
export const bitwiseLeftShift = bitwise("bitwiseLeftShift", "<<", "lshift_cpu", (a, b) => a * 2 ** b);
export const bitwiseRightShift = bitwise("bitwiseRightShift", ">>", "rshift_cpu", (a, b) => Math.floor(a / 2 ** b));

/** Every bit turned round; of a bool its opposite. */
export const bitwiseNot = op({
  name: "bitwiseNot",
  symbol: "~",
  node: "",
  inputs: ["a"],
  pointwise: true,
  forward: ([a]) => {
    needsBits("bitwise_not_cpu", a);
    return fresh(map(a, a.dtype, a.dtype === "bool" ? (x) => 1 - x : (x) => -x - 1), a.shape);
  },
});
