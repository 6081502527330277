import type { AnyNode } from "acorn";
import { Lines } from "./lines";
import type { Parsed } from "./parse";
import { ProblemError } from "./problem";
import { children } from "./tree";

/** What is said of code that nests deeper than the stack is. */
export const tooDeep = "This is nested too deeply to be run: write it as several statements, or as a loop.";
const many = 100;
const statement = /(?:Statement|Declaration)$/;

/** Whether an error says that the stack was too small for what a text nests. */
export function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/i.test(error.message);
}

/** The problem of a text that is nested too deeply to be parsed: where its brackets are deepest, else its longest statement. */
export function nestedText(text: string, file: string): ProblemError {
  const bare = text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (s) =>
    s.replace(/[^\n]/g, " "),
  );
  let [depth, deepest, at] = [0, 0, 0];
  for (let k = 0; k < bare.length; k++) {
    const character = bare.charAt(k);
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    if (depth > deepest) [deepest, at] = [depth, k];
  }
  if (deepest < many) {
    let longest = 0;
    for (let from = 0; from < bare.length;) {
      const end = bare.indexOf(";", from);
      const to = end < 0 ? bare.length : end;
      if (to - from > longest) [longest, at] = [to - from, from + bare.slice(from, to).search(/\S|$/)];
      from = to + 1;
    }
  }
  return new ProblemError({ message: tooDeep, file, ...new Lines(text).at(at), kind: "syntax" });
}

/** Runs what walks a tree; one that is nested too deeply for it becomes a problem with a place. */
export function walked<T>(parsed: Parsed, walk: () => T): T {
  try {
    return walk();
  } catch (error) {
    throw isOverflow(error) ? nestedTree(parsed) : error;
  }
}

/** The problem of a tree that is nested too deeply to be walked: the statement around its deepest place. */
export function nestedTree({ tree, origin, lines, file }: Parsed): ProblemError {
  let deepest = { depth: 0, start: 0 };
  const left: { readonly node: AnyNode; readonly depth: number; readonly start: number }[] = [
    { node: tree, depth: 0, start: 0 },
  ];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const start = statement.test(at.node.type) ? at.node.start : at.start;
    if (at.depth > deepest.depth) deepest = { depth: at.depth, start };
    for (const node of children(at.node)) left.push({ node, depth: at.depth + 1, start });
  }
  return new ProblemError({ message: tooDeep, file, ...lines.at(origin.near(deepest.start)), kind: "syntax" });
}
