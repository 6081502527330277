import { deepEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { build } from "esbuild";

const shipped = [
  ["src/extension.ts", "node"],
  ["src/runner/child/main.ts", "node"],
  ["src/layout/worker.ts", "node"],
  ["src/cli.ts", "node"],
  ["src/editor/plugin.ts", "node"],
  ["webview/main.ts", "browser"],
] as const;

describe("THIRD-PARTY.md", () => {
  it("names every package that gets into what is built, with its version", async function () {
    this.timeout(60_000);
    const packages = new Set<string>();
    for (const [entry, platform] of shipped) {
      const { metafile } = await build({
        entryPoints: [entry],
        bundle: true,
        write: false,
        metafile: true,
        outdir: "dist",
        platform,
        external: platform === "node" ? ["vscode", "./engine.mjs"] : [],
        logLevel: "silent",
      });
      for (const output of Object.values(metafile.outputs)) {
        for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
          const path = file.split("node_modules/").at(-1) ?? "";
          const name = /^(@[^/]+\/)?[^/]+/.exec(path)?.[0];
          if (name && path !== file && bytesInOutput > 0) packages.add(name);
        }
      }
    }
    const listed = readFileSync("THIRD-PARTY.md", "utf8");
    const missing = [...packages].filter((name) => {
      const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")) as { version: string };
      return !new RegExp(`\\| ${name} +\\| ${version.replaceAll(".", "\\.")} `).test(listed);
    });
    deepEqual(missing, []);
  });
});
