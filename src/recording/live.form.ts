import type { Form, Kind, ValueType } from "./format";
import { type RowLayout, rowLayout } from "./layout";

/** A binding in one life: what it holds, or "" for not yet. */
export interface Slot {
  readonly binding: number;
  readonly owner: number;
  type: ValueType | "";
  payload: number;
  tensors: readonly number[];
}

/** What a row changes beside tensors and storages: nothing, a binding, what stands of its first tensor, what stands else. */
export type Changes = "nothing" | "binding" | "tensor" | "standing";

/** A form as the writer handles it. */
export interface LiveForm {
  readonly id: number;
  readonly form: Form;
  readonly layout: RowLayout;
  /** What the form and its layout say, at hand for each row: `pad` has the bit that a start of 8 must not have. */
  readonly pad: number;
  readonly bytes: number;
  readonly args: number;
  readonly inputs: number;
  readonly numbers: number;
  /** Whether its first block is of float32, and whether all are and all is kept: they lie one after the other then. */
  readonly single: boolean;
  readonly flat: boolean;
  readonly frame: number;
  /** Of each output its meta and where in the row's values it lies, −1 for one that is not written. */
  readonly outputs: readonly number[];
  readonly changes: Changes;
  readonly views: boolean;
  /** Of a write: where the value goes, null while that depends on what runs. */
  slot: Slot | null;
  /** Of an enter, a leave or a turn: what it makes "not yet", null while that depends on what runs. */
  resets: readonly Slot[] | null;
}

/** A form with its layout, before it is known what its rows change. */
export function laidOut(id: number, form: Form): Omit<LiveForm, "slot" | "resets"> {
  const layout = rowLayout(form);
  let block = 0;
  return {
    id,
    form,
    layout,
    pad: layout.align - 4,
    bytes: layout.bytes,
    args: form.args,
    inputs: form.inputs,
    numbers: form.numbers.length,
    single: form.blocks[0]?.dtype === "float32",
    flat: form.blocks.every(({ dtype, kept }) => dtype === "float32" && kept === "all"),
    frame: form.frame,
    outputs: form.outputs.flatMap((meta, k) => [
      meta,
      form.contributes[k] === true ? (layout.blocks[block++] ?? -1) : -1,
    ]),
    changes: changed(form.kind),
    views: form.flag === "view",
  };
}

function changed(kind: Kind): Changes {
  switch (kind) {
    case "forward":
    case "update":
    case "create":
    case "rule":
      return "nothing";
    case "write":
      return "binding";
    case "accumulate":
    case "gradSet":
    case "name":
    case "state":
      return "tensor";
    default:
      return "standing";
  }
}
