// `npm run package`: builds minified and packs one universal VSIX from .vscodeignore's allow-list; fails above 2 MB.
import { createVSIX, listFiles, PackageManager } from "@vscode/vsce";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const staging = join(root, "dist-vsix");
const limit = 2 * 1024 * 1024;
/** Built into node_modules because TypeScript looks for server plugins nowhere else. */
const plugin = "node_modules/backstep-types";

interface Manifest {
  readonly name: string;
  readonly version: string;
  scripts?: unknown;
  devDependencies?: unknown;
  allowScripts?: unknown;
  dependencies?: Record<string, string>;
}

/** vsce leaves node_modules out unless a package is a dependency, so the plugin is made one in a copy of the manifest. */
async function stage(): Promise<Manifest> {
  rmSync(staging, { recursive: true, force: true });
  const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  for (const file of files) {
    mkdirSync(dirname(join(staging, file)), { recursive: true });
    cpSync(join(root, file), join(staging, file));
  }
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  delete manifest.scripts;
  delete manifest.devDependencies;
  delete manifest.allowScripts;
  if (existsSync(join(root, plugin))) {
    cpSync(join(root, plugin), join(staging, plugin), { recursive: true, filter: (path) => !path.endsWith(".map") });
    const { name, version } = JSON.parse(readFileSync(join(root, plugin, "package.json"), "utf8")) as Manifest;
    manifest.dependencies = { [name]: version };
  }
  writeFileSync(join(staging, "package.json"), JSON.stringify(manifest, null, 2));
  return manifest;
}

async function pack(): Promise<void> {
  const windows = process.platform === "win32";
  const built = spawnSync("npm", ["run", "build", "--silent", "--", "--minify"], { stdio: "inherit", shell: windows });
  if (built.status !== 0) throw new Error("the build failed, see above");
  const { name, version } = await stage();
  const packagePath = join(root, `${name}-${version}.vsix`);
  await createVSIX({ cwd: staging, packagePath });
  const { size } = statSync(packagePath);
  console.log(`${name}-${version}.vsix: ${(size / 1024 / 1024).toFixed(2)} MB`);
  if (size > limit) throw new Error(`the VSIX has ${size} bytes, more than the ${limit} allowed: see what dist/ holds`);
}

pack().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
