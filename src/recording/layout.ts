import type { DType } from "../engine/observer";
import type { Block, Form } from "./format";
import { statisticsBytes } from "./stats";

/** Bytes of one element as it is kept: int64 lies as a double. */
export function elementBytes(dtype: DType): number {
  switch (dtype) {
    case "float64":
    case "int64":
      return 8;
    case "float32":
    case "int32":
      return 4;
    case "bool":
      return 1;
  }
}

/** Where a block must start: a multiple of 4, so that pointers fit in 32 bits, or of 8 for what holds doubles. */
export function blockAlign(block: Block): number {
  return block.kept === "statistics" || elementBytes(block.dtype) === 8 ? 8 : 4;
}

/** Bytes of a block without padding. */
export function blockBytes(block: Block): number {
  return block.kept === "statistics" ? statisticsBytes : block.elements * elementBytes(block.dtype);
}

/** How the values of a form's rows lie, counted from the row's first byte. */
export interface RowLayout {
  readonly align: number;
  readonly bytes: number;
  /** Start of each block. The numbers come before, eight bytes each. */
  readonly blocks: readonly number[];
}

/** The layout that a form's numbers and blocks give its rows. */
export function rowLayout(form: Pick<Form, "numbers" | "blocks">): RowLayout {
  let align = form.numbers.length > 0 ? 8 : 4;
  let at = 8 * form.numbers.length;
  const blocks = form.blocks.map((block) => {
    const unit = blockAlign(block);
    align = Math.max(align, unit);
    const start = aligned(at, unit);
    at = start + blockBytes(block);
    return start;
  });
  return { align, bytes: aligned(at, 4), blocks };
}

/** The next multiple of `unit`, a power of two. */
export function aligned(at: number, unit: number): number {
  const over = at % unit;
  return over === 0 ? at : at + unit - over;
}
