import { inspect } from "node:util";
import type { Problem } from "../../recording/problem";
import { isOverflow, tooDeep } from "../nesting";
import { ProblemError } from "../problem";
import { missingExport } from "./link";
import { missingName } from "./meant";
import type { Sources } from "./sources";
import { thrownAt, type Thrown } from "./stack";

/** What failed, and the call it failed in (−1: none). */
export interface Failure {
  readonly problem: Problem;
  readonly site: number;
}

/** What is known of the run that failed. */
export interface Circumstances {
  readonly main: string;
  readonly root: string;
  /** What the module `backstep` exports. */
  readonly exports: readonly string[];
  /** The shape of the tensor that a binding holds. */
  shapeOf(binding: number): readonly number[] | null;
  /** The site that threw what does not know where by itself, as what is no error; −1 for all else. */
  siteOf(value: unknown): number;
  /** The `await` of a module that threw it, −1 when it was none. */
  readonly awaits: number;
}

/** Says what an uncaught error means for the snippet: a sentence and the original place. */
export function explain(error: unknown, how: "thrown" | "rejected", sources: Sources, about: Circumstances): Failure {
  if (error instanceof ProblemError) return { problem: error.problem, site: -1 };
  const unlinked = missingExport(error, sources.programs, about.exports);
  if (unlinked) return { problem: unlinked, site: -1 };
  if (!(error instanceof Error)) {
    const site = about.siteOf(error);
    const rejected = how === "rejected" || (site < 0 && about.awaits >= 0);
    return failureAt(noError(error, rejected), site < 0 ? about.awaits : site, sources, about.main);
  }
  const known = about.siteOf(error);
  if (known >= 0) return failureAt(sentence(error), known, sources, about.main);
  const place = thrownAt(error) ?? insideOf(error);
  if (!place && isOverflow(error)) return { problem: sources.deepest() ?? nowhere(tooDeep, about.main), site: -1 };
  if (!place && about.awaits >= 0) return failureAt(sentence(error), about.awaits, sources, about.main);
  const found = place ? sources.siteAt(place.file, place.line, place.column) : undefined;
  const noGrad = place && noGradient(error, place, sources);
  const bindings = sources.programs.flatMap((program) => program.bindings.map(({ name }) => name));
  let message = noGrad?.message ?? missingName(error, bindings) ?? sentence(error);
  if (found && speaksOfShapes(message)) {
    const { site, program } = found;
    const named = site.args.flatMap((name, i) => {
      const binding = program.bindings.find(
        (b) => name !== "" && b.name === name && b.references.some((r) => within(r, site)),
      );
      const shape = binding ? about.shapeOf(binding.id) : null;
      const letter = "abcdefgh"[i];
      return shape && letter ? [`${letter} is ${name} with shape [${shape.join(", ")}]`] : [];
    });
    if (named.length > 0) message = `${message.replace(/\.$/, "")} (${named.join(", ")}).`;
  }
  if (error instanceof Error && "code" in error && error.code === "ERR_ACCESS_DENIED") {
    const what = "resource" in error && typeof error.resource === "string" ? `"${error.resource}"` : "this";
    message = `A snippet may read only the folder it runs in (${about.root}), so ${what} is refused: move the file there, or run outside VS Code.`;
  }
  return {
    problem: {
      message,
      file: place?.file ?? about.main,
      line: place?.line ?? -1,
      column: noGrad?.column ?? place?.column ?? 0,
      kind: "runtime",
    },
    site: found?.site.id ?? -1,
  };
}

/** A failure at a site, or at no place when the site is not known. */
export function failureAt(message: string, id: number, sources: Sources, main: string): Failure {
  const { site, program } = sources.site(id) ?? {};
  const { line = -1, column = 0 } = site ?? {};
  return {
    problem: { message, file: program?.file ?? main, line, column, kind: "runtime" },
    site: site?.id ?? -1,
  };
}

function nowhere(message: string, file: string): Problem {
  return { message, file, line: -1, column: 0, kind: "runtime" };
}

/** Nothing is left to do, and the snippet still waits at these sites, the one to name first. */
export function stuck(waits: readonly number[], sources: Sources, main: string): Failure {
  const waiting = "The snippet waits for a promise that nothing settles";
  const [first, ...others] = waits.flatMap((id) => sources.site(id) ?? []);
  if (first === undefined) return failureAt(`${waiting}: look at its last await.`, -1, sources, main);
  const line = first.site.line + 1;
  const other = others.find(({ site, program }) => program === first.program && site.line + 1 !== line);
  const nor = other ? `, nor does the one in line ${other.site.line + 1}` : "";
  return failureAt(`${waiting}: the await in line ${line} never goes on${nor}.`, first.site.id, sources, main);
}

/** The first place that errors gathered in one have. */
function insideOf(error: Error): Thrown | undefined {
  if (!(error instanceof AggregateError)) return undefined;
  for (const each of error.errors) {
    const place = thrownAt(each);
    if (place) return place;
  }
  return undefined;
}

function noError(value: unknown, rejected: boolean): string {
  const text = inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: 200 }).replace(/\s*\n\s*/g, " ");
  return rejected
    ? `A promise was rejected with ${text} and nothing caught it: await it in a try, or give it a catch.`
    : `The snippet threw ${text}, which is no error: throw new Error(…) says more.`;
}

/** The most frequent null of all: a gradient that is not there. */
function noGradient(error: Error, place: Thrown, sources: Sources): { message: string; column: number } | undefined {
  const read = /^Cannot read properties of null \(reading '(.+)'\)$/.exec(error.message)?.[1];
  const text = sources.programs.find(({ file }) => file === place.file)?.text.split("\n")[place.line];
  // The place is what is read, or the dot before it.
  const column = place.column + (/^!?\.?/.exec(text?.slice(place.column) ?? "")?.[0].length ?? 0);
  const of = /([\p{ID_Continue}$.[\]]+)\.grad!?\.$/u.exec(text?.slice(0, column) ?? "")?.[1];
  if (read === undefined || of === undefined) return undefined;
  const message = `${of}.grad is null, so it has no ${read}: call backward() on a loss that ${of} takes part in first.`;
  return { message, column };
}

function sentence(error: Error): string {
  const plain = error.constructor === Error || error.message.length > 60;
  const own = plain && error.message !== "" ? error.message : `${error.name}: ${error.message}`;
  if (!(error instanceof AggregateError)) return own;
  const inner = error.errors.slice(0, 3).map((each: unknown) => (each instanceof Error ? each.message : inspect(each)));
  return inner.length === 0 ? own : `${own} (${inner.join("; ")})`;
}

function speaksOfShapes(message: string): boolean {
  return /\b(shapes?|size of tensor|sizes?|dimensions?|broadcast)\b/i.test(message);
}

function within(
  inner: { line: number; column: number; endLine: number; endColumn: number },
  outer: { line: number; column: number; endLine: number; endColumn: number },
): boolean {
  const after = inner.line > outer.line || (inner.line === outer.line && inner.column >= outer.column);
  const before =
    inner.endLine < outer.endLine || (inner.endLine === outer.endLine && inner.endColumn <= outer.endColumn);
  return after && before;
}
