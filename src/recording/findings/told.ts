import type { Finding } from "../finding";
import { graphOf } from "../graph";
import type { Outline } from "../outline";

/** A finding for other programs. */
export interface JsonFinding {
  readonly kind: string;
  readonly severity: string;
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  /** "epoch 3" */
  readonly moment: string;
  /** 0-based count of the iteration, −1 outside of iterations. */
  readonly iteration: number;
  /** Index of the step in its iteration. */
  readonly step: number;
  readonly node: string | null;
  readonly file: string | null;
  /** 1-based, 0 for none. */
  readonly line: number;
  readonly path: readonly string[];
}

/** Findings for other programs: nodes by name, lines counted from 1. */
export function jsonFindings(outline: Outline, findings: readonly Finding[]): JsonFinding[] {
  return findings.map(({ kind, severity, title, cause, remedy, segment: index, step, node, place, path }) => {
    const segment = outline.segments[index];
    const nodes = segment === undefined ? [] : graphOf(outline.recording, segment).graph.nodes;
    return {
      kind,
      severity,
      title,
      cause,
      remedy,
      moment: segment === undefined ? "" : outline.label(segment),
      iteration: segment?.iteration ?? -1,
      step,
      node: nodes[node]?.label ?? null,
      file: place?.file ?? null,
      line: place === null ? 0 : place.line + 1,
      path: path.map((each) => nodes[each]?.label ?? ""),
    };
  });
}

/** "forgotten-zero.ts:14:3: error backstep(not-zeroed): w.grad was not zeroed. … " */
export function findingLine({ kind, severity, title, cause, remedy, place }: Finding): string {
  const at = place === null ? "" : `${place.file}:${place.line + 1}:${place.column + 1}: `;
  const text = [`${title}.`, cause, remedy].filter((each) => each !== "").join(" ");
  return `${at}${severity} backstep(${kind}): ${text}`;
}
