let tell: (sentence: string) => void = (sentence) => {
  console.warn(`UserWarning: ${sentence}`);
};

/** Says what is legal but probably not meant. */
export function warn(sentence: string): void {
  tell(sentence);
}

/** Sends warnings elsewhere. Returns the way they went before. */
export function setWarner(next: (sentence: string) => void): (sentence: string) => void {
  const before = tell;
  tell = next;
  return before;
}
