import { observer, type Observer, setObserver } from "../../src/engine/observer";

/** How far results lie from PyTorch's, at their farthest. */
export interface Worst {
  /** Units in the last place, of float32 results. */
  ulp: number;
  /** |d| / (1 + |reference|), of float32 results. */
  single: number;
  /** The same, of float64 results. */
  double: number;
  /** How many elements were compared. */
  elements: number;
}

/** What was measured of one kind of golden case. */
export interface Reading {
  readonly file: string;
  readonly kind: string;
  readonly cases: Set<string>;
  readonly failed: Set<string>;
  readonly value: Worst;
  readonly gradient: Worst;
  /** The engine's ops that ran in the forward part. */
  readonly ops: Set<string>;
}

const readings = new Map<string, Reading>();
let current: Reading | null = null;

const worst = (): Worst => ({ ulp: 0, single: 0, double: 0, elements: 0 });

function readingOf(file: string, kind: string): Reading {
  const key = `${file} ${kind}`;
  const known = readings.get(key);
  if (known !== undefined) return known;
  const made: Reading = {
    file,
    kind,
    cases: new Set(),
    failed: new Set(),
    value: worst(),
    gradient: worst(),
    ops: new Set(),
  };
  readings.set(key, made);
  return made;
}

/** All that was measured so far, in the order it came. */
export function readingsSoFar(): readonly Reading[] {
  return [...readings.values()];
}

/** Runs one golden case; what is compared meanwhile is measured as its. */
export function measuring(file: string, kind: string, id: string, run: () => void): void {
  const reading = readingOf(file, kind);
  const before = current;
  current = reading;
  reading.cases.add(id);
  try {
    run();
  } catch (error) {
    reading.failed.add(id);
    throw error;
  } finally {
    current = before;
  }
}

/** Names every op that runs into `ops` until the returned function is called. */
export function listening(ops: Set<string>): () => void {
  const before = observer();
  const quiet = () => undefined;
  const listener: Observer = {
    created: quiet,
    forward: ({ name }) => ops.add(name),
    updated: ({ name }) => ops.add(name.replace(/_$/, "")),
    opened: quiet,
    closed: quiet,
    backwardBegan: quiet,
    backwardEnded: quiet,
    rule: quiet,
    accumulated: quiet,
    gradientSet: quiet,
    gradModeChanged: quiet,
    moduleEntered: quiet,
    moduleLeft: quiet,
    named: quiet,
    optimizerBegan: quiet,
    optimizerEnded: quiet,
    passedOver: quiet,
    stateful: quiet,
  };
  setObserver(listener);
  return () => void setObserver(before);
}

/** Runs the forward part of a case and notes which ops it is made of. */
export function noting<T>(run: () => T): T {
  const stop = listening(current?.ops ?? new Set());
  try {
    return run();
  } finally {
    stop();
  }
}

const bits = new DataView(new ArrayBuffer(4));

function ordinal(value: number): number {
  bits.setFloat32(0, value);
  const raw = bits.getInt32(0);
  return raw < 0 ? -(raw & 0x7fffffff) : raw;
}

/** How many float32 numbers lie between two. */
export function ulps(a: number, b: number): number {
  return Math.abs(ordinal(a) - ordinal(b));
}

/** Takes one compared element into the reading of the case that runs. */
export function measured(what: "value" | "gradient", got: number, want: number, dtype: string): void {
  if (current === null) return;
  const at = current[what];
  at.elements++;
  if (Object.is(got, want) || (got === 0 && want === 0)) return;
  if (!Number.isFinite(got) || !Number.isFinite(want)) return;
  const off = Math.abs(got - want) / (1 + Math.abs(want));
  if (dtype === "float64") at.double = Math.max(at.double, off);
  else {
    at.single = Math.max(at.single, off);
    at.ulp = Math.max(at.ulp, ulps(got, want));
  }
}
