import { build } from "esbuild";
import { join } from "node:path";

const root = join(__dirname, "../..");
let built: Promise<string> | undefined;

/** Builds the evaluator's program as it ships, once per test run, and gives its path. */
export function buildEvaluator(): Promise<string> {
  built ??= (async () => {
    const outfile = join(root, "dist-test/evaluator/evaluator.js");
    await build({
      entryPoints: [join(root, "src/runner/child/evaluator.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node22",
      logLevel: "warning",
    });
    return outfile;
  })();
  return built;
}
