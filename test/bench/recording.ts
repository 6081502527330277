import type { OpView, StorageView, TensorView } from "../../src/engine/observer";
import { ChunkStream } from "../../src/recording/codec";
import { Recorder } from "../../src/recording/recorder";
import { Recording } from "../../src/recording/recording";
import { stateBefore } from "../../src/recording/state";

// What recording costs beside the computing: one epoch of linear regression as the engine tells of it, without the engine.

const epochs = 10_000;
const shape = [4];
const scalar: readonly number[] = [];
const strides = [1];
const attrs = {};
const dims = { dim: [0], keepdim: false };
let ids = 0;

/** Processor time of this thread: what others do on the machine does not count. */
function milliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

interface Fake extends TensorView {
  id: number;
  storageId: number;
  readonly storage: StorageView & { id: number };
}

/** Made once and given new ids for each epoch, so that only the recorder's own garbage is collected. */
function fake(size: readonly number[], requiresGrad: boolean, isLeaf = false): Fake {
  const length = size.length === 0 ? 1 : 4;
  const storage = { id: 0, dtype: "float32" as const, data: new Float32Array(length), start: 0, length, version: 0 };
  return renewed({
    id: 0,
    storage,
    storageId: 0,
    data: storage.data,
    origin: 0,
    shape: size,
    strides: size.length === 0 ? scalar : strides,
    offset: 0,
    dtype: "float32",
    requiresGrad,
    isLeaf,
  });
}

function renewed(tensor: Fake): Fake {
  tensor.id = tensor.storageId = tensor.storage.id = ++ids;
  tensor.storage.data.fill(ids);
  return tensor;
}

const ops: Record<string, OpView> = Object.fromEntries(
  ["mul", "sub", "mean", "sub_"].map((name) => [name, { name, numbers: [] }]),
);
const op = (name: string): OpView => ops[name] ?? { name };
const pow: OpView = { name: "pow", numbers: ["exponent"] };
const scale: OpView = { name: "mul", numbers: ["other"] };

function run(sink: (chunk: Uint8Array) => void): { ns: number; rows: number } {
  const recorder = new Recorder({ cap: 4096, flushMs: 50, now: () => performance.now(), sink, tensorOf: () => null });
  const [x, y, w] = [fake(shape, false, true), fake(shape, false, true), fake(scalar, true, true)];
  for (const leaf of [x, y, w]) recorder.created(leaf, "tensor");
  const t = {
    product: fake(shape, true),
    difference: fake(shape, true),
    square: fake(shape, true),
    loss: fake(scalar, true),
    g: [fake(shape, false), fake(shape, false), fake(shape, false), fake(scalar, false)] as const,
    seed: fake(scalar, false),
    grad: fake(scalar, false),
    step: fake(scalar, false),
  };
  const every = [t.product, t.difference, t.square, t.loss, ...t.g, t.grad, t.step];
  const began = milliseconds();
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const tensor of every) renewed(tensor);
    recorder.turn(epoch, 0, -1, epoch);
    recorder.site = 1;
    recorder.forward(op("mul"), [w, x], [], attrs, [t.product]);
    recorder.site = 2;
    recorder.forward(op("sub"), [t.product, y], [], attrs, [t.difference]);
    recorder.site = 3;
    recorder.forward(pow, [t.difference], [2], attrs, [t.square]);
    recorder.site = 4;
    recorder.forward(op("mean"), [t.square], [], dims, [t.loss]);
    recorder.site = 5;
    recorder.backwardBegan(t.loss, t.seed);
    recorder.rule(op("mean"), [t.loss], [t.seed], [t.square], [t.g[0]], true);
    recorder.rule(pow, [t.square], [t.g[0]], [t.difference], [t.g[1]], true);
    recorder.rule(op("sub"), [t.difference], [t.g[1]], [t.product, null], [t.g[2], null], true);
    recorder.rule(op("mul"), [t.product], [t.g[2]], [w, null], [t.g[3], null], true);
    recorder.accumulated(w, t.grad, false);
    recorder.backwardEnded();
    recorder.gradModeChanged(false);
    recorder.site = 6;
    recorder.forward(scale, [t.grad], [0.01], attrs, [t.step]);
    recorder.site = 7;
    recorder.updated(op("sub_"), [w, t.step], [], attrs, w);
    recorder.gradModeChanged(true);
    recorder.gradientSet(w, null);
    recorder.turnEnd(epoch);
  }
  recorder.end();
  return { ns: (milliseconds() - began) * 1e6, rows: epochs * 18 + 3 };
}

const steps = epochs * 12;
let best = Infinity;
let reading = Infinity;
let bytes = 0;
let rows = 0;
for (let round = 0; round < 20; round++) {
  const chunks: Uint8Array[] = [];
  const { ns, rows: written } = run((chunk) => chunks.push(chunk));
  rows = written;
  best = Math.min(best, ns / rows);
  bytes = chunks.reduce((total, chunk) => total + chunk.length, 0);
  const recording = new Recording();
  const stream = new ChunkStream();
  const began = performance.now();
  for (const chunk of chunks) for (const whole of stream.push(chunk)) recording.add(whole);
  reading = Math.min(reading, performance.now() - began);
  const jump = milliseconds();
  for (let k = 1; k <= 100; k++) stateBefore(recording, Math.floor((k * recording.rows) / 101));
  if (round === 19) console.log(`recording: state at a random row ${((milliseconds() - jump) * 10).toFixed(0)} µs`);
}
console.log(
  `recording: ${best.toFixed(0)} ns a row, ${((best * rows) / steps).toFixed(0)} ns a step (${rows} rows, ${steps} steps)`,
);
console.log(`recording: ${(bytes / steps).toFixed(1)} bytes a step, ${(bytes / rows).toFixed(1)} bytes a row`);
console.log(`recording: ${reading.toFixed(1)} ms to read ${epochs} epochs (${(bytes / 1e6).toFixed(1)} MB)`);
