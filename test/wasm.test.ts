import assert from "node:assert/strict";
import { kept, kernels, moduleOf, wasmOf } from "./support/wasm";

describe("WebAssembly kernels", () => {
  for (const kernel of kernels) {
    it(`are built from the source that stands beside them, byte for byte: ${kernel}`, async () => {
      const { source, module } = kept(kernel);
      assert.equal(moduleOf(kernel, await wasmOf(source)), module);
    }).timeout(60_000);
  }
});
