import type { Range } from "./format";

/** What can be found in a run; part of the code in Problems: `backstep(not-zeroed)`. */
export const findingKinds = [
  "not-zeroed",
  "zeroed-early",
  "backward-twice",
  "null-grad",
  "not-finite",
  "vanishing",
  "exploding",
  "not-moving",
  "converged",
  "dead-relu",
  "saturated",
  "learning-rate",
  "hand-written-gradient",
  "wrong-gradient",
] as const;

export type FindingKind = (typeof findingKinds)[number];

/** Worst first: the numbers are not what was meant; learning is held back; nothing is wrong, but worth knowing. */
export const severities = ["error", "warning", "note"] as const;

export type Severity = (typeof severities)[number];

/** A place in a source of the run. */
export interface FindingPlace extends Range {
  /** Path relative to the run's root, as in the recording's programs. */
  readonly file: string;
}

/** A place that has a part in a finding, and which part: "the update that used it". */
export interface FindingLink extends FindingPlace {
  readonly message: string;
}

/** Something about a run that a person should know; plain data. Found from the recording, or by a re-run. */
export interface Finding {
  /** The same for the same thing as long as the recording grows, and in a further run of the same source. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** A few words: "w.grad was not zeroed". */
  readonly title: string;
  /** One sentence: what happened, with its numbers. */
  readonly cause: string;
  /** One sentence: what to do; "" when nothing is to be done. */
  readonly remedy: string;
  /** The moment that shows it: an index in the outline's segments, and one in that segment's steps. */
  readonly segment: number;
  readonly step: number;
  /** Index in that segment's graph, −1 for none. */
  readonly node: number;
  readonly place: FindingPlace | null;
  readonly related: readonly FindingLink[];
  /** Nodes of that segment's graph, from where it began to where it shows; empty where there is no way to draw. */
  readonly path: readonly number[];
}

/** The worst first, then by moment. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding): number => severities.indexOf(severity);
  return [...findings].sort((a, b) => rank(a) - rank(b) || a.segment - b.segment || a.step - b.step);
}

/** How much the worst of them matters, null for none. */
export function worst(findings: readonly Finding[]): Severity | null {
  return severities.find((severity) => findings.some((each) => each.severity === severity)) ?? null;
}
