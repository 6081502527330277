import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Literal } from "../recording/change";
import { sealChunk } from "../recording/codec";
import type { Problem } from "../recording/problem";
import { firstIds, instrument } from "./instrument";
import { residentBytes } from "./memory";
import { probe, type Abilities } from "./probe";
import { isProblem, ProblemError } from "./problem";
import type { Prepared } from "./request";
import type { Spare } from "./spare";
import { commandOf, start } from "./start";
import type { StopFile } from "./stopfile";
import {
  asks,
  descriptors,
  levels,
  readEnding,
  readMeasured,
  Unframer,
  wire,
  type Ending,
  type Level,
  type Measured,
  type Task,
  type Woven,
} from "./wire";

/** How a run ended. */
export interface RunResult {
  readonly status: "done" | "failed" | "stopped" | "limit";
  readonly error: Problem | null;
  readonly ms: number;
  /** Version of the Node that ran it. */
  readonly node: string;
  /** Protections this Node lacks, each as a sentence. */
  readonly missing: readonly string[];
}

/** Who is told of a run. */
export interface Listener {
  /** A chunk of the recording, in order; the bytes are the listener's own. */
  chunk(bytes: Uint8Array): void;
  /** A line the snippet printed. */
  printed?(text: string, level: Level): void;
  /** What a pass gave, in their order. */
  measured?(measured: Measured): void;
  ended(result: RunResult): void;
}

/** A run that goes on. */
export interface Run {
  /** Asks it to end at the next turn of a loop, and ends it when it does not. */
  stop(): void;
  readonly ended: Promise<RunResult>;
}

/** Where the child's program is, how long it may take to end when asked, and where one may wait already. */
export interface LaunchOptions {
  readonly child?: string;
  readonly graceMs?: number;
  readonly spare?: Spare;
}

/** Runs a prepared snippet in a process of its own. */
export function launch(prepared: Prepared, on: Listener, options: LaunchOptions = {}): Run {
  const live = new LiveRun(prepared, on, options);
  return { stop: () => live.ask("stop"), ended: live.run() };
}

