import type { Form, Meta } from "../format";
import type { Recording } from "../recording";

/** Why a tensor has no gradient. */
export interface Reason {
  readonly kind: "not a leaf" | "no requiresGrad" | "detached" | "noGrad" | "no slope" | "unused";
  /** The site that has to do with it, −1 for none: where it was made, cut off, created. */
  readonly site: number;
  /** The op that cut it off or made it, "" for none. */
  readonly op: string;
}

/** Why a tensor had no gradient at a row, with the last backward at `backward`. */
export function reasonFor(recording: Recording, tensor: number, row: number, backward: number): Reason {
  const made = lastTold(recording, tensor, row);
  const form = made < 0 ? undefined : recording.form(made);
  const meta = metaOf(recording, tensor, made);
  const [site, op] = [form?.site ?? -1, form?.op ?? ""];
  if (meta?.requiresGrad === true && !meta.isLeaf) return { kind: "not a leaf", site, op };
  if (meta?.requiresGrad !== true) {
    const from = form?.kind === "forward" && wantsGradient(recording, made);
    if (!from) return { kind: "no requiresGrad", site, op };
    return op === "detach" ? { kind: "detached", site, op } : { kind: "noGrad", site, op };
  }
  return cutOff(recording, tensor, recording.arg(backward, 0), backward);
}

/** Follows a leaf's values from op to op towards a root, to the op where the gradient's way back ends. */
function cutOff(recording: Recording, leaf: number, root: number, backward: number): Reason {
  /** By tensor that came of the leaf the first op on its way that cut it off, null for none. */
  const cuts = new Map<number, Reason | null>([[leaf, null]]);
  let enabled = true;
  for (let row = firstUse(recording, leaf, root, backward); row < backward; row++) {
    const form = recording.form(row);
    if (form.kind === "gradMode") enabled = form.flag === "on";
    if (form.kind !== "forward") continue;
    for (let k = 0; k < form.inputs; k++) {
      const known = cuts.get(recording.arg(row, k));
      if (known === undefined) continue;
      for (let j = 0; j < form.outputs.length; j++) {
        const output = recording.arg(row, form.inputs + 2 * j);
        const { requiresGrad } = recording.meta(form.outputs[j] ?? -1);
        if (cuts.get(output) !== null) cuts.set(output, known ?? (requiresGrad ? null : cutBy(form, enabled)));
      }
    }
  }
  return cuts.get(root) ?? { kind: "unused", site: -1, op: "" };
}

function cutBy({ op, site }: Form, enabled: boolean): Reason {
  return { kind: op === "detach" ? "detached" : enabled ? "no slope" : "noGrad", site, op };
}

/** The row to begin with: all the rows between the backward before and this one, or a little more where the leaf is new. */
function firstUse(recording: Recording, leaf: number, root: number, backward: number): number {
  const seen = new Set([root]);
  let first = backward;
  for (let row = backward - 1; row >= 0; row--) {
    const form = recording.form(row);
    if (form.kind === "backward" && row < first - 5000) return row;
    if (form.kind !== "forward") continue;
    const makes = form.outputs.some((_, k) => seen.has(recording.arg(row, form.inputs + 2 * k)));
    if (!makes) continue;
    first = row;
    for (let k = 0; k < form.inputs; k++) {
      if (recording.arg(row, k) === leaf) return gradModeBefore(recording, row);
      seen.add(recording.arg(row, k));
    }
  }
  return first;
}

/** The last row before one that said whether gradients are on. */
function gradModeBefore(recording: Recording, row: number): number {
  for (let at = row; at >= Math.max(0, row - 2000); at--) if (recording.form(at).kind === "gradMode") return at;
  return row;
}

/** The last row at or before one that told of a tensor, −1 for none. */
export function lastTold(recording: Recording, tensor: number, row: number, from = 0): number {
  for (let at = row; at >= from; at--) {
    const { kind, inputs, outputs } = recording.form(at);
    if (kind !== "create" && kind !== "forward") continue;
    for (let k = 0; k < outputs.length; k++) if (recording.arg(at, inputs + 2 * k) === tensor) return at;
  }
  return -1;
}

function metaOf(recording: Recording, tensor: number, row: number): Meta | undefined {
  if (row < 0) return undefined;
  const { inputs, outputs } = recording.form(row);
  const at = outputs.findIndex((_, k) => recording.arg(row, inputs + 2 * k) === tensor);
  return at < 0 ? undefined : recording.meta(outputs[at] ?? -1);
}

function wantsGradient(recording: Recording, row: number): boolean {
  const { inputs } = recording.form(row);
  for (let k = 0; k < inputs; k++) {
    const input = recording.arg(row, k);
    if (metaOf(recording, input, lastTold(recording, input, row - 1))?.requiresGrad === true) return true;
  }
  return false;
}
