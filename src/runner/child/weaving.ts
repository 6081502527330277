import type * as Weaving from "../instrument";

/** What puts hooks into a file. Its parsers take as long to load as the engine, and a run of one file needs none. */
export function weaving(): typeof Weaving {
  // Node asks for the text of a module in the middle of a call, where nothing can be awaited.
  // eslint-disable-next-line @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return
  return require("../instrument");
}
