import { RecordingError } from "./error";

/** Ids on one page of a table; their low bits say where. */
export const pageBits = 16;
/** What of an id is its place on a page. */
export const onPage = (1 << pageBits) - 1;

const maxPages = 1 << 12;

/**
 * The page of a table by id, which is made if it is not there: a table that grows by pages never moves what it holds, and
 * one that begins with large ids has none for the small ones.
 */
export function pageOf<T>(pages: (T | undefined)[], id: number, make: () => T): T {
  const at = id >>> pageBits;
  if (at >= maxPages)
    throw new RecordingError(`A recording holds at most ${maxPages << pageBits} tensors; this one names number ${id}.`);
  while (pages.length <= at) pages.push(undefined);
  return (pages[at] ??= make());
}
