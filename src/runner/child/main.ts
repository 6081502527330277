// The process a snippet runs in, once to be recorded or many times over to be measured: the task says which.
import { readFileSync } from "node:fs";
import { readTask } from "../wire";
import { measure } from "./measure";
import { run } from "./run";

const task = readTask(readFileSync(0, "utf8"));
if (task.measuring) measure(task, task.measuring);
else run(task);
