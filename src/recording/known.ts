import type { Attrs, TensorView } from "../engine/observer";
import { sameAttrs } from "./attrs";
import type { Block, Form, Meta } from "./format";
import type { LiveForm } from "./live.form";
import { elementsOf } from "./value";

/** How many places `placeOf` tells apart. */
export const places = 1024;

/** A form and what its events look like. */
export interface Known {
  /** What the event looked like to whoever writes it without a probe; 0 when a probe did. */
  key: number;
  of: unknown;
  given: unknown;
  readonly ref: number;
  readonly site: number;
  readonly frame: number;
  readonly depth: number;
  readonly live: LiveForm;
  readonly form: Form;
  /** As the event gave them, before JSON. */
  readonly attrs: Attrs;
  readonly metas: readonly Meta[];
  /** The lists of the first output that came last: the same ones mostly come again. */
  shape: readonly number[];
  strides: readonly number[];
  /** The forms that followed, the last one first. */
  next: Known | null;
  later: Known | null;
}

/** Whether an event with this key, identities and place is of the form. */
export function looks(
  known: Known,
  key: number,
  of: unknown,
  given: unknown,
  ref: number,
  site: number,
  frame: number,
  depth: number,
): boolean {
  return (
    known.key === key &&
    known.of === of &&
    known.site === site &&
    known.ref === ref &&
    known.frame === frame &&
    known.depth === depth &&
    (known.given === given || (known.given === null && isAttrs(given) && sameAttrs(known.attrs, given)))
  );
}

function isAttrs(given: unknown): given is Attrs {
  return typeof given === "object" && given !== null;
}

/** Where forms of a key and place are found again. */
export function placeOf(key: number, ref: number, site: number, frame: number): number {
  return (Math.imul(key ^ (key >>> 24) ^ (ref << 4), 31) + Math.imul(site, 7) + Math.imul(frame, 13)) & (places - 1);
}

/** Whether blocks fit tensors, `first` before the others. */
export function fitAll(
  blocks: readonly Block[],
  first: TensorView | null,
  others: readonly (TensorView | null)[],
): boolean {
  let at = 0;
  if (first !== null && !fits(blocks[at++], first)) return false;
  for (let k = 0; k < others.length; k++) {
    const other = others[k];
    if (other && !fits(blocks[at++], other)) return false;
  }
  return true;
}

/** The same for two others. */
export function fitPair(
  blocks: readonly Block[],
  first: TensorView | null,
  a: TensorView | null,
  b: TensorView | null,
): boolean {
  let at = 0;
  if (first !== null && !fits(blocks[at++], first)) return false;
  if (a !== null && !fits(blocks[at++], a)) return false;
  return b === null || fits(blocks[at], b);
}

function fits(block: Block | undefined, tensor: TensorView): boolean {
  return block !== undefined && block.dtype === tensor.dtype && block.elements === elementsOf(tensor.shape);
}
