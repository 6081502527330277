import { build } from "esbuild";
import { globSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** Bundles the suite that runs inside the extension host into dist-test/ and makes the folder it opens. */
export async function bundleSuite(): Promise<{ extension: string; suite: string; folder: string }> {
  const outfile = join(root, "dist-test/index.js");
  const tests = globSync("test/vscode/suite/**/*.test.ts", { cwd: root });
  await build({
    stdin: {
      resolveDir: root,
      loader: "ts",
      contents: [
        `import { runSuite } from "./test/vscode/run-suite";`,
        `export function run() { return runSuite(() => { ${tests.map((file) => `require("./${file}");`).join(" ")} }); }`,
      ].join("\n"),
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "inline",
    external: ["vscode", "mocha"],
    define: { "process.env.BACKSTEP_ROOT": JSON.stringify(root) },
    logLevel: "warning",
  });
  mkdirSync(join(root, ".test-results"), { recursive: true });
  return { extension: root, suite: outfile, folder: mkdtempSync(join(tmpdir(), "backstep-suite-")) };
}
