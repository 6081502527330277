let tell: (sentence: string) => void = (sentence) => {
  console.warn(`UserWarning: ${sentence}`);
};
const said = new Set<string>();

/** Says what is legal but probably not meant. */
export function warn(sentence: string): void {
  tell(sentence);
}

/** The same, but only the first time. */
export function warnOnce(sentence: string): void {
  if (said.has(sentence)) return;
  said.add(sentence);
  tell(sentence);
}

/** Sends warnings elsewhere, where none has been said yet. Returns the way they went before. */
export function setWarner(next: (sentence: string) => void): (sentence: string) => void {
  const before = tell;
  tell = next;
  said.clear();
  return before;
}
