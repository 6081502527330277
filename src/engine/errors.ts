/** PyTorch's RuntimeError: its sentence, then the way out. */
export function runtimeError(sentence: string, wayOut = ""): Error {
  return new Error(joined(sentence, wayOut));
}

/** PyTorch's IndexError. */
export function indexError(sentence: string, wayOut = ""): RangeError {
  return new RangeError(joined(sentence, wayOut));
}

/** PyTorch's TypeError and ValueError: an argument that cannot be meant. */
export function argumentError(sentence: string, wayOut = ""): TypeError {
  return new TypeError(joined(sentence, wayOut));
}

function joined(sentence: string, wayOut: string): string {
  if (wayOut === "") return sentence;
  return /[.!?]\s*$/.test(sentence) ? `${sentence.trimEnd()} ${wayOut}` : `${sentence}. ${wayOut}`;
}
