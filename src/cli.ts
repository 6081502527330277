import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { version } from "../package.json";
import { Layouts } from "./layout/layout";
import { carriedOf } from "./panel/carried";
import { freshUi } from "./panel/messages";
import { type Lay, pageFiles, standalone } from "./panel/standalone";
import { canonical } from "./recording/canonical";
import { csvOf } from "./recording/csv";
import { dotOf } from "./recording/dot";
import { bySeverity } from "./recording/finding";
import { Checks } from "./recording/findings/checks";
import { findingLine, jsonFindings } from "./recording/findings/told";
import { jsonOf } from "./recording/json";
import type { Cursor } from "./recording/moves";
import { Outline } from "./recording/outline";
import { type Problem, problemIn } from "./recording/problem";
import { readRecording, Recording } from "./recording/recording";
import { remarks } from "./recording/remarks";
import { stepsOf } from "./recording/steps";
import { grouped } from "./recording/text";
import { launch, type RunResult } from "./runner/launch";
import { prepare } from "./runner/prepare";
import { isProblem } from "./runner/problem";
import { defaultCap, defaultLimits } from "./runner/request";

const usage = `backstep run FILE [--lines A:B] [--save OUT.backstep] [--html OUT] [--json OUT] [--csv OUT] [--dot OUT]
backstep export RECORDING [--html OUT] [--json OUT] [--csv OUT] [--dot OUT]

Runs a TypeScript snippet and records every forward and backward step of it, or reads such a recording.

  --lines A:B      run only these lines (1-based, B included) and what they need
  --save OUT       write the recording, to be opened in VS Code
  --html OUT       write a page that shows the run in any browser, without a network
  --json OUT       write the run as JSON
  --csv OUT        write losses, parameters and gradients by iteration
  --dot OUT        write the graph at the end of the last iteration for Graphviz
  --seconds N      stop after N seconds (${defaultLimits.wallMs / 1000})
  --seed N         seed of the random numbers (0)
  --version        print the version
  --help           print this

OUT may be - for the standard output.
Exit code: 0 the snippet ran, 1 it failed or was stopped by a limit, 2 the command was wrong.`;

/** The command was wrong. */
class UsageError extends Error {}

/** A file cannot be written. */
class WriteError extends Error {}

/** What is to be written where. */
type Outs = Readonly<Record<"save" | "html" | "json" | "csv" | "dot", string | undefined>>;

interface Command {
  readonly verb: "run" | "export";
  readonly file: string;
  readonly lines: { startLine: number; endLine: number } | undefined;
  readonly outs: Outs;
  readonly seconds: number;
  readonly seed: number;
}

/** What the arguments ask for; a string is to be printed and nothing more. */
function commandOf(args: readonly string[]): Command | string {
  const { values, positionals } = (() => {
    try {
      return parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          lines: { type: "string" },
          save: { type: "string" },
          html: { type: "string" },
          json: { type: "string" },
          csv: { type: "string" },
          dot: { type: "string" },
          seconds: { type: "string" },
          seed: { type: "string" },
          help: { type: "boolean", short: "h" },
          version: { type: "boolean", short: "v" },
        },
      });
    } catch (error) {
      throw new UsageError(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error));
    }
  })();
  if (values.version) return version;
  if (values.help) return usage;
  const [verb, file, ...rest] = positionals;
  if (verb === undefined) throw new UsageError("What to do is missing");
  if (verb !== "run" && verb !== "export") throw new UsageError(`"${verb}" is no command`);
  if (file === undefined)
    throw new UsageError(verb === "run" ? "The file to run is missing" : "The recording is missing");
  if (rest.length > 0) throw new UsageError(`One file at a time: "${rest.join(" ")}" is too much`);
  const lines = /^(\d+)(?::(\d+))?$/.exec(values.lines ?? "1");
  const first = Number(lines?.[1]);
  const last = Number(lines?.[2] ?? lines?.[1]);
  if (!lines || first < 1 || last < first)
    throw new UsageError(`--lines wants A:B with 1 ≤ A ≤ B, not "${values.lines ?? ""}"`);
  const { save, html, json, csv, dot } = values;
  const ofRun = (["lines", "save", "seconds", "seed"] as const).find((option) => values[option] !== undefined);
  if (verb === "export" && ofRun !== undefined) throw new UsageError(`--${ofRun} goes with run alone`);
  if (verb === "export" && [html, json, csv, dot].every((out) => out === undefined))
    throw new UsageError("What to write is missing: --html, --json, --csv or --dot");
  return {
    verb,
    file,
    lines: values.lines === undefined ? undefined : { startLine: first - 1, endLine: last },
    outs: { save, html, json, csv, dot },
    seconds: number(values.seconds, "--seconds", defaultLimits.wallMs / 1000),
    seed: number(values.seed, "--seed", 0),
  };
}

