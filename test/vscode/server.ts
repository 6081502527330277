import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installWorkbench, serverRoot } from "./install";

/** A running VS Code server; every window opened on it shares one user's settings. */
export interface Server {
  readonly port: number;
  /** Everything the server printed. */
  readonly log: readonly string[];
  /** Where the probe in the extension host says on which port it listens. */
  readonly probeFile: string;
  /** Replaces the user's settings.json. */
  settings(values: Readonly<Record<string, unknown>>): void;
  /** The address of a window on a folder, with an extension under development and, if named, a suite to run in it. */
  address(folder: string | null, extension: string, suite?: string): string;
  stop(): Promise<void>;
}

const quiet = {
  "chat.disableAIFeatures": true,
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  // Without these the browser's own preference replaces a high-contrast theme.
  "window.autoDetectHighContrast": false,
  "window.autoDetectColorScheme": false,
  "editor.accessibilitySupport": "off",
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
};

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, "127.0.0.1", listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

async function untilUp(port: number, child: ChildProcess, log: readonly string[]): Promise<void> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`VS Code's server ended with ${child.exitCode}:\n${log.join("")}`);
    const up = await fetch(`http://127.0.0.1:${port}/version`).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error(`VS Code's server did not answer within 60 s:\n${log.join("")}`);
}

/** Installs VS Code's workbench if it is missing and starts its server on a free port, with an extension preinstalled. */
export async function startServer(probe?: string): Promise<Server> {
  installWorkbench();
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), "backstep-vscode-"));
  const probeFile = join(home, "probe.json");
  const user = join(home, "data/User");
  mkdirSync(user, { recursive: true });
  if (probe !== undefined) cpSync(probe, join(home, "extensions/backstep-test.probe-0.0.1"), { recursive: true });
  const child = spawn(
    process.execPath,
    [
      join(serverRoot, "out/server-main.js"),
      ...["--host", "127.0.0.1", "--port", String(port), "--without-connection-token"],
      ...["--accept-server-license-terms", "--enable-smoke-test-driver", "--telemetry-level", "off"],
      ...["--server-data-dir", home, "--extensions-dir", join(home, "extensions")],
    ],
    { env: { ...process.env, BACKSTEP_PROBE_FILE: probeFile }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => log.push(text.toString()));
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const server: Server = {
    port,
    log,
    probeFile,
    settings: (values) => writeFileSync(join(user, "settings.json"), JSON.stringify({ ...quiet, ...values }, null, 2)),
    address(folder, extension, suite) {
      const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
      const payload = [
        ["extensionDevelopmentPath", remote(extension)],
        ...(suite === undefined ? [] : [["extensionTestsPath", remote(suite)]]),
        ["skipWelcome", "true"],
      ];
      const query = new URLSearchParams({ payload: JSON.stringify(payload) });
      if (folder === null) query.set("ew", "true");
      else query.set("folder", folder);
      return `http://127.0.0.1:${port}/?${query.toString()}`;
    },
    async stop() {
      process.removeListener("exit", kill);
      if (child.exitCode === null) {
        const ended = new Promise((exit) => child.once("exit", exit));
        child.kill("SIGTERM");
        const timer = setTimeout(kill, 5000);
        await ended;
        clearTimeout(timer);
      }
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  server.settings({});
  await untilUp(port, child, log);
  return server;
}
