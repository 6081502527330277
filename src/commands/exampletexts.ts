/** An example and what it is about: the first line of its first comment. */
export interface Example {
  readonly name: string;
  readonly about: string;
}

/** Reads what an example says of itself. */
export function exampleOf(name: string, text: string): Example {
  const about = /^\/\/+[ \t]*(.*)/.exec(text) ?? /^\/\*\*?[\s*]*(.*)/.exec(text);
  return { name, about: (about?.[1] ?? "").replace(/\s*\*\/$/, "").trim() };
}
