const overflow =
  "The numbers grew until they did not fit any more: lower the learning rate, scale the inputs, or clip the gradients.";

const forward: Readonly<Record<string, string>> = {
  log: "Keep what log takes above 0: add a small number, or use logSoftmax or crossEntropy on what comes before.",
  log2: "Keep what log2 takes above 0: clamp it, or add a small number.",
  log10: "Keep what log10 takes above 0: clamp it, or add a small number.",
  log1p: "Keep what log1p takes above −1: clamp it.",
  div: "Keep the divisor away from 0: add a small number to it, or leave out where it is 0.",
  reciprocal: "Keep what reciprocal takes away from 0: add a small number to it.",
  remainder: "Keep the divisor away from 0.",
  fmod: "Keep the divisor away from 0.",
  sqrt: "Keep what sqrt takes at 0 or above: clamp it.",
  rsqrt: "Keep what rsqrt takes above 0: add a small number to it.",
  exp: "exp overflows above 88 in float32: take the largest away first, or use softmax, logSumExp or softplus.",
  expm1: "expm1 overflows above 88 in float32: clamp what it takes.",
  asin: "asin is defined from −1 to 1: clamp what it takes.",
  acos: "acos is defined from −1 to 1: clamp what it takes.",
  atanh: "atanh is defined between −1 and 1: clamp what it takes.",
  softmax: "A row of which all is masked has no softmax: leave one element of each row open.",
  logSoftmax: "A row of which all is masked has no softmax: leave one element of each row open.",
  mean: "The mean of no elements is NaN: see that there are some.",
};

const backward: Readonly<Record<string, string>> = {
  sqrt: "The slope of sqrt at 0 is infinite: add a small number under the root.",
  rsqrt: "The slope of rsqrt at 0 is infinite: add a small number under the root.",
  norm: "The slope of a norm at 0 is not defined: add a small number before the root.",
  pow: "The slope of a power below 1 at 0 is infinite: add a small number to the base.",
  log: "The slope of log at 0 is infinite: add a small number to what it takes.",
  div: "The slope of a quotient at the divisor 0 is infinite: keep the divisor away from 0.",
  acos: "The slope of acos at ±1 is infinite: clamp what it takes a little inside.",
  asin: "The slope of asin at ±1 is infinite: clamp what it takes a little inside.",
};

/** Ops that overflow when what they take is large, whatever else may go wrong with them. */
const grows = new Set(["div", "mean"]);

/** What helps where an op made a NaN or an infinity; `size` is the largest number that it took. */
export function remedyFor(op: string, isRule: boolean, size: number): string {
  const name = op.replace(/_$/, "");
  const known = isRule ? backward[name] : forward[name];
  if (known !== undefined && (isRule || size < 1e18 || !grows.has(name))) return known;
  return isRule ? "Look at what its rule takes: a slope there is not finite." : overflow;
}
