import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { version } from "../package.json";
import { canonical } from "./recording/canonical";
import { bySeverity } from "./recording/finding";
import { Checks } from "./recording/findings/checks";
import { findingLine, jsonFindings } from "./recording/findings/told";
import { jsonOf } from "./recording/json";
import { Outline } from "./recording/outline";
import type { Problem } from "./recording/problem";
import { Recording } from "./recording/recording";
import { remarks } from "./recording/remarks";
import { launch, type RunResult } from "./runner/launch";
import { prepare } from "./runner/prepare";
import { isProblem } from "./runner/problem";
import { defaultLimits } from "./runner/request";

const usage = `backstep run FILE [--lines A:B] [--json OUT] [--save OUT.backstep]

Runs a TypeScript snippet and records every forward and backward step of it.

  --lines A:B      run only these lines (1-based, B included) and what they need
  --json OUT       write the run as JSON; - writes it to the standard output
  --save OUT       write the recording, to be opened in VS Code
  --seconds N      stop after N seconds (${defaultLimits.wallMs / 1000})
  --seed N         seed of the random numbers (0)
  --version        print the version
  --help           print this

Exit code: 0 the snippet ran, 1 it failed or was stopped by a limit, 2 the command was wrong.`;

/** The command was wrong. */
class UsageError extends Error {}

interface Command {
  readonly file: string;
  readonly lines: { startLine: number; endLine: number } | undefined;
  readonly json: string | undefined;
  readonly save: string | undefined;
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
          json: { type: "string" },
          save: { type: "string" },
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
  if (verb !== "run") throw new UsageError(`"${verb}" is no command`);
  if (file === undefined) throw new UsageError("The file to run is missing");
  if (rest.length > 0) throw new UsageError(`One file at a time: "${rest.join(" ")}" is too much`);
  const lines = /^(\d+)(?::(\d+))?$/.exec(values.lines ?? "1");
  const first = Number(lines?.[1]);
  const last = Number(lines?.[2] ?? lines?.[1]);
  if (!lines || first < 1 || last < first)
    throw new UsageError(`--lines wants A:B with 1 ≤ A ≤ B, not "${values.lines ?? ""}"`);
  return {
    file,
    lines: values.lines === undefined ? undefined : { startLine: first - 1, endLine: last },
    json: values.json,
    save: values.save,
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

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`Cannot read "${file}": is it there?`);
  }
}

async function run(command: Command): Promise<number> {
  const file = resolve(command.file);
  const text = textOf(file);
  const prepared = prepare({
    file,
    text,
    root: dirname(file),
    overlay: new Map(),
    limits: { ...defaultLimits, wallMs: command.seconds * 1000 },
    cap: 4096,
    seed: command.seed,
    ...(command.lines ? { selection: command.lines } : {}),
  });
  if (isProblem(prepared)) {
    console.error(told(prepared));
    if (command.json !== undefined) writeJson(command.json, new Recording(), prepared, prepared.file);
    return prepared.kind === "usage" || prepared.kind === "selection" ? 2 : 1;
  }
  const recording = new Recording();
  const speak = command.json === "-" ? console.error : console.log;
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
  if (command.json !== undefined) writeJson(command.json, recording, result.error, prepared.name);
  if (command.save !== undefined) writeFileSync(command.save, saved(recording, result, started));
  if (result.error) console.error(told(result.error));
  for (const sentence of result.missing) console.error(sentence);
  if (result.status === "done") for (const sentence of remarks(recording, outline.iterations)) console.error(sentence);
  for (const each of findings) if (each.severity !== "note") console.error(findingLine(each));
  if (prepared.added.length > 0)
    console.error(`Added what the selection needs: ${prepared.added.map(range).join(", ")}.`);
  speak(summary(basename(file), recording, outline, result));
  return result.status === "done" ? 0 : 1;
}

/** Writes a run as JSON; the problem has its place, which the recording has only where a call stands there. */
function writeJson(out: string, recording: Recording, problem: Problem | null, source: string): void {
  const outline = new Outline(recording);
  outline.update();
  const run = jsonOf(recording, outline);
  const error = problem && { message: problem.message, file: problem.file, line: problem.line + 1 };
  const findings = jsonFindings(outline, bySeverity(new Checks(outline).update()));
  const whole = { ...run, findings, source: run.source || source, error: error ?? run.error };
  const json = `${JSON.stringify(whole, null, 2)}\n`;
  if (out === "-") process.stdout.write(json);
  else writeFileSync(out, json);
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
  const counted = (n: number, what: string): string => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
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
  try {
    const command = commandOf(process.argv.slice(2));
    if (typeof command === "string") console.log(command);
    else process.exitCode = await run(command);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}.\n\n${usage}`);
    process.exitCode = 2;
  }
}

void main();
