// The process a snippet runs in, once to be recorded or many times over to be measured: the task says which. With a
// channel to the host it is the one that answers questions.
import { readFileSync } from "node:fs";
import { chdir } from "node:process";
import { readTask, type Task } from "../wire";
import { tuneCompiler } from "./compiler";
import { measure } from "./measure";
import { run } from "./run";

tuneCompiler();

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
