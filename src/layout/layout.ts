import { Worker } from "node:worker_threads";
import type { Topology } from "./dot";
import { layered } from "./layered";

/** Which way a graph is drawn: left to right or top to bottom. */
export type Orientation = "LR" | "TB";

/** Where everything stands, in pixels from the top left. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** x and y of each node's centre. */
  readonly centres: Float32Array;
  /** Control points of cubic splines, x and y each: a start, then three per piece. */
  readonly points: Float32Array;
  /** Where each edge begins in `points`, counted in points; one more than there are edges. */
  readonly starts: Int32Array;
  /** Left, top, width and height of each frame. */
  readonly frames: Float32Array;
}

/** What the worker is asked. */
export interface Request {
  readonly id: number;
  readonly topology: Topology;
  readonly orientation: Orientation;
}

/** What the worker answers. */
export type Answer = { readonly id: number; readonly layout: Layout } | { readonly id: number; readonly error: string };

interface Job {
  readonly request: Request;
  readonly resolve: (layout: Layout) => void;
  readonly reject: (reason: unknown) => void;
}

const remembered = 64;
/** Beyond this Graphviz takes minutes; the plain layered layout is drawn instead. */
const mostForGraphviz = 1_500;
const patienceMs = 8_000;

/** Lays out graphs in a warm worker thread, one at a time, remembering the last ones by key. */
export class Layouts {
  private worker: Worker | null = null;
  private running: Job | null = null;
  private readonly waiting: Job[] = [];
  private readonly known = new Map<string, Layout>();
  private timer: NodeJS.Timeout | undefined;
  private serial = 0;

  /** `file` is the built worker. */
  constructor(
    private readonly file: string | URL,
    private readonly execArgv: string[] = [],
  ) {}

  /** Starts the worker, so that the first graph need not wait for it. */
  warm(): void {
    this.worker ??= this.start();
  }

  /** The layout of `topology`; `key` stands for it in the memory. Aborting rejects, and stops work under way. */
  async lay(key: string, topology: Topology, orientation: Orientation, signal?: AbortSignal): Promise<Layout> {
    const at = `${orientation} ${key}`;
    const known = this.known.get(at);
    if (known) return known;
    const layout = await this.ask(topology, orientation, signal);
    this.known.set(at, layout);
    const oldest = this.known.keys().next();
    if (this.known.size > remembered && !oldest.done) this.known.delete(oldest.value);
    return layout;
  }

  dispose(): void {
    for (const job of this.waiting.splice(0)) job.reject(new Error("The layout was disposed."));
    this.stop(new Error("The layout was disposed."));
  }

  private ask(topology: Topology, orientation: Orientation, signal?: AbortSignal): Promise<Layout> {
    if (topology.sizes.length > mostForGraphviz) return Promise.resolve(layered(topology, orientation));
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const job: Job = { request: { id: ++this.serial, topology, orientation }, resolve, reject };
      signal?.addEventListener("abort", () => this.abort(job, signal.reason), { once: true });
      this.waiting.push(job);
      this.next();
    });
  }

  private abort(job: Job, reason: unknown): void {
    if (this.running === job) {
      this.stop(reason);
      this.next();
      return;
    }
    const at = this.waiting.indexOf(job);
    if (at >= 0) this.waiting.splice(at, 1);
    job.reject(reason);
  }

  private next(): void {
    if (this.running) return;
    const job = this.waiting.shift();
    if (!job) {
      this.worker?.unref();
      return;
    }
    this.running = job;
    this.worker ??= this.start();
    this.worker.ref();
    this.worker.postMessage(job.request);
    this.timer = setTimeout(() => this.giveUp(), patienceMs);
  }

  private start(): Worker {
    const worker = new Worker(this.file, { execArgv: this.execArgv, stdout: false });
    worker.unref();
    worker.on("message", (answer: Answer) => this.settle(answer));
    worker.on("error", () => {
      if (worker === this.worker) this.giveUp();
    });
    return worker;
  }

  private settle(answer: Answer): void {
    const job = this.running;
    if (!job || answer.id !== job.request.id) return;
    this.running = null;
    clearTimeout(this.timer);
    job.resolve("layout" in answer ? answer.layout : layered(job.request.topology, job.request.orientation));
    this.next();
  }

  /** The worker died, could not start, or takes too long: what it works on is drawn plainly. */
  private giveUp(): void {
    const job = this.running;
    this.running = null;
    this.stop(null);
    job?.resolve(layered(job.request.topology, job.request.orientation));
    this.next();
  }

  private stop(reason: unknown): void {
    clearTimeout(this.timer);
    this.running?.reject(reason);
    this.running = null;
    void this.worker?.terminate();
    this.worker = null;
  }
}
