/** The folder or bundle that the engine itself runs from. */
const own = folderOf(framesOf(new Error().stack)[0] ?? "");

/** Where in the program the engine was called: "file:line:column" of the innermost frame outside the engine, or "". */
export function placeOfCall(): string {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const { stack } = new Error();
  Error.stackTraceLimit = before;
  const outer = framesOf(stack).find((frame) => folderOf(frame) !== own && !frame.startsWith(`${own}/`));
  return outer === undefined ? "" : (outer.split("/").at(-1) ?? outer);
}

/** The places of a stack, innermost first: "file:///a/b.ts:3:7". */
function framesOf(stack = ""): string[] {
  return stack.split("\n").flatMap((line) => /\(?([^\s()]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? []);
}

function folderOf(frame: string): string {
  return frame.slice(0, frame.lastIndexOf("/"));
}
