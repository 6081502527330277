import { spawn } from "node:child_process";

/** What a Node executable can do for a run. */
export interface Abilities {
  /** Its version, "" when it could not be started. */
  readonly node: string;
  /** Whether it has `module.registerHooks`, without which nothing can run. */
  readonly hooks: boolean;
  /** Whether it can refuse files. */
  readonly permission: boolean;
  /** Whether it knows how to switch off its database, which permissions do not hold back. */
  readonly sqlite: boolean;
}

const script =
  'process.stdout.write(JSON.stringify([process.versions.node,typeof require("module").registerHooks==="function",!!process.permission]))';
const known = new Map<string, Promise<Abilities>>();

/** Finds out, once per executable, what it can do. */
export function probe(execPath: string): Promise<Abilities> {
  const found = known.get(execPath) ?? ask(execPath);
  known.set(execPath, found);
  return found;
}

async function ask(execPath: string): Promise<Abilities> {
  const all = await tell(execPath, ["--permission", "--no-experimental-sqlite"]);
  if (all?.[2]) return { node: all[0], hooks: all[1], permission: true, sqlite: true };
  const permission = await tell(execPath, ["--permission"]);
  if (permission?.[2]) return { node: permission[0], hooks: permission[1], permission: true, sqlite: false };
  const plain = await tell(execPath, []);
  return { node: plain?.[0] ?? "", hooks: plain?.[1] ?? false, permission: false, sqlite: false };
}

function tell(execPath: string, flags: readonly string[]): Promise<[string, boolean, boolean] | null> {
  return new Promise((resolve) => {
    const child = spawn(execPath, [...flags, "-e", script], {
      env: cleanEnvironment(),
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 10_000,
    });
    let text = "";
    child.stdout.on("data", (piece: Buffer) => (text += piece.toString()));
    child.on("error", () => resolve(null));
    child.on("close", () => {
      const match = /^\["([\d.]+)[^"]*",(true|false),(true|false)\]$/.exec(text);
      resolve(match ? [match[1] ?? "", match[2] === "true", match[3] === "true"] : null);
    });
  });
}

/** What a child inherits: nothing that could change how Node runs or tell it a secret. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = ["PATH", "HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL", "TZ", "SystemRoot", "windir"];
  const environment: NodeJS.ProcessEnv = { ELECTRON_RUN_AS_NODE: "1" };
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