function number(text: string | undefined, option: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!(value >= 0) || text.trim() === "") throw new UsageError(`${option} wants a number, not "${text}"`);
  return value;
}

function told(problem: Problem): string {
  const place = problem.line < 0 ? problem.file : `${problem.file}:${problem.line + 1}:${problem.column + 1}`;
  return `${place}: ${problem.message}`;
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new UsageError(`Cannot read "${file}": is it there?`);
  }
}

/** Writes all of a file or leaves what was there as it is. */
function write(out: string, data: string | Uint8Array): void {
  if (out === "-") {
    process.stdout.write(data);
    return;
  }
  let draft = "";
  try {
    const there = statSync(out, { throwIfNoEntry: false });
    const target = there ? realpathSync(out) : out;
    draft = there?.isFile() === false ? "" : `${target}.${process.pid}.tmp`;
    writeFileSync(draft || target, data);
    if (draft) renameSync(draft, target);
  } catch (error) {
    if (draft) rmSync(draft, { force: true });
    throw new WriteError(`Cannot write "${out}": ${reasonOf(error)}.`);
  }
}

/** "no such file or directory", of what Node says. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^[A-Z]+: ([^,]*)/.exec(text)?.[1] ?? text;
}

async function run(command: Command): Promise<number> {
  const file = resolve(command.file);
  const text = bytesOf(file).toString("utf8");
  const prepared = prepare({
    file,
    text,
    root: dirname(file),
    overlay: new Map(),
    limits: { ...defaultLimits, wallMs: command.seconds * 1000 },
    cap: defaultCap,
    seed: command.seed,
    ...(command.lines ? { selection: command.lines } : {}),
  });
  if (isProblem(prepared)) {
    console.error(told(prepared));
    if (command.outs.json !== undefined)
      writeJson(command.outs.json, new Outline(new Recording()), prepared, prepared.file);
    return prepared.kind === "usage" || prepared.kind === "selection" ? 2 : 1;
  }
  const recording = new Recording();
  const speak = Object.values(command.outs).includes("-") ? console.error : console.log;
  const started = new Date().toISOString();
  const live = launch(prepared, {
    chunk: (bytes) => recording.add(bytes),
    printed: (line, level) => (level === "error" || level === "warn" ? console.error : speak)(line),
    ended: () => undefined,
  });
  process.once("SIGINT", () => live.stop());
  const result = await live.ended;
  const outline = new Outline(recording);
  outline.update();
  const findings = bySeverity(new Checks(outline).update());
  if (command.outs.save !== undefined) write(command.outs.save, saved(recording, result, started));
  writeViews(command.outs, outline, result.error, prepared.name);
  if (command.outs.html !== undefined)
    await writePage(command.outs.html, outline, basename(file), result.error, result.status, Math.round(result.ms));
  if (result.error) console.error(told(result.error));
  for (const sentence of result.missing) console.error(sentence);
  if (result.status === "done")
    for (const { message } of remarks(recording, outline.iterations)) console.error(message);
  for (const each of findings) if (each.severity !== "note") console.error(findingLine(each));
  if (prepared.added.length > 0)
    console.error(`Added what the selection needs: ${prepared.added.map(range).join(", ")}.`);
  speak(summary(basename(file), recording, outline, result));
  return result.status === "done" ? 0 : 1;
}

/** Writes what a recording that was kept is to be told as. */
async function exported({ file, outs }: Command): Promise<number> {
  const { recording, problem } = readRecording(bytesOf(resolve(file)));
  if (recording.chunks === 0) throw new UsageError(`"${file}" is no recording: ${problem ?? "it is empty"}`);
  if (problem !== null) console.error(`${problem} What came before is written.`);
  const outline = new Outline(recording);
  outline.update();
  writeViews(outs, outline, null, "");
  const status = recording.facts.status ?? "done";
  if (outs.html !== undefined)
    await writePage(outs.html, outline, basename(file), problemIn(recording), status, recording.facts.milliseconds);
  return problem === null ? 0 : 1;
}

