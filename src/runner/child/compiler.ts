import { setFlagsFromString } from "node:v8";

/**
 * Sets V8's compilers for a run. The last one begins later: for most runs it works longer than it spares, on the core
 * that draws them meanwhile. Where it works it may take more into one function: an op, its gradient and their rows are
 * many small ones, and a long run is a tenth faster. Set when Node runs, because one whose V8 has no such flag would not
 * start with it.
 */
export function tuneCompiler(): void {
  for (const flag of [
    "--invocation-count-for-turbofan=60000",
    "--max-inlined-bytecode-size=920",
    "--max-inlined-bytecode-size-cumulative=6000",
    "--max-inlined-bytecode-size-absolute=20000",
  ])
    setFlagsFromString(flag);
}
