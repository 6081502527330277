/** So many functions deep there is room in any case … */
const shallow = 200;
/** … and below that it is looked for at every so many. */
const every = 32;

/** Eight bytes each, 128 KB: most goes to compiling what is called for the first time when an error passes through. */
const room: readonly undefined[] = Array.from({ length: 16384 }, () => undefined);

/**
 * What an endless recursion throws, while there is still room to record: an overflow in the middle of a row would
 * leave half a row behind. Arguments lie on the stack, so a call with many of them asks for just that room.
 */
export function overflow(depth: number): RangeError | null {
  if (depth < shallow || depth % every !== 0) return null;
  try {
    Reflect.apply(take, undefined, room);
    return null;
  } catch {
    return new RangeError("Maximum call stack size exceeded");
  }
}

function take(): void {
  return;
}
