// The process a snippet runs in, once to be recorded or many times over to be measured: the task says which. With a
// channel to the host it is the one that answers questions.
import { readFileSync } from "node:fs";
import { chdir } from "node:process";
import { setFlagsFromString } from "node:v8";
import { readTask, type Task } from "../wire";
import { measure } from "./measure";
import { run } from "./run";

// V8's last compiler begins later: for most runs it works longer than it spares, on the core that draws them meanwhile.
// Where it works it may take more into one function: an op, its gradient and their rows are many small ones, and a long
// run is a tenth faster. Set here and not where Node is started, because a Node whose V8 has no such flag would not start.
for (const flag of [
  "--invocation-count-for-turbofan=60000",
  "--max-inlined-bytecode-size=920",
  "--max-inlined-bytecode-size-cumulative=6000",
  "--max-inlined-bytecode-size-absolute=20000",
])
  setFlagsFromString(flag);

if (process.send) void import("./evaluator").then(({ evaluate }) => evaluate(process));
else {
  const task = readFileSync(0, "utf8");
  // Nothing comes from a host that went while this waited.
  if (task !== "") work(readTask(task));
}

function work(task: Task): void {
  chdir(task.root);
  if (task.measuring) measure(task, task.measuring);
  else run(task);
}
