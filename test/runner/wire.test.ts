import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import { Unframer } from "../../src/runner/wire";

/** A message as it stands on the pipe. */
function framed(what: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + payload.length);
  new DataView(bytes.buffer).setUint8(0, what);
  new DataView(bytes.buffer).setUint32(1, payload.length, true);
  bytes.set(payload, 5);
  return bytes;
}

describe("the pipe from the child", () => {
  it("gives each message whole, wherever the pipe cuts the stream", () => {
    const message = fc.tuple(fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.integer({ min: 1, max: 30 })), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(([what, payload]) => framed(what, payload)));
        const got: [number, Uint8Array][] = [];
        const unframer = new Unframer((what, payload) => got.push([what, payload]));
        let at = 0;
        for (const cut of cuts) unframer.add(stream.subarray(at, (at += cut)));
        unframer.add(stream.subarray(at));
        deepEqual(got, sent);
      }),
    );
  });
});
