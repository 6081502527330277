import type { Round } from "./dtype";
import { slopeA, slopeB } from "./kernels/basic";
import { valueOf } from "./kernels/cell";
import { accumulateNumber } from "./leaf";
import { watcher } from "./mode";
import { notesPlaces } from "./node";
import { type Op, opAt } from "./op";
import { freed, modified } from "./saved.errors";
import { entry, marks, onPage, type Tape } from "./tape";
import type { Tensor } from "./tensor";

/** What is known of a place in a pass: that a gradient comes there, that one came, that several did. */
const reached = 1;
const met = 2;
const summed = 4;

/** By number what is known of places and what came to them; the next pass takes it over. */
class Places {
  states = new Uint8Array(64);
  sums = new Float64Array(64);
  /** The cell that sends the last contribution. */
  lasts = new Int32Array(64);

  widen(count: number): void {
    if (count <= this.states.length) return;
    this.states = new Uint8Array(2 * count);
    this.sums = new Float64Array(2 * count);
    this.lasts = new Int32Array(2 * count);
  }

  add(place: number, value: number, r: Round): void {
    const state = this.states[place] ?? 0;
    this.states[place] = state | (state & met ? summed : met);
    this.sums[place] = state & met ? r((this.sums[place] ?? 0) + value) : value;
  }
}

const cells = new Places();
const leaves = new Places();

/**
 * Backward over a tape, just as a pass over its nodes would go: newest cell first, leaves as soon as their last
 * contribution has come. False, and nothing done, where only a pass over nodes gives what is asked for.
 */
export function alongTape(tape: Tape, root: Tensor, seed: Tensor, keep: boolean): boolean {
  const told = watcher();
  if (!tape.isWhole || tape.told !== told || (told !== null && told.scalarRule === undefined)) return false;
  if (notesPlaces() || seed.dtype !== tape.dtype) return false;
  const top = root.cellOn(tape);
  cells.widen(top + 1);
  leaves.widen(tape.given.length);
  const bottom = reach(tape, top);
  try {
    if (!isPlain(tape)) return false;
    told?.backwardBegan(root, seed);
    try {
      cells.add(top, valueOf(seed), tape.round);
      for (let cell = top; cell >= bottom; cell--) if (cells.states[cell] !== 0) step(tape, cell, keep);
    } finally {
      told?.backwardEnded();
    }
    return true;
  } finally {
    cells.states.fill(0, bottom, top + 1);
    leaves.states.fill(0, 0, tape.given.length);
  }
}

/** Marks what the gradient of a cell comes to; gives the oldest such cell. */
function reach(tape: Tape, top: number): number {
  const { states } = cells;
  let bottom = top;
  const come = (operand: number, from: number): void => {
    if (operand < 0) {
      leaves.states[-1 - operand] = reached;
      leaves.lasts[-1 - operand] = from;
      return;
    }
    states[operand] = reached;
    if (operand < bottom) bottom = operand;
  };
  states[top] = reached;
  for (let cell = top; cell >= bottom; cell--) {
    if (states[cell] === 0) continue;
    const { entries } = tape.pageAt(cell);
    const e = (cell & onPage) * entry.size;
    come(entries[e + entry.a] ?? 0, cell);
    if (((entries[e + entry.op] ?? 0) & marks.two) !== 0) come(entries[e + entry.b] ?? 0, cell);
  }
  return bottom;
}

/** Whether no leaf that is reached has hooks. */
function isPlain({ given }: Tape): boolean {
  for (let k = 0; k < given.length; k++) {
    const place = given[k]?.place ?? null;
    if (place !== null && leaves.states[k] !== 0 && (place.hooks !== null || place.after !== null)) return false;
  }
  return true;
}

/** Runs the rule of a cell. */
function step(tape: Tape, cell: number, keep: boolean): void {
  const { entries, values } = tape.pageAt(cell);
  const e = (cell & onPage) * entry.size;
  const word = entries[e + entry.op] ?? 0;
  if ((word & marks.released) !== 0) throw freed();
  const op = opAt(word & marks.op);
  const two = (word & marks.two) !== 0;
  const a = entries[e + entry.a] ?? 0;
  const b = entries[e + entry.b] ?? 0;
  const needs = (word >> marks.needs) & 3;
  const mask = op.masks?.[needs] ?? 0;
  const r = tape.round;
  const x = (mask & 1) !== 0 ? savedOf(tape, a) : NaN;
  const z = !two ? r(tape.calls[b]?.numbers[0] ?? 0) : (mask & 2) !== 0 ? savedOf(tape, b) : NaN;
  const y = (mask & (two ? 4 : 2)) !== 0 ? (values[cell & onPage] ?? 0) : NaN;
  const g = cells.sums[cell] ?? 0;
  const toA = (needs & 1) === 0 ? 0 : r(op.basic === 0 ? slope(op, 0, g, x, z, y, r) : slopeA(op.basic, g, z));
  const toB = (needs & 2) === 0 ? 0 : r(op.basic === 0 ? slope(op, 1, g, x, z, y, r) : slopeB(op.basic, g, x));
  if ((needs & 1) !== 0) (a < 0 ? leaves : cells).add(a < 0 ? -1 - a : a, toA, r);
  if ((needs & 2) !== 0) (b < 0 ? leaves : cells).add(b < 0 ? -1 - b : b, toB, r);
  const told = tape.told;
  if (told !== null) {
    const sole = ((cells.states[cell] ?? 0) & summed) === 0;
    const [first, second] = [named(tape, a), two ? named(tape, b) : null];
    told.scalarRule?.(op, tape.dtype, tape.tensorId(cell), g, sole, first, second, needs, toA, toB);
  }
  if (!keep && (mask !== 0 || op.keepsNumbers)) entries[e + entry.op] = word | marks.released;
  if (a < 0) settle(tape, -1 - a, cell);
  if (two && b < 0 && b !== a) settle(tape, -1 - b, cell);
}

/** The gradient of an operand by the op's own rule. */
function slope(op: Op, k: number, g: number, a: number, b: number, y: number, r: Round): number {
  return op.scalar?.backward[k]?.(g, a, b, y, r) ?? 0;
}

/** What an operand held, unless it was written in place since. */
function savedOf(tape: Tape, operand: number): number {
  if (operand >= 0) return tape.value(operand);
  const given = tape.given[-1 - operand];
  if (given === undefined) return NaN;
  const { tensor, version } = given;
  if (tensor.version !== version) throw modified(tensor, tensor.gradFn, tensor.version, version);
  return valueOf(tensor);
}

/** An operand as rows name it. */
function named(tape: Tape, operand: number): Tensor | number {
  return operand >= 0 ? tape.tensorId(operand) : (tape.given[-1 - operand]?.tensor ?? -1);
}

/** Adds into a leaf what came, when no more comes. */
function settle(tape: Tape, leaf: number, cell: number): void {
  const given = tape.given[leaf];
  if (given === undefined || given.place === null || leaves.lasts[leaf] !== cell) return;
  if (!given.tensor.requiresGrad) return;
  accumulateNumber(given.tensor, leaves.sums[leaf] ?? 0);
}
