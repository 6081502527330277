import { strict as assert } from "node:assert";
import { canonical, joined } from "../../src/recording/canonical";
import { readRecording, Recording } from "../../src/recording/recording";
import { type State, stateAt, stateBefore } from "../../src/recording/state";
import type { Value } from "../../src/recording/value";

/** A gradient as the engine has it when the run is over: tensor id and elements, null for none. */
export interface LastGradient {
  readonly tensor: number;
  readonly data: ArrayLike<number> | null;
}

/** Proves on a whole recording everything that holds for all of them. */
export function lawful(recording: Recording, gradients: readonly LastGradient[] = []): void {
  comesAcross(recording);
  namesBeforeUse(recording);
  const walked = walksAsItJumps(recording);
  equalRunsAreEqualBytes(recording);
  for (const { tensor, data } of gradients) {
    const grad = walked.gradOf(tensor);
    if (data === null) assert.equal(grad, null, `.grad of tensor ${tensor} is null`);
    else {
      assert.ok(typeof grad === "number", `tensor ${tensor} has a .grad`);
      const value = walked.value(grad);
      if (value?.data) assert.deepEqual(Array.from(value.data), Array.from(data), `.grad of tensor ${tensor}`);
    }
  }
}

/** Through bytes and back, whole, chunk by chunk, and with chunks that come later. */
function comesAcross(recording: Recording): void {
  const chunks = Array.from({ length: recording.chunks }, (_, k) => recording.chunkBytes(k));
  const { recording: again, problem } = readRecording(joined(chunks));
  assert.equal(problem, null);
  assert.equal(again.rows, recording.rows);
  const sparse = new Recording();
  for (let k = 0; k < recording.chunks; k++) {
    sparse.add(recording.definitionsOf(k));
    const rows = recording.firstRowOf(k + 1);
    assert.equal(sparse.rows, rows, "a prefix is a recording");
    if (rows > recording.firstRowOf(k)) assert.ok(!sparse.holds(rows - 1));
  }
  for (const k of chunks.keys()) sparse.add(recording.chunkBytes(chunks.length - 1 - k));
  for (const row of probes(recording)) {
    assert.deepEqual(sparse.form(row), recording.form(row));
    assert.deepEqual(contents(sparse, row), contents(recording, row));
    assert.deepEqual(contents(again, row), contents(recording, row));
  }
}

function contents(recording: Recording, row: number): unknown {
  const { args, blocks, numbers } = recording.form(row);
  return {
    args: Array.from({ length: args }, (_, k) => recording.arg(row, k)),
    numbers: numbers.map((_, k) => recording.number(row, k)),
    values: blocks.map((_, k) => recording.blockOf(row, k)),
  };
}

/** A row names only tensors that rows before it made. */
function namesBeforeUse(recording: Recording): void {
  const tensors = new Set<number>();
  const storages = new Set<number>();
  const turns = new Set([-1]);
  for (let row = 0; row < recording.rows; row++) {
    const { kind, inputs, outputs, contributes, flag } = recording.form(row);
    for (let k = 0; k < inputs; k++) {
      const tensor = recording.arg(row, k);
      assert.ok(tensor < 0 || tensors.has(tensor), `row ${row} (${kind}) names tensor ${tensor}, which no row made`);
    }
    for (let k = 0; k < outputs.length; k++) {
      tensors.add(recording.arg(row, inputs + 2 * k));
      const storage = recording.arg(row, inputs + 2 * k + 1);
      if (contributes[k] === true && flag !== "view") storages.add(storage);
      assert.ok(storages.has(storage), `row ${row} (${kind}) has a view of storage ${storage}, which no row wrote`);
    }
    if (kind === "turn") {
      assert.ok(turns.has(recording.arg(row, 1)), `row ${row} begins a turn in one that never began`);
      assert.ok(!turns.has(recording.arg(row, 0)), `row ${row} begins a turn again`);
      turns.add(recording.arg(row, 0));
    }
    if (kind === "turnEnd" || kind === "switch") assert.ok(turns.has(recording.arg(row, 0)));
  }
}

/** Walking from the beginning and jumping to a chunk's keyframe give the same state. */
function walksAsItJumps(recording: Recording): State {
  const walker = stateAt(recording, -1);
  for (let chunk = 0; chunk < recording.chunks; chunk++) {
    const first = recording.firstRowOf(chunk);
    if (first === recording.firstRowOf(chunk + 1)) continue;
    walker.advance(first - 1);
    agrees(recording, stateBefore(recording, first), walker);
  }
  const again = stateAt(recording, -1);
  for (const row of probes(recording)) {
    agrees(recording, stateAt(recording, row), again.advance(row));
    const copy = again.copy();
    agrees(recording, copy, again);
  }
  return walker.advance(recording.rows - 1);
}

function agrees(recording: Recording, jumped: State, walked: State): void {
  const where = `after row ${walked.row}`;
  assert.equal(jumped.row, walked.row);
  assert.equal(jumped.frame, walked.frame, `frame ${where}`);
  assert.equal(jumped.turn, walked.turn, `turn ${where}`);
  assert.equal(jumped.gradEnabled, walked.gradEnabled, `grad mode ${where}`);
  assert.deepEqual(jumped.roots, walked.roots, `roots ${where}`);
  assert.deepEqual(jumped.turns, walked.turns, `turns ${where}`);
  for (const { bindings } of recording.programs)
    for (const { id, name } of bindings) {
      const held = jumped.binding(id);
      assert.deepEqual(held, walked.binding(id), `${name} ${where}`);
      if (held !== "not yet" && held.type === "tensor")
        assert.ok(jumped.tensor(held.tensor), `the tensor in ${name} ${where}`);
    }
  for (const tensor of jumped.tensors) {
    assert.deepEqual(jumped.tensor(tensor), walked.tensor(tensor), `tensor ${tensor} ${where}`);
    assert.deepEqual(valueOf(jumped, tensor), valueOf(walked, tensor), `value of tensor ${tensor} ${where}`);
    assert.equal(jumped.gradOf(tensor), walked.gradOf(tensor), `.grad of tensor ${tensor} ${where}`);
    assert.equal(jumped.nameOf(tensor), walked.nameOf(tensor), `name of tensor ${tensor} ${where}`);
    const grad = jumped.gradOf(tensor);
    if (typeof grad === "number") assert.ok(jumped.tensor(grad), `the .grad of tensor ${tensor} ${where}`);
    assert.deepEqual(
      jumped.optimizerStates(tensor),
      walked.optimizerStates(tensor),
      `states of tensor ${tensor} ${where}`,
    );
  }
}

function valueOf(state: State, tensor: number): Value | null | undefined {
  return state.value(tensor);
}

/** The canonical form is its own, and no other cutting into chunks changes it. */
function equalRunsAreEqualBytes(recording: Recording): void {
  const bytes = canonical(recording);
  const { recording: again, problem } = readRecording(bytes);
  assert.equal(problem, recording.rows === 0 && bytes.length === 0 ? problem : null);
  assert.equal(again.rows, recording.rows);
  assert.ok(Buffer.from(bytes.buffer).equals(Buffer.from(canonical(again).buffer)), "canonical is a fixed point");
  if (again.rows > 0) walksAsItJumps(again);
}

/** Rows here and there, always the same ones; all of them where there are few. */
function probes(recording: Recording): number[] {
  const { rows } = recording;
  const wanted = 40;
  if (rows <= wanted) return Array.from({ length: rows }, (_, k) => k);
  return Array.from({ length: wanted }, (_, k) => Math.floor(((k + 0.5) * rows) / wanted)).concat(rows - 1);
}
