import type { Lane1 } from "./lanes";
import { type Curves, simd } from "./simd";

/** Below this many elements the way into WebAssembly's memory costs more than it saves. */
const worth = 32;

/** A curve by WebAssembly SIMD, bit for bit the plain one. */
function curve(name: keyof Curves, of: (x: number) => number): Lane1 {
  const plain: Lane1 = (y, to, n, x, at) => {
    for (let e = 0; e < n; e++) y[to + e] = of(x[at + e]!);
  };
  return (y, to, n, x, at) => {
    const kernels = n < worth ? null : simd();
    if (kernels === null) {
      plain(y, to, n, x, at);
      return;
    }
    const whole = n & ~3;
    kernels.room(2 * whole);
    const { floats, curves } = kernels;
    floats.set(x.subarray(at, at + whole));
    let done = 0;
    while (done < whole) {
      done += curves[name](4 * done, 4 * (whole + done), whole - done, 1);
      if (done === whole) break;
      plain(floats, whole + done, 4, floats, done);
      done += 4;
    }
    y.set(floats.subarray(whole, 2 * whole), to);
    plain(y, to + whole, n - whole, x, at + whole);
  };
}

export const tanh = curve("tanh", Math.tanh);
export const sigmoid = curve("sigmoid", (x) => 1 / (1 + Math.exp(-x)));
export const exp = curve("exp", Math.exp);
