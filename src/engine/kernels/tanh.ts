import type { Lane1 } from "./lanes";
import { simd } from "./simd";

/** Below this many elements the way into WebAssembly's memory costs more than it saves. */
const worth = 32;

/** tanh x by WebAssembly SIMD, bit for bit the plain one. */
export const tanh: Lane1 = (y, to, n, x, at) => {
  const kernels = n < worth ? null : simd();
  if (kernels === null) {
    plain(y, to, n, x, at);
    return;
  }
  const whole = n & ~3;
  kernels.room(2 * whole);
  const { floats } = kernels;
  floats.set(x.subarray(at, at + whole));
  let done = 0;
  while (done < whole) {
    done += kernels.tanh(4 * done, 4 * (whole + done), whole - done);
    if (done === whole) break;
    plain(floats, whole + done, 4, floats, done);
    done += 4;
  }
  y.set(floats.subarray(whole, 2 * whole), to);
  plain(y, to + whole, n - whole, x, at + whole);
};

const plain: Lane1 = (y, to, n, x, at) => {
  for (let e = 0; e < n; e++) y[to + e] = Math.tanh(x[at + e]!);
};
