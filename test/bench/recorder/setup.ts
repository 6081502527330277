// Records every value and gradient of what is loaded after it, in a process set up as a child is, and nothing else.
import { isTensor } from "../../../src/engine/build";
import { setObserver } from "../../../src/engine/observer";
import { Recorder } from "../../../src/recording/recorder";
import { Clock } from "../../../src/runner/child/clock";
import { countArraysWithHeap } from "../../../src/runner/child/collector";
import { tuneCompiler } from "../../../src/runner/child/compiler";

tuneCompiler();
countArraysWithHeap(true);
const clock = new Clock(() => performance.now());
let bytes = 0;
const recorder = new Recorder({
  cap: 4096,
  flushMs: 50,
  now: () => clock.now(),
  lends: true,
  sink: (chunk) => void (bytes += chunk.length),
  tensorOf: (value) => (isTensor(value) ? value : null),
});
setObserver(recorder);
process.on("exit", () => {
  recorder.end();
  if (bytes === 0) throw new Error("Nothing was recorded.");
});
