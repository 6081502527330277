import { strict as assert } from "node:assert";
import fc from "fast-check";
import { tensor } from "../../src/engine/index";
import { joined } from "../../src/recording/canonical";
import { ChunkStream } from "../../src/recording/codec";
import { crc32, sliced } from "../../src/recording/crc";
import { readRecording, Recording, RecordingError } from "../../src/recording/recording";
import { stateAt } from "../../src/recording/state";
import { program, taped } from "./tape";

function sample(): Recording {
  return taped(
    (recorder) => {
      recorder.program(program({ w: "module", text: "loop" }));
      const w = tensor([1, 2], { requiresGrad: true });
      recorder.write(0, w);
      for (let turn = 0; turn < 4; turn++) {
        recorder.turn(turn, 0, -1, turn);
        w.mul(w).sum().backward();
        recorder.write(1, `turn ${turn}`);
        recorder.printed("line");
        recorder.turnEnd(turn);
      }
    },
    { chunkBytes: 300 },
  );
}

const recording = sample();
const chunks = Array.from({ length: recording.chunks }, (_, k) => recording.chunkBytes(k));
const file = joined(chunks);

/** Reads everything a recording claims to have; only sentences may come out. */
function readAll(bytes: Uint8Array): string | null {
  const { recording, problem } = readRecording(bytes);
  for (let row = 0; row < recording.rows; row++) {
    const { args, blocks } = recording.form(row);
    for (let k = 0; k < args; k++) recording.arg(row, k);
    for (let k = 0; k < blocks.length; k++) recording.blockOf(row, k);
  }
  return problem;
}

describe("chunks", () => {
  it("have the checksum that the rest of the world computes", () => {
    assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(64), (bytes, start) => {
        assert.equal(sliced(bytes, start), crc32(bytes, start));
      }),
    );
  });

  it("are found in a stream that arrives in pieces of any size", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const stream = new ChunkStream();
        const found: Uint8Array[] = [];
        for (let at = 0, k = 0; at < file.length; k++) {
          const size = sizes[k % sizes.length] ?? 1;
          found.push(...stream.push(file.slice(at, at + size)));
          at += size;
        }
        assert.equal(stream.pending, 0);
        assert.deepEqual(joined(found), file);
        assert.equal(found.length, chunks.length);
      }),
    );
  });

  it("cut anywhere are refused with a sentence, and what came before stays", () => {
    for (let length = 0; length < file.length; length++) {
      const { recording: part, problem } = readRecording(file.subarray(0, length));
      const whole = chunks.filter(
        (_, k) => chunks.slice(0, k + 1).reduce((sum, { length }) => sum + length, 0) <= length,
      );
      assert.equal(part.chunks, whole.length);
      if (part.chunks === chunks.length || (whole.length > 0 && joined(whole).length === length))
        assert.equal(problem, null);
      else assert.match(problem ?? "", /^The recording is cut short after \d+ rows: .*\.$/);
    }
  });

  it("with any one bit turned are refused with a sentence", () => {
    fc.assert(
      fc.property(fc.nat(file.length * 8 - 1), (bit) => {
        const bytes = file.slice();
        const at = bit >> 3;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
        assert.match(readAll(bytes) ?? "", /^[A-Z].*\.$/);
      }),
      { numRuns: 2000 },
    );
  });

  it("made of anything are refused with a sentence, also when the checksum is right", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const bytes = file.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          const fixed = mended(bytes);
          const problem = readAll(fixed);
          assert.ok(problem === null || /^[A-Z].*\.$/s.test(problem), String(problem));
          if (problem === null) walk(fixed);
        },
      ),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.match(readAll(bytes) ?? "", /^[A-Z].*\.$/);
      }),
    );
  });

  it("say what is wrong", () => {
    const first = chunks[0];
    assert.ok(first);
    const changed = (at: number, byte: number): string | null => {
      const bytes = file.slice();
      bytes[at] = byte;
      return readRecording(bytes).problem;
    };
    assert.equal(changed(0, 65), "This is no Backstep recording: it does not begin with BSTP.");
    assert.equal(changed(4, 9), "The recording has version 9; this Backstep reads version 2: record it again.");
    assert.equal(changed(200, 7), "Chunk 0 is damaged: its checksum differs.");
    assert.throws(
      () => new Recording().add(chunks[1] ?? first),
      /^RecordingError: Chunk 1 came where chunk 0 is next\.$/,
    );
    assert.throws(() => recording.form(recording.rows), RecordingError);
  });
});

/** The checksum of every chunk set right again. */
function mended(bytes: Uint8Array): Uint8Array {
  const fixed = bytes.slice();
  let at = 0;
  for (const { length } of chunks) {
    const view = new DataView(fixed.buffer, at, length);
    view.setUint32(12, crc32(fixed.subarray(at, at + length), 16), true);
    at += length;
  }
  return fixed;
}

/** A state may be wrong when the bytes are, but it must come to an end, or say why not. */
function walk(bytes: Uint8Array): void {
  const { recording } = readRecording(bytes);
  try {
    const state = stateAt(recording, recording.rows - 1);
    for (const tensor of state.tensors) state.value(tensor);
  } catch (error) {
    assert.ok(error instanceof RecordingError, String(error));
  }
}
