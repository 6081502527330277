// What every rival's program shares: the same data for all, and steps for each second of this thread's processor time.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** A package of test/bench/peers, by the file to load. */
export function peer(path) {
  return import(pathToFileURL(resolve("test/bench/peers/node_modules", path)).href);
}

let state = 1;

/** Numbers in [−1, 1). */
export function numbers(count, scale = 1) {
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return scale * ((2 * state) / 2 ** 32 - 1);
  });
}

/** Rows of numbers. */
export function rows(n, m, scale = 1) {
  return Array.from({ length: n }, () => numbers(m, scale));
}

/** Tells how many steps a second `step` runs, after a warm-up of `warm` seconds, in about `seconds`. */
export async function measure(name, step, { warm = 0.5, seconds = 1 } = {}) {
  const run = async (limit) => {
    const began = process.threadCpuUsage();
    for (let steps = 1; ; steps++) {
      await step();
      const { user, system } = process.threadCpuUsage(began);
      if (user + system > limit * 1e6) return steps / ((user + system) / 1e6);
    }
  };
  await run(warm);
  console.log(JSON.stringify({ name, rate: await run(seconds) }));
}
