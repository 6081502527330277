import { join } from "node:path";
import type { Problem } from "../recording/problem";
import type { Recording } from "../recording/recording";
import { launch, type LaunchOptions, type RunResult } from "./launch";
import { prepare } from "./prepare";

import type { Limits, Prepared } from "./request";
import type { Measured, Pass } from "./wire";

/** Where a recording came from, as far as running it again needs it. */
export interface Source {
  /** Name of the main file in the recording. */
  readonly file: string;
  /** The folder that names are relative to. */
  readonly root: string;
  readonly selection: { readonly startLine: number; readonly endLine: number } | null;
}

/** What a re-run may take. */
export interface Bounds {
  readonly limits: Limits;
  readonly execPath?: string;
}

/** More passes than this run in a process of their own: what a module leaves behind is never let go. */
const passesPerProcess = 64;

/** The program of a recording as it was then, whatever its files are by now, ready to run again. */
export function again(recording: Recording, source: Source, { limits, execPath }: Bounds): Prepared | Problem {
  const main = recording.programs.find(({ file }) => file === source.file);
  if (!main) {
    const message = `${source.file} cannot be run again: its recording does not hold its source.`;
    return { message, file: source.file, line: -1, column: 0, kind: "usage" };
  }
  const others = recording.programs.filter((program) => program !== main);
  return prepare({
    file: join(source.root, main.file),
    text: main.text,
    ...(source.selection && { selection: source.selection }),
    root: source.root,
    overlay: new Map(others.map(({ file, text }) => [join(source.root, file), text])),
    limits,
    cap: recording.header.cap,
    ...(execPath !== undefined && { execPath }),
  });
}

/** What passes gave: as many as there were, or fewer and why. */
export interface Measurement {
  readonly measured: readonly Measured[];
  /** Null when every pass ran; a pass that failed says so itself. */
  readonly problem: Problem | null;
  readonly stopped: boolean;
}

/** Something that re-runs are to find. */
export interface Going<T> {
  stop(): void;
  readonly ended: Promise<T>;
}

/** Passes that go on. */
export type Measurer = Going<Measurement>;

/** What can only be looked for with what was found first; `stopped` when it is stopped before that. */
export function andThen<A, B>(first: Going<A>, next: (found: A) => Going<B>, stopped: B): Going<B> {
  let running: Pick<Going<A | B>, "stop"> = first;
  let isOver = false;
  const ended = first.ended.then((found) => {
    if (isOver) return stopped;
    const second = next(found);
    running = second;
    return second.ended;
  });
  return {
    stop: () => {
      isOver = true;
      running.stop();
    },
    ended,
  };
}

/** How passes are run. */
export interface MeasureOptions extends Pick<LaunchOptions, "child"> {
  /** Whether float32 is computed in float64. */
  readonly double?: boolean;
  readonly progress?: (done: number, of: number) => void;
}

/** Runs a program once per pass, in processes of their own, for the numbers that the passes ask for. */
export function measure(prepared: Prepared, passes: readonly Pass[], options: MeasureOptions = {}): Measurer {
  const { double = false, progress, child } = options;
  const deadline = performance.now() + prepared.request.limits.wallMs;
  const measured: Measured[] = [];
  let stopped = false;
  let stop = (): void => undefined;
  const run = async (): Promise<Measurement> => {
    for (let from = 0; from < passes.length && !stopped; from += passesPerProcess) {
      const result = await group(from);
      if (result.status === "stopped") stopped = true;
      else if (result.status !== "done") return { measured, problem: result.error, stopped };
    }
    return { measured, problem: null, stopped };
  };
  const group = async (from: number): Promise<RunResult> => {
    const { request } = prepared;
    const wallMs = Math.max(1, deadline - performance.now());
    const live = launch(
      {
        ...prepared,
        request: { ...request, limits: { ...request.limits, wallMs } },
        measuring: { double, passes: passes.slice(from, from + passesPerProcess) },
      },
      {
        chunk: () => undefined,
        measured: (each) => {
          measured.push({ ...each, pass: each.pass + from });
          progress?.(measured.length, passes.length);
        },
        ended: () => undefined,
      },
      child === undefined ? {} : { child },
    );
    stop = () => live.stop();
    return live.ended;
  };
  return {
    stop: () => {
      stopped = true;
      stop();
    },
    ended: run(),
  };
}
