// The process a snippet runs in, once to be recorded or many times over to be measured: the task says which. With a
// channel to the host it is the one that answers questions.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { readTask, type Task } from "../wire";
import { measure } from "./measure";
import { run } from "./run";

// V8's last compiler begins later: for most runs it works longer than it spares, on the core that draws them meanwhile.
// Set here and not where Node is started, because a Node whose V8 has no such flag would not start.
setFlagsFromString("--invocation-count-for-turbofan=40000");

if (process.send) void import("./evaluator").then(({ evaluate }) => evaluate(process));
else work(readTask(readFileSync(0, "utf8")));

function work(task: Task): void {
  if (task.measuring) measure(task, task.measuring);
  else run(task);
}
