import { isAbsolute, join, relative, sep } from "node:path";
import type { Problem } from "../recording/problem";
import { walked } from "./nesting";
import { parse } from "./parse";
import { ProblemError } from "./problem";
import type { Prepared, RunRequest } from "./request";
import { slice } from "./slice";

/** Makes a request ready to run: checks its syntax and completes its selection. */
export function prepare(request: RunRequest): Prepared | Problem {
  const path = pathOf(request);
  const name = relative(request.root, path).split(sep).join("/");
  try {
    const parsed = parse(request.text, name);
    const { selection } = request;
    if (!selection) return { request, path, name, text: request.text, lines: [], added: [] };
    const sliced = walked(parsed, () => slice(parsed, selection));
    return { request, path, name, ...sliced, added: sliced.lines.filter((l) => l.added) };
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

/** An untitled document stands in the root, so that its imports resolve from there. */
function pathOf({ file, root }: RunRequest): string {
  if (isAbsolute(file)) return file;
  const name = file.replace(/^untitled:/, "").replace(/[\\/:]/g, "-");
  return join(root, /\.[cm]?[jt]s$/.test(name) ? name : `${name}.ts`);
}
