import type { Sources } from "./sources";

/** Where an error was thrown in the snippet. */
export interface Thrown {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const places = new WeakMap<object, Thrown>();

/** Makes stacks speak of the original texts: their positions, names relative to the root, no frames of ours. */
export function mapStacks(sources: Sources, ours: (file: string) => boolean): void {
  Error.stackTraceLimit = 50;
  Error.prepareStackTrace = (error, sites) => {
    const frames: string[] = [];
    for (const site of sites) {
      const file = site.getFileName() ?? "";
      if (ours(file)) continue;
      const source = sources.get(file);
      // eslint-disable-next-line @typescript-eslint/no-base-to-string -- a call site prints itself as a line of a stack
      const text = String(site);
      if (!source) {
        frames.push(text);
        continue;
      }
      const [line, column] = [(site.getLineNumber() ?? 1) - 1, (site.getColumnNumber() ?? 1) - 1];
      const place = source.map.original(line, column);
      const named = `${source.program.file}:${place.line + 1}:${place.column + 1}`;
      frames.push(text.replace(`${file}:${line + 1}:${column + 1}`, named));
      if (!places.has(error)) places.set(error, { file: source.program.file, ...place });
    }
    return [heading(error), ...frames.slice(0, 12).map((frame) => `    at ${frame}`)].join("\n");
  };
}

/** Where an error was thrown in the snippet, as far as its stack tells. */
export function thrownAt(error: unknown): Thrown | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.stack === undefined) return undefined;
  return places.get(error);
}

function heading(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
