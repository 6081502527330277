import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const version = "4.139.1";
const cache = resolve(__dirname, "../../.vscode-test");
const home = join(cache, `code-server-${version}`);
const done = join(home, "installed");

/** The folder of VS Code's own server inside the installed workbench. */
export const serverRoot = join(home, "node_modules/code-server/lib/vscode");

function npm(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
}

/** The folder of npm's package of a Node version: its program in bin/, its C++ headers in include/. */
export function installNode(version: string): string {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const folder = join(cache, `node-${version}`);
  const root = join(folder, "node_modules", name);
  if (!existsSync(join(root, "package.json"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    npm(folder, ["install", `${name}@${version}`]);
  }
  return root;
}

/** Installs VS Code's workbench and server into .vscode-test/ once; returns at once when it is there. */
export function installWorkbench(): void {
  if (existsSync(done)) return;
  console.log(`Installing VS Code's workbench (code-server ${version}) into .vscode-test/ …`);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), "{}");
  npm(home, ["install", `code-server@${version}`, "--ignore-scripts"]);
  npm(serverRoot, ["install", "--omit=dev", "--ignore-scripts"]);
  npm(serverRoot, ["rebuild", "@vscode/spdlog", "@vscode/native-watchdog"], {
    // The two native modules are built against the headers of the Node that runs the server.
    npm_config_nodedir: installNode(process.versions.node),
  });
  npm(join(serverRoot, "extensions"), ["install", "typescript@6", "--ignore-scripts"]);
  writeFileSync(done, "");
}

if (require.main === module) installWorkbench();
