// `npm start`: builds, then opens real VS Code with the extension and its examples: the desktop's, else one in a browser.
// `npm start -- --address` starts the one in a browser in any case, and only prints its address.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { startServer } from "./server";

const root = resolve(__dirname, "../..");
const examples = join(root, "examples");
const windows = process.platform === "win32";
const onlyAddress = process.argv.includes("--address");

function onPath(program: string): boolean {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, windows ? `${program}.cmd` : program)));
}

function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== "linux" || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY);
}

function openInBrowser(address: string): void {
  const opener = process.platform === "darwin" ? "open" : windows ? "explorer" : "xdg-open";
  if (hasDisplay() && (windows || onPath(opener))) {
    spawn(opener, [address], { stdio: "ignore", detached: true }).on("error", () => undefined);
  }
}

async function start(): Promise<void> {
  const built = spawnSync("npm", ["run", "build", "--silent"], { cwd: root, stdio: "inherit", shell: windows });
  if (built.status !== 0) throw new Error("the build failed, see above");
  if (!onlyAddress && onPath("code") && hasDisplay()) {
    spawnSync("code", [`--extensionDevelopmentPath=${root}`, examples], { stdio: "inherit", shell: windows });
    console.log("Desktop VS Code is opening with Backstep and its examples.");
    return;
  }
  const server = await startServer();
  server.settings({ "security.workspace.trust.enabled": false });
  const address = server.address(examples, root);
  console.log(`\nVS Code with Backstep and its examples is running. Open this address in a browser:\n\n  ${address}\n`);
  console.log("Open an example, press F1 and choose “Backstep: Run gradient descent”. Ctrl+C here ends it.");
  if (!onlyAddress) openInBrowser(address);
  await new Promise<void>((end) => {
    process.once("SIGINT", () => end());
    process.once("SIGTERM", () => end());
  });
  await server.stop();
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