function writeViews(outs: Outs, outline: Outline, problem: Problem | null, source: string): void {
  if (outs.json !== undefined) writeJson(outs.json, outline, problem, source);
  if (outs.csv !== undefined) write(outs.csv, csvOf(outline));
  if (outs.dot !== undefined) write(outs.dot, dotOf(outline, ending(outline)));
}

/** Writes a run with the page that shows it. */
async function writePage(
  out: string,
  outline: Outline,
  title: string,
  problem: Problem | null,
  status: RunResult["status"],
  milliseconds: number | null = null,
): Promise<void> {
  const shown = { facts: { title, number: null }, status, milliseconds, problem, notes: [], wish: null };
  const findings = bySeverity(new Checks(outline).update());
  const layouts = new Layouts(join(__dirname, "layout-worker.js"));
  try {
    const lay: Lay = (...asked) => layouts.lay(...asked);
    const { signal } = new AbortController();
    const bytes = await standalone(
      { outline, carried: carriedOf({ ...shown, findings }, freshUi, []) },
      pageFiles(join(__dirname, "webview")),
      lay,
      signal,
    );
    if (bytes) write(out, bytes);
  } finally {
    layouts.dispose();
  }
}

/** The last moment of the last iteration, or of the run where there is none. */
function ending(outline: Outline): Cursor {
  const last = outline.iterationSegment(outline.iterations - 1);
  const index = last < 0 ? outline.segments.length - 1 : last;
  const segment = outline.segments[index];
  return { segment: index, step: segment ? stepsOf(outline.recording, segment).steps.length - 1 : 0 };
}

/** Writes a run as JSON; the problem has its place, which the recording has only where a call stands there. */
function writeJson(out: string, outline: Outline, problem: Problem | null, source: string): void {
  const run = jsonOf(outline.recording, outline);
  const error = problem && { message: problem.message, file: problem.file, line: problem.line + 1 };
  const findings = jsonFindings(outline, bySeverity(new Checks(outline).update()));
  const whole = { ...run, findings, source: run.source || source, error: error ?? run.error };
  write(out, `${JSON.stringify(whole, null, 2)}\n`);
}

function range({ start, end }: { readonly start: number; readonly end: number }): string {
  return end - start > 1 ? `lines ${start + 1}–${end}` : `line ${start + 1}`;
}

function saved(recording: Recording, result: RunResult, started: string): Uint8Array {
  const { status, ms, node, missing } = result;
  return canonical(recording, {
    started,
    node,
    milliseconds: recording.facts.milliseconds ?? Math.round(ms),
    status,
    missing,
  });
}

function summary(name: string, recording: Recording, outline: Outline, result: RunResult): string {
  const counted = (n: number, what: string): string => `${grouped(n)} ${what}${n === 1 ? "" : "s"}`;
  const parts = [
    `${name}: ${result.status}`,
    counted(outline.iterations, "iteration"),
    counted(recording.rows, "event"),
  ];
  const loss = outline.series.find((s) => s.kind === "loss")?.values.findLast((v) => v !== null);
  if (loss !== undefined) parts.push(`loss ${loss}`);
  return [...parts, `${(result.ms / 1000).toFixed(2)} s`].join(" · ");
}

async function main(): Promise<void> {
  // Whoever reads may have had enough, as `| head` has: the run goes on, and what it is to write it writes.
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  try {
    const command = commandOf(process.argv.slice(2));
    if (typeof command === "string") console.log(command);
    else process.exitCode = command.verb === "run" ? await run(command) : await exported(command);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof WriteError)) throw error;
    console.error(error instanceof UsageError ? `${error.message}.\n\n${usage}` : error.message);
    process.exitCode = 2;
  }
}

void main();
