import { readSync } from "node:fs";
import { pathToFileURL } from "node:url";
import * as engine from "../../engine/index";
import { setObserver } from "../../engine/observer";
import { computeInDouble } from "../../engine/precision";
import {
  descriptors,
  measuredText,
  type Measuring,
  type Task,
  wire,
  type Ending,
  type Measured,
  type Pass,
} from "../wire";
import { truthOf } from "./condition";
import { Hooks } from "./hooks";
import { hookLoading, passMark } from "./load";
import { send, sendEnded } from "./pipe";
import { capturePrints } from "./print";
import { Puts } from "./puts";
import { seedMathRandom } from "./random";
import { PassEnd, PassReading } from "./reading";
import { Sources } from "./sources";

/** Runs a task's program many times over with other values in it, and sends some numbers of each time. */
export function measure(task: Task, { double, passes }: Measuring): void {
  const now = performance.now.bind(performance);
  const exit = process.exit.bind(process);
  const lookEvery = 50;
  const encoder = new TextEncoder();

  const tensorOf = (value: unknown): engine.Tensor | null => (value instanceof engine.Tensor ? value : null);
  const truth = truthOf(tensorOf);

  /** Settles the pass that runs, null between two. */
  let settle: ((problem: string) => void) | null = null;
  let reading: PassReading | null = null;
  let looked = now();
  const asked = new Uint8Array(1);

  function look(): void {
    const time = now();
    if (time - looked < lookEvery) return;
    looked = time;
    if (readSync(descriptors.stop, asked, 0, 1, 0) > 0) halt({ reason: "asked" });
    else if (process.memoryUsage.rss() > task.rssBytes) halt({ reason: "memory" });
  }

  function halt(ending: Ending): never {
    sendEnded(ending);
    return exit(0);
  }

  function fail(error: unknown): void {
    if (error instanceof PassEnd) return;
    settle?.(error instanceof Error ? error.message : String(error));
  }

  const modules: { readonly engine: object; hooks: object } = { engine, hooks: {} };
  const sources = new Sources(() => undefined, task.literals);

  /** What the first tensor of the first pass is called, less one: ids count on from pass to pass. */
  let first = -1;

  async function run(pass: Pass, index: number): Promise<Measured> {
    seedMathRandom(task.seed);
    engine.manualSeed(task.seed);
    const probe = engine.tensor(0).id;
    if (first < 0) first = probe - 1;
    const puts = new Puts([...task.puts, ...pass.puts], tensorOf, probe - first);
    const ended = new Promise<string>((resolve) => (settle = resolve));
    const own = new PassReading(pass, puts, tensorOf, () => settle?.(""), probe - first);
    const hooks = new Hooks(own, truth, look, () => undefined, puts);
    own.values = hooks.values;
    reading = own;
    modules.hooks = hooks;
    setObserver(own);
    import(pathToFileURL(task.path).href + passMark(index)).catch(fail);
    const problem = await ended;
    own.over = true;
    settle = null;
    setObserver(null);
    return { pass: index, problem, readings: own.readings, found: puts.found.slice(task.puts.length) };
  }

  async function all(): Promise<void> {
    for (const [index, pass] of passes.entries()) {
      send(wire.measured, encoder.encode(measuredText(await run(pass, index))));
      looked = 0;
      look();
    }
    halt({});
  }

  capturePrints(() => undefined);
  computeInDouble(double);
  hookLoading(task, sources, modules);
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  // The snippet has nothing more to do: its pass is over, wherever it stands. The immediate keeps the process for the next.
  process.on("beforeExit", () => setImmediate(() => settle?.("")));
  Object.defineProperty(process, "exit", { value: () => reading?.end(), configurable: true });

  void all();
}
