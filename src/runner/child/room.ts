/** So many functions deep there is room in any case. */
export const shallow = 200;

/**
 * Throws what an endless recursion throws while there is still room to record: an overflow in the middle of a row
 * would leave half a row behind.
 */
export function needStack(): void {
  try {
    descend(1000);
  } catch {
    throw new RangeError("Maximum call stack size exceeded");
  }
}

function descend(frames: number): number {
  return frames === 0 ? 0 : 1 + descend(frames - 1);
}