class LiveRun {
  private readonly started = performance.now();
  private process: ChildProcess | null = null;
  private asked: "" | "stop" | "wall" | "rss" = "";
  private ending: Ending | null = null;
  private stop: StopFile | null = null;
  private errors = "";
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly prepared: Prepared,
    private readonly on: Listener,
    private readonly options: LaunchOptions,
  ) {}

  async run(): Promise<RunResult> {
    const { request } = this.prepared;
    const executable = request.execPath ?? process.execPath;
    const abilities = await probe(executable);
    const result = await this.outcome(executable, abilities);
    for (const timer of this.timers) clearTimeout(timer);
    this.stop?.close();
    this.on.ended(result);
    return result;
  }

  ask(what: "stop" | "wall"): void {
    if (this.asked !== "") return;
    this.asked = what;
    this.stop?.ask(asks[what]);
    this.later(this.options.graceMs ?? 1000, () => this.process?.kill("SIGKILL"));
  }

  private wasAsked(what: "stop" | "wall" | "rss"): boolean {
    return this.asked === what;
  }

  private later(ms: number, then: () => void): void {
    this.timers.push(setTimeout(then, ms));
  }

  private async outcome(executable: string, abilities: Abilities): Promise<RunResult> {
    const missing = lacking(abilities);
    const end = (status: RunResult["status"], message = "", error: Problem | null = null): RunResult => ({
      status,
      error: error ?? (message === "" ? null : this.problem(message, status === "limit" ? "limit" : "runtime")),
      ms: performance.now() - this.started,
      node: abilities.node,
      missing,
    });
    if (abilities.node === "") return end("failed", `Node could not be started from ${executable}: check that path.`);
    if (!abilities.hooks)
      return end(
        "failed",
        `Node ${abilities.node} cannot load a snippet: use Node 22.15 or later, or VS Code 1.101 or later.`,
      );
    if (this.wasAsked("stop")) return end("stopped");
    const { text, name, change } = this.prepared;
    const woven = weave(text, name, change?.literals ?? []);
    if (isProblem(woven)) return end("failed", "", woven);
    const { code, signal } = await this.live(executable, abilities, woven);
    const { limits } = this.prepared.request;
    const kept = "what it had recorded is kept";
    if (this.wasAsked("wall"))
      return end("limit", `Stopped after ${limits.wallMs / 1000} s, the limit in backstep.limits.seconds; ${kept}.`);
    if (this.wasAsked("rss") || this.ending?.reason === "memory")
      return end(
        "limit",
        `Stopped at ${limits.rssMb} MB of memory, the limit in backstep.limits.memoryMegabytes; ${kept}.`,
      );
    if (this.ending?.reason === "recording")
      return end(
        "limit",
        `Stopped at ${limits.recordingMb} MB of recording, the limit in backstep.limits.recordingMegabytes; ${kept}.`,
      );
    if (this.wasAsked("stop") && (this.ending === null || this.ending.reason === "asked")) return end("stopped");
    if (this.ending?.problem) return end("failed", "", this.ending.problem);
    if (this.ending) return end("done");
    if (/heap out of memory|invalid array length Allocation failed/i.test(this.errors))
      return end(
        "limit",
        `Stopped at ${limits.heapMb} MB of heap, the limit in backstep.limits.heapMegabytes; ${kept}.`,
      );
    const how = signal ? `by ${signal}` : `with exit code ${code ?? "unknown"}`;
    const last = this.errors
      .trim()
      .split("\n")
      .find((line) => /Error|FATAL/.test(line));
    return end("failed", `The run's process ended ${how}${last === undefined ? "" : ` (${last.trim()})`}; ${kept}.`);
  }

  private live(
    executable: string,
    abilities: Abilities,
    { code, program, next }: Woven,
  ): Promise<{ code: number | null; signal: string | null }> {
    const { request, path, name, lines, change, measuring } = this.prepared;
    const { limits, root } = request;
    const { child: main = join(__dirname, "child.js"), spare } = this.options;
    const command = commandOf(this.prepared, executable, abilities, main);
    const { process: child, stop } = spare?.take(command) ?? start(command);
    this.stop = stop;
    this.process = child;
    this.watch(child);
    const unframer = new Unframer((what, payload) => this.take(what, payload));
    const out = child.stdio[descriptors.out];
    if (out instanceof Readable) out.on("data", (piece: Buffer) => unframer.add(piece));
    child.stdout?.on("data", (piece: Buffer) => this.on.printed?.(piece.toString().trimEnd(), "log"));
    child.stderr?.on("data", (piece: Buffer) => (this.errors = (this.errors + piece.toString()).slice(-20_000)));
    const task: Task = {
      path,
      name,
      woven: { code, program, next },
      shown: request.text,
      lines,
      root,
      overlay: [...request.overlay],
      cap: request.cap,
      seed: request.seed ?? 0,
      rssBytes: limits.rssMb * 1048576,
      recordingBytes: limits.recordingMb * 1048576,
      literals: change?.literals ?? [],
      puts: change?.puts ?? [],
      measuring: measuring ?? null,
    };
    child.stdin?.end(JSON.stringify(task));
    return new Promise((resolve) => {
      child.on("error", (error) => {
        this.errors += `Error: ${error.message}`;
        resolve({ code: null, signal: null });
      });
      child.on("close", (code, signal) => {
        spare?.keep(command);
        resolve({ code, signal });
      });
    });
  }

  private watch(child: ChildProcess): void {
    const { limits } = this.prepared.request;
    this.later(limits.wallMs, () => this.ask("wall"));
    this.timers.push(
      setInterval(() => {
        void residentBytes(child.pid ?? 0).then((bytes) => {
          // The child sees it by itself between two turns; this is for a turn that never ends.
          if (!(bytes > limits.rssMb * 1048576 * 1.25) || this.asked !== "") return;
          this.asked = "rss";
          child.kill("SIGKILL");
        });
      }, 100),
    );
  }

  private take(what: number, payload: Uint8Array): void {
    if (what === wire.chunk) this.on.chunk(sealChunk(payload));
    else if (what === wire.printed)
      this.on.printed?.(new TextDecoder().decode(payload.subarray(1)), levels[payload[0] ?? 0] ?? "log");
    else if (what === wire.measured) this.on.measured?.(readMeasured(new TextDecoder().decode(payload)));
    else {
      this.ending = readEnding(new TextDecoder().decode(payload));
      // Nothing follows, and a process that is killed leaves sooner than one that takes its heap apart.
      this.process?.kill("SIGKILL");
    }
  }

  private problem(message: string, kind: Problem["kind"]): Problem {
    return { message, file: this.prepared.name, line: -1, column: 0, kind };
  }
}

/** The file that runs with the hooks in it, or what is wrong with it. */
function weave(text: string, name: string, literals: readonly Literal[]): Woven | Problem {
  try {
    const own = literals.filter(({ file }) => file === name);
    return instrument(text, name, firstIds, own);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

function lacking(abilities: Abilities): string[] {
  const missing: string[] = [];
  if (!abilities.permission)
    missing.push(`Node ${abilities.node} cannot hold a snippet to its folder: it can read and write what you can.`);
  if (abilities.permission && !abilities.sqlite)
    missing.push(`Node ${abilities.node} cannot switch off its database, which can write files anywhere.`);
  return missing;
}
