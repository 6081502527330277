import { readSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import * as engine from "../../engine/index";
import { setObserver } from "../../engine/observer";
import { Recorder, type RecorderOptions } from "../../recording/recorder";
import { descriptors, type Ending, type Task, wire } from "../wire";
import { Clock } from "./clock";
import { countArraysWithHeap } from "./collector";
import { truthOf } from "./condition";
import { explain, failureAt, stuck, type Failure } from "./fail";
import { Hooks } from "./hooks";
import { hookLoading, isOurs } from "./load";
import { send, sendEnded, sendPrinted } from "./pipe";
import { capturePrints } from "./print";
import { ChangedRecorder, Puts } from "./puts";
import { seedMathRandom } from "./random";
import { Sources } from "./sources";
import { mapStacks } from "./stack";

/** Runs a task's snippet with the engine, the recorder that listens to it, and its hooks, and sends the recording. */
export function run(task: Task): void {
  countArraysWithHeap(true);
  const now = performance.now.bind(performance);
  const clock = new Clock(now);
  const exit = process.exit.bind(process);
  const checkEvery = 50;
  const weighEvery = 250;

  let sent = 0;
  let over = false;
  let settled = false;
  let drained = false;
  /** When the snippet's own code began to run, −1 before. */
  let began = -1;

  const tensorOf = (value: unknown): engine.Tensor | null => (value instanceof engine.Tensor ? value : null);

  const puts = task.puts.length > 0 ? new Puts(task.puts, tensorOf) : null;
  const recording: RecorderOptions = {
    cap: task.cap,
    flushMs: checkEvery,
    now: () => clock.now(),
    lends: true,
    sink: (chunk) => {
      sent += chunk.length;
      send(wire.chunk, chunk);
    },
    tensorOf,
    moduleOf: (value) =>
      value instanceof engine.nn.Module
        ? { name: value.constructor.name, parameters: [...value.namedParameters()] }
        : null,
  };
  const recorder = puts === null ? new Recorder(recording) : new ChangedRecorder(recording, puts);

  const sources = new Sources((program) => recorder.program(program), task.literals);
  const hooks = new Hooks(recorder, truthOf(tensorOf), poll, begin, puts);
  const prints = capturePrints((text, level) => {
    recorder.printed(text, level);
    sendPrinted(text, level);
  });

  function begin(): void {
    if (began < 0) began = now();
  }

  let checked = now();
  let weighed = checked;
  const asked = new Uint8Array(1);

  /** Once a turn: looks, at most every 50 ms, whether the run was asked to stop or has grown too large. */
  function poll(): void {
    const time = clock.now();
    if (time - checked < checkEvery) return;
    checked = time;
    if (readSync(descriptors.stop, asked, 0, 1, 0) > 0) halt("asked");
    else if (weighs(time)) halt("memory");
    else if (sent > task.recordingBytes) halt("recording");
  }

  function weighs(time: number): boolean {
    if (time - weighed < weighEvery) return false;
    weighed = time;
    const bytes = process.memoryUsage.rss();
    if (bytes > task.rssBytes / 4) countArraysWithHeap(false);
    return bytes > task.rssBytes;
  }

  function halt(reason: NonNullable<Ending["reason"]>): never {
    finish({ reason });
    return exit(0);
  }

  /** Sends what is still held and how it ended; nothing follows. */
  function finish(ending: Ending): void {
    if (over) return;
    prints.flush();
    over = true;
    clearInterval(timer);
    setObserver(null);
    if (began >= 0) {
      const milliseconds = took(now() - began);
      recorder.flush();
      recorder.facts({ milliseconds });
    }
    recorder.end();
    sendEnded(ending);
  }

  /** A time as it is shown: tenths of a millisecond. */
  function took(milliseconds: number): number {
    return Math.round(10 * milliseconds) / 10;
  }

  /** Ends a run that something was thrown in; `awaits`: the `await` that threw it, if it was one. */
  function fail(error: unknown, how: "thrown" | "rejected" = "thrown", awaits = -1): never {
    if (over) return exit(1);
    failed(
      explain(error, how, sources, {
        main: task.name,
        root: task.root,
        exports: Object.keys(engine),
        shapeOf: (binding) => tensorOf(hooks.values[binding])?.shape ?? null,
        siteOf: (value) => hooks.thrownAt(value),
        awaits,
      }),
    );
    return exit(1);
  }

  function failed({ problem, site }: Failure): void {
    prints.flush();
    recorder.failed(problem.message, site);
    finish({ problem });
  }

  /** Ends a run that nothing was thrown in. */
  function ended(code: number): void {
    const says = (message: string, site = -1): void => failed(failureAt(message, site, sources, task.name));
    if (drained && !settled) failed(stuck([...hooks.waits("module"), ...hooks.waits("function")], sources, task.name));
    else if (code === 0) finish({});
    else if (drained) says(`The snippet set process.exitCode to ${code}, which says that it failed.`);
    else says(`The snippet ended itself with process.exit(${code}).`, recorder.site);
  }

  Object.defineProperty(engine.Tensor.prototype, inspect.custom, {
    value(this: engine.Tensor) {
      return this.toString();
    },
  });
  mapStacks(sources, isOurs);
  seedMathRandom(task.seed);
  engine.manualSeed(task.seed);
  hookLoading(task, sources, { engine, hooks });
  setObserver(recorder);

  const timer = setInterval(() => {
    poll();
    recorder.flush();
  }, checkEvery);
  timer.unref();

  process.on("uncaughtException", (error) => fail(error));
  process.on("unhandledRejection", (reason) => {
    // A handler of the snippet's own takes it, as it would in a plain Node.
    if (process.listenerCount("unhandledRejection") === 1) fail(reason, "rejected");
  });
  process.on("beforeExit", () => {
    drained = true;
  });
  process.on("exit", (code) => {
    if (!over) ended(code);
  });

  import(pathToFileURL(task.path).href).then(
    () => {
      settled = true;
    },
    (error: unknown) => fail(error, "thrown", hooks.waits("module")[0]),
  );
}
