import type { Problem } from "../problem";
import { ProblemError } from "../problem";
import type { Sources } from "./sources";
import { thrownAt } from "./stack";

/** What failed, and the call it failed in (−1: none). */
export interface Failure {
  readonly problem: Problem;
  readonly site: number;
}

/** Says what an uncaught error means for the snippet: a sentence and the original place. */
export function explain(
  error: unknown,
  sources: Sources,
  about: { main: string; root: string; shapeOf(binding: number): readonly number[] | null },
): Failure {
  if (error instanceof ProblemError) return { problem: error.problem, site: -1 };
  const place = thrownAt(error);
  const found = place ? sources.siteAt(place.file, place.line, place.column) : undefined;
  let message = sentence(error);
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
      column: place?.column ?? 0,
      kind: "runtime",
    },
    site: found?.site.id ?? -1,
  };
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return `The snippet threw ${typeof error === "string" ? error : String(error)}.`;
  const plain = error.constructor === Error || error.message.length > 60;
  return plain && error.message !== "" ? error.message : `${error.name}: ${error.message}`;
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
