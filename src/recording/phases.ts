import type { Phase, PhaseKind } from "./steps";

/** What a step is for, as far as it says by itself. Steps share a purpose while it is open, so that it can still change. */
export interface Purpose {
  /** "beside": zeroing and clipping, which belong to the update or the backward beside them. "joins": goes with what was before. */
  kind: PhaseKind | "beside" | "joins";
  readonly root: string;
}

/** Groups steps into phases in the order they happened. Two backward calls are two phases; other neighbours of a kind are one. */
export function phasesOf(purposes: readonly Purpose[], fallback: PhaseKind): Phase[] {
  const settled = settle(purposes, fallback);
  const phases: { kind: PhaseKind; root: string; firstStep: number; endStep: number; of: Purpose }[] = [];
  settled.forEach((of, step) => {
    const last = phases.at(-1);
    const kind = of.kind === "beside" || of.kind === "joins" ? fallback : of.kind;
    if (last !== undefined && last.kind === kind && (kind !== "backward" || last.of === of)) last.endStep = step + 1;
    else phases.push({ kind, root: of.root, firstStep: step, endStep: step + 1, of });
  });
  return phases.map(({ kind, root, firstStep, endStep }) => ({ kind, root, firstStep, endStep }));
}

function settle(purposes: readonly Purpose[], fallback: PhaseKind): Purpose[] {
  const settled = [...purposes];
  const open = ({ kind }: Purpose): boolean => kind === "beside" || kind === "joins";
  const nexts: (Purpose | undefined)[] = [];
  let next: Purpose | undefined;
  for (let k = purposes.length - 1; k >= 0; k--) {
    nexts[k] = next;
    const own = purposes[k];
    if (own !== undefined && !open(own)) next = own;
  }
  let before: Purpose | undefined;
  purposes.forEach((own, k) => {
    if (open(own)) settled[k] = neighbour(own, before, nexts[k]) ?? { kind: fallback, root: "" };
    before = settled[k];
  });
  return settled;
}

function neighbour(own: Purpose, before: Purpose | undefined, next: Purpose | undefined): Purpose | undefined {
  if (before === undefined || next === undefined) return before ?? next;
  if (before.kind === "backward" && next.kind === "update") return next;
  if (own.kind === "joins" || before.kind === "update" || before.kind === "backward") return before;
  return next;
}
