import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { cleanEnvironment, type Abilities } from "./probe";
import { readable } from "./readable";
import type { Prepared } from "./request";
import { StopFile } from "./stopfile";
import { descriptors } from "./wire";

/** All that is settled about a child before it is told its task. */
export interface Command {
  readonly executable: string;
  readonly flags: readonly string[];
  readonly child: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A child that was started and waits for its task. */
export interface Started {
  readonly process: ChildProcess;
  readonly stop: StopFile;
}

/** How large the heap may grow. Graphs die young and in masses: room for more of them at once spares a tenth of the time. */
export function heapFlags(heapMb: number): string[] {
  return [`--max-old-space-size=${heapMb}`, "--min-semi-space-size=32"];
}

/** How the child of a run is started. */
export function commandOf(
  { request, path }: Prepared,
  executable: string,
  abilities: Abilities,
  child: string,
): Command {
  const { limits, root } = request;
  const flags = [...heapFlags(limits.heapMb), "--no-warnings"];
  if (abilities.permission) {
    flags.push("--permission");
    for (const folder of readable(root, path, child)) flags.push(`--allow-fs-read=${folder}/`);
  }
  if (abilities.sqlite) flags.push("--no-experimental-sqlite");
  return { executable, flags, child, env: cleanEnvironment() };
}

/** Starts a child. It goes to the root of its task by itself: one that waits holds no folder of the user's. */
export function start({ executable, flags, child, env }: Command): Started {
  const stop = new StopFile();
  const stdio: ("pipe" | number)[] = ["pipe", "pipe", "pipe"];
  stdio[descriptors.stop] = stop.descriptor;
  stdio[descriptors.out] = "pipe";
  const process = spawn(executable, [...flags, child], { cwd: tmpdir(), env, stdio, windowsHide: true });
  process.stdin?.on("error", () => undefined);
  return { process, stop };
}
