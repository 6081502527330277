import type { Program } from "../../recording/format";
import type { Problem } from "../../recording/problem";
import { Lines } from "../lines";
import { nearest } from "./meant";

/** An import of a name that its module does not export: Node's error has no place, the import has one. */
export function missingExport(error: unknown, programs: readonly Program[], ours: readonly string[]): Problem | null {
  if (!(error instanceof SyntaxError)) return null;
  const [, module, name] =
    /^The requested module '(.+)' does not provide an export named '(.+)'$/.exec(error.message) ?? [];
  if (module === undefined || name === undefined) return null;
  const what = name === "default" ? "no default" : `no "${name}"`;
  const meant = module === "backstep" ? nearest(name, ours) : undefined;
  const wayOut = meant === undefined ? "import one of the names that it exports" : `did you mean "${meant}"?`;
  const message = `"${module}" exports ${what}: ${wayOut.replace(/[^?]$/, "$&.")}`;
  const importing = new RegExp(
    `\\b(?:import|export)\\b([^;"'\`]*?)\\bfrom\\s*["']${module.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}["']`,
    "g",
  );
  for (const { file, text } of programs)
    for (const statement of text.matchAll(importing)) {
      const inside = new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).exec(statement[0]);
      if (!inside && name !== "default") continue;
      const place = new Lines(text).at(statement.index + (inside?.index ?? 0));
      return { message, file, ...place, kind: "runtime" };
    }
  return { message, file: programs[0]?.file ?? "", line: -1, column: 0, kind: "runtime" };
}
