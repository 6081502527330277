import { strict as assert } from "node:assert";

describe("toolchain", () => {
  it("runs on Node 24, whatever the machine's own Node is", () => {
    assert.match(process.version, /^v24\./);
  });
});
