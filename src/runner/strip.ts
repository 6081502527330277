import { transform } from "sucrase";
import { Lines } from "./lines";
import { isOverflow, nestedText } from "./nesting";
import { ProblemError } from "./problem";

/** A TypeScript text without its types: JavaScript on the same lines, and where its tokens came from. */
export interface Stripped {
  readonly code: string;
  /** Offsets in `code` and the offsets in the original they came from, in order. */
  readonly from: readonly { readonly made: number; readonly original: number }[];
}

/** Strips the types of `text`. Throws a ProblemError with the position for what is no TypeScript or cannot be stripped. */
export function strip(text: string, file: string): Stripped {
  refuse(text, file);
  const filler = spaces.find((space) => !text.includes(space)) ?? "";
  const filled = text.replace(emptyPieces, filler);
  const result = (() => {
    try {
      return transform(filled, {
        transforms: ["typescript"],
        disableESTransforms: true,
        filePath: file,
        sourceMapOptions: { compiledFilename: file },
      });
    } catch (error) {
      if (isOverflow(error)) throw nestedText(text, file);
      throw syntaxProblem(error, file, new Lines(filled), filler);
    }
  })();
  const original = new Lines(filled);
  const made = new Lines(result.code);
  const [madeWithout, originalWithout] = [without(result.code, filler), without(filled, filler)];
  const from: { made: number; original: number }[] = [];
  for (const [line, column, sourceLine, sourceColumn] of decode(result.sourceMap?.mappings ?? ""))
    from.push({
      made: madeWithout(made.offset(line, column)),
      original: originalWithout(original.offset(sourceLine, sourceColumn)),
    });
  return { code: filler === "" ? result.code : result.code.replaceAll(filler, ""), from };
}

// sucrase 3.35 loses all columns behind an empty piece of a template (two of its tokens start at one place), so each
// gets a space that occurs nowhere else for as long as it works; elsewhere that space is white, or text that gets it back.
const emptyPieces = /(?<=[`}])(?=`|\$\{)/g;
const spaces = ["\u2003", "\u2002", "\u2005", "\u2004", "\u2009", "\u2008", "\u2007", "\u2006"];

/** Leads an offset to where it is once the filler is taken out. */
function without(text: string, filler: string): (offset: number) => number {
  const places: number[] = [];
  if (filler !== "") for (let at = text.indexOf(filler); at >= 0; at = text.indexOf(filler, at + 1)) places.push(at);
  return (offset) => {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return offset - low;
  };
}

function syntaxProblem(error: unknown, file: string, filled: Lines, filler: string): ProblemError {
  const message = error instanceof Error ? error.message : String(error);
  const place = /\((\d+):(\d+)\)\s*$/.exec(message);
  const what = message.replace(/^Error transforming [^:]*: /, "").replace(/\s*\(\d+:\d+\)\s*$/, "");
  const line = place ? Number(place[1]) - 1 : -1;
  const before = line < 0 ? "" : filled.text.slice(filled.start(line), filled.start(line) + Number(place?.[2]) - 1);
  return new ProblemError({
    message: `${what}: this is no valid TypeScript, correct it and run again.`,
    file,
    line,
    column: before.length - (filler === "" ? 0 : before.split(filler).length - 1),
    kind: "syntax",
  });
}

/** What has a meaning at run time and would vanish with the types. */
function refuse(text: string, file: string): void {
  const bare = text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|`(?:\\.|[^`\\])*`/g, (s) => s.replace(/[^\n]/g, " "));
  const found =
    /^([ \t]*)(?:export[ \t]+)?(?:(namespace|module)[ \t]+[\w$.]+\s*\{|(import)[ \t]+[\w$]+[ \t]*=[ \t]*require)/m.exec(
      bare,
    );
  if (!found) return;
  const { line } = new Lines(text).at(found.index);
  const message =
    found[3] === undefined
      ? "A namespace cannot be run here: make it a module of its own, or an object."
      : 'import … = require(…) cannot be run here: write import … from "…" instead.';
  throw new ProblemError({ message, file, line, column: found[1]?.length ?? 0, kind: "syntax" });
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The segments of a source map: line, column, source line, source column. */
function* decode(mappings: string): Generator<[number, number, number, number]> {
  let sourceLine = 0;
  let sourceColumn = 0;
  for (const [line, group] of mappings.split(";").entries()) {
    let column = 0;
    for (const segment of group.split(",")) {
      if (segment === "") continue;
      const [a = 0, , b = 0, c = 0] = numbers(segment);
      column += a;
      sourceLine += b;
      sourceColumn += c;
      yield [line, column, sourceLine, sourceColumn];
    }
  }
}

function numbers(segment: string): number[] {
  const out: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = digits.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    out.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    shift = 0;
  }
  return out;
}
