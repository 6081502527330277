// Builds everything that ships, into dist/. `npm run build`; add `-- --minify` for a release.
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";

const parsers = ["acorn", "sucrase"];

/** One line per file in dist/. `kind` picks the platform and the module format; `named`: names of classes are shown. */
const entries = [
  // The parsers and the wiring stand beside who needs them: activation loads neither, and the parsers ship once.
  {
    in: "src/extension.ts",
    out: "extension.js",
    kind: "node",
    external: ["vscode"],
    beside: [...parsers, "wiring"],
    // VS Code gives its own module to whoever requires it.
    supported: { "dynamic-import": false },
  },
  { in: "src/wiring.ts", out: "wiring.js", kind: "node", external: ["vscode"], beside: parsers },
  { in: "acorn", out: "acorn.js", kind: "node" },
  { in: "sucrase", out: "sucrase.js", kind: "node" },
  { in: "src/engine/index.ts", out: "engine.mjs", kind: "engine", named: true },
  { in: "src/runner/child/main.ts", out: "child.js", kind: "node", named: true, beside: parsers },
  { in: "src/layout/worker.ts", out: "layout-worker.js", kind: "node" },
  { in: "src/cli.ts", out: "cli.js", kind: "node", banner: "#!/usr/bin/env node", beside: parsers },
  { in: "webview/main.ts", out: "webview/main.js", kind: "page" },
  { in: "webview/offline.ts", out: "webview/offline.js", kind: "page" },
  // TypeScript looks for a server plugin in the extension's node_modules and nowhere else, and wants a bare function.
  {
    in: "src/editor/plugin.ts",
    out: "../node_modules/backstep-types/index.js",
    kind: "node",
    footer: "module.exports = module.exports.plugin;",
  },
];

const kinds = {
  node: { platform: "node", format: "cjs", target: "node22" },
  engine: { platform: "neutral", format: "esm", target: "node22" },
  page: { platform: "browser", format: "iife", target: "chrome134", loader: { ".svg": "text" } },
};

const minify = process.argv.includes("--minify");
if (minify) await rm("dist", { recursive: true, force: true });
await mkdir("dist", { recursive: true });
await mkdir("node_modules/backstep-types", { recursive: true });
await writeFile(
  "node_modules/backstep-types/package.json",
  '{ "name": "backstep-types", "version": "0.1.0", "main": "index.js" }\n',
);

/** Leaves imports of these to the bundles of their names in the same folder. */
function standing(names) {
  const others = ({ path }) => {
    const name = path.replace(/^\.\//, "");
    return names.includes(name) ? { path: `./${name}.js`, external: true } : null;
  };
  return { name: "beside", setup: (made) => made.onResolve({ filter: /^[./\w]+$/ }, others) };
}

async function bundle(entry) {
  const outfile = `dist/${entry.out}`;
  await build({
    ...kinds[entry.kind],
    entryPoints: [entry.in],
    outfile,
    bundle: true,
    minifySyntax: minify,
    minifyWhitespace: minify,
    minifyIdentifiers: minify && !entry.named,
    sourcemap: minify ? false : "linked",
    legalComments: "none",
    logLevel: "warning",
    external: entry.external ?? [],
    supported: entry.supported ?? {},
    plugins: [standing(entry.beside ?? [])],
    banner: entry.banner ? { js: entry.banner } : {},
    footer: entry.footer ? { js: entry.footer } : {},
  });
  console.log(`${outfile} ${Math.round((await stat(outfile)).size / 1024)} KB`);
}

/** Every entry is tried, so that one broken room hides no other. */
const outcomes = await Promise.allSettled(entries.map(bundle));
if (outcomes.some(({ status }) => status === "rejected")) {
  console.error("build failed, see above");
  process.exit(1);
}

// The declarations of "backstep" in one file, so that they mean the same under every module resolution.
// Making them takes seconds, so they are kept until the engine changes.
const kept = "node_modules/.cache/backstep/index.d.ts";
const sources = (await readdir("src/engine", { recursive: true })).map((name) => `src/engine/${name}`);
const changed = Math.max(...(await Promise.all(sources.map(async (source) => (await stat(source)).mtimeMs))));
if (!existsSync(kept) || (await stat(kept)).mtimeMs < changed) {
  const { generateDtsBundle } = await import("dts-bundle-generator");
  const output = { noBanner: true, exportReferencedTypes: false };
  const [types] = generateDtsBundle([{ filePath: "src/engine/index.ts", output }], {
    preferredConfigPath: "tsconfig.json",
  });
  await mkdir("node_modules/.cache/backstep", { recursive: true });
  await writeFile(kept, types);
}
await mkdir("dist/types", { recursive: true });
await copyFile(kept, "dist/types/index.d.ts");
console.log(`dist/types/index.d.ts ${Math.round((await stat(kept)).size / 1024)} KB`);
