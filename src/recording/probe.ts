import type { Attrs, DType, TensorView } from "../engine/observer";
import { hashOf } from "./attrs";
import type { Kind, ValueType } from "./format";
import { elementsOf } from "./value";

const noAttrs: Attrs = Object.freeze({});
const noNames: readonly string[] = [];

/** What an event is about to write, filled in anew for each event; never kept. */
export class Probe {
  kind: Kind = "create";
  depth = 0;
  frame = -1;
  site = -1;
  op = "";
  attrs: Attrs = noAttrs;
  inputs = 0;
  /** Integers beside inputs and outputs. */
  others = 0;
  numbers: readonly string[] = noNames;
  ref = -1;
  valueType: ValueType | "" = "";
  flag = "";
  /** The output tensors' metas are taken from these. The lists keep their room: their counts say what is meant. */
  readonly outputs: TensorView[] = [];
  outputCount = 0;
  readonly contributes: boolean[] = [];
  contributeCount = 0;
  readonly dtypes: DType[] = [];
  readonly elements: number[] = [];
  blockCount = 0;

  /** Empties it for the next event of a kind. */
  reset(kind: Kind, op: string): this {
    this.kind = kind;
    this.op = op;
    this.attrs = noAttrs;
    this.inputs = 0;
    this.others = 0;
    this.numbers = noNames;
    this.ref = -1;
    this.valueType = "";
    this.flag = "";
    this.outputCount = 0;
    this.contributeCount = 0;
    this.blockCount = 0;
    return this;
  }

  output(tensor: TensorView): void {
    this.outputs[this.outputCount++] = tensor;
  }

  contribute(writes: boolean): void {
    this.contributes[this.contributeCount++] = writes;
  }

  block(dtype: DType, elements: number): void {
    this.dtypes[this.blockCount] = dtype;
    this.elements[this.blockCount++] = elements;
  }
}

/** The same for events of one form. */
export function hashOfProbe(probe: Probe): number {
  let hash = hashOf(probe.op, hashOf(probe.kind, probe.depth));
  for (const id of [probe.site, probe.frame, probe.ref, probe.inputs, probe.others])
    hash = Math.imul(hash ^ id, 0x9e3779b1) ^ (hash >>> 15);
  for (let k = 0; k < probe.blockCount; k++) hash = Math.imul(hash, 31) + (probe.elements[k] ?? 0);
  for (const output of probe.outputs.slice(0, probe.outputCount))
    hash = Math.imul(hash, 31) + elementsOf(output.shape) + output.offset;
  return hashOf(probe.attrs, hashOf(probe.flag, hash)) | 0;
}
