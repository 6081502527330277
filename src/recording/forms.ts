import type { DType, TensorView } from "../engine/observer";
import { copyAttrs, plainAttrs, sameAttrs } from "./attrs";
import type { Block, Form, Meta } from "./format";
import { fitAll, fitPair, type Known, looks, placeOf, places } from "./known";
import type { LiveForm } from "./live.form";
import { hashOfProbe, type Probe } from "./probe";
import type { Writer } from "./writer";

/** Where a form may be expected: see `candidate`. */
const candidates = 3;

/** Gives equal events the same form. Programs loop, so the form that followed last time is tried first. */
export class Forms {
  readonly #known = new Map<number, Known[]>();
  readonly #metas: Meta[] = [];
  readonly #metasByHash = new Map<number, number[]>();
  /** By key and place the form last learnt. */
  readonly #learnt = new Array<Known | null>(places).fill(null);
  #last: Known | null = null;

  constructor(private readonly writer: Writer) {}

  /** The form of the event in the probe. */
  find(probe: Probe): LiveForm {
    const last = this.#last;
    let found = last?.next ?? null;
    if (found === null || !matches(found, probe)) {
      const later = last?.later ?? null;
      found = later !== null && matches(later, probe) ? later : this.#look(probe);
    }
    return this.#follow(found);
  }

  /**
   * The form of an event that came before with the same key (not 0) and identities, or null: then a probe must find it,
   * and `learn` tells what it looked like. Equal keys, identities and places must mean equal forms.
   */
  expect(
    key: number,
    of: unknown,
    given: unknown,
    ref: number,
    site: number,
    frame: number,
    depth: number,
  ): LiveForm | null {
    const next = this.#last === null ? null : this.#last.next;
    if (next !== null && looks(next, key, of, given, ref, site, frame, depth)) return this.#follow(next);
    for (let k = 1; k < candidates; k++) {
      const each = this.#candidate(k, key, ref, site, frame);
      if (each !== null && looks(each, key, of, given, ref, site, frame, depth)) return this.#follow(each);
    }
    return null;
  }

  /** The same where the form has one output, which must be such a window. */
  expectOutput(
    key: number,
    of: unknown,
    given: unknown,
    site: number,
    frame: number,
    depth: number,
    output: TensorView,
  ): LiveForm | null {
    for (let k = 0; k < candidates; k++) {
      const each = this.#candidate(k, key, -1, site, frame);
      if (each !== null && looks(each, key, of, given, -1, site, frame, depth) && fitsOutput(each, output))
        return this.#follow(each);
    }
    return null;
  }

  /** The same where the form's blocks must fit these tensors, `first` before the others. */
  expectBlocks(
    key: number,
    of: unknown,
    site: number,
    frame: number,
    depth: number,
    first: TensorView | null,
    others: readonly (TensorView | null)[],
  ): LiveForm | null {
    for (let k = 0; k < candidates; k++) {
      const each = this.#candidate(k, key, -1, site, frame);
      if (each === null || !looks(each, key, of, null, -1, site, frame, depth)) continue;
      if (fitAll(each.form.blocks, first, others)) return this.#follow(each);
    }
    return null;
  }

  /** The same for at most two blocks after the first. */
  expectPair(
    key: number,
    of: unknown,
    site: number,
    frame: number,
    depth: number,
    first: TensorView | null,
    a: TensorView | null,
    b: TensorView | null,
  ): LiveForm | null {
    for (let k = 0; k < candidates; k++) {
      const each = this.#candidate(k, key, -1, site, frame);
      if (each === null || !looks(each, key, of, null, -1, site, frame, depth)) continue;
      if (fitPair(each.form.blocks, first, a, b)) return this.#follow(each);
    }
    return null;
  }

  /** What may come next: what followed last time, what followed before, what was last learnt of such a key and place. */
  #candidate(k: number, key: number, ref: number, site: number, frame: number): Known | null {
    if (k === 2) return this.#learnt[placeOf(key, ref, site, frame)] ?? null;
    const last = this.#last;
    return last === null ? null : k === 0 ? last.next : last.later;
  }

  #follow(found: Known): LiveForm {
    const last = this.#last;
    if (last !== null && last.next !== found) {
      last.later = last.next;
      last.next = found;
    }
    this.#last = found;
    return found.live;
  }

  /** What the event that was found last looked like. Attributes that may change count by what they say. */
  learn(key: number, of: unknown, given: unknown): void {
    const last = this.#last;
    if (last === null) return;
    last.key = key;
    last.of = of;
    last.given = Object.isFrozen(given) ? given : null;
    this.#learnt[placeOf(key, last.ref, last.site, last.frame)] = last;
  }

  /** Id of the tensor's meta. */
  meta(tensor: TensorView): number {
    const hash = tensor.shape.reduce((h, size) => Math.imul(h, 31) + size, tensor.offset + tensor.storage.length);
    const ids = this.#metasByHash.get(hash) ?? [];
    this.#metasByHash.set(hash, ids);
    for (const id of ids) {
      const meta = this.#metas[id];
      if (meta !== undefined && sameMeta(meta, tensor)) return id;
    }
    const { shape, strides, offset, dtype, requiresGrad, isLeaf, storage } = tensor;
    const meta = {
      shape: [...shape],
      strides: [...strides],
      offset,
      dtype,
      requiresGrad,
      isLeaf,
      storageElements: storage.length,
    };
    const id = this.writer.define({ meta });
    this.#metas.push(meta);
    ids.push(id);
    return id;
  }

  #look(probe: Probe): Known {
    const hash = hashOfProbe(probe);
    const known = this.#known.get(hash) ?? [];
    this.#known.set(hash, known);
    const found = known.find((each) => matches(each, probe));
    if (found !== undefined) return found;
    const attrs = copyAttrs(probe.attrs);
    const outputs = probe.outputs.slice(0, probe.outputCount).map((each) => this.meta(each));
    const form: Form = {
      kind: probe.kind,
      depth: probe.depth,
      frame: probe.frame,
      site: probe.site,
      op: probe.op,
      attrs: plainAttrs(attrs),
      inputs: probe.inputs,
      outputs,
      args: probe.inputs + 2 * outputs.length + probe.others,
      numbers: [...probe.numbers],
      blocks: probe.dtypes.slice(0, probe.blockCount).map((dtype, k) => this.#block(dtype, probe.elements[k] ?? 0)),
      ref: probe.ref,
      valueType: probe.valueType,
      flag: probe.flag,
      contributes: probe.contributes.slice(0, probe.contributeCount),
    };
    const live = this.writer.form(form);
    const metas = outputs.flatMap((id) => this.#metas[id] ?? []);
    const { ref, site, frame, depth } = form;
    const made: Known = {
      key: 0,
      of: null,
      given: null,
      ref,
      site,
      frame,
      depth,
      live,
      form,
      attrs,
      metas,
      shape: [],
      strides: [],
      next: null,
      later: null,
    };
    known.push(made);
    return made;
  }

  #block(dtype: DType, elements: number): Block {
    return { dtype, elements, kept: elements > this.writer.cap ? "statistics" : "all" };
  }
}

function matches({ form, attrs, metas }: Known, probe: Probe): boolean {
  if (
    form.kind !== probe.kind ||
    form.site !== probe.site ||
    form.frame !== probe.frame ||
    form.depth !== probe.depth ||
    form.op !== probe.op ||
    form.ref !== probe.ref ||
    form.valueType !== probe.valueType ||
    form.flag !== probe.flag ||
    form.inputs !== probe.inputs ||
    metas.length !== probe.outputCount ||
    form.numbers.length !== probe.numbers.length ||
    form.blocks.length !== probe.blockCount ||
    form.contributes.length !== probe.contributeCount ||
    form.args !== probe.inputs + 2 * metas.length + probe.others
  )
    return false;
  for (let k = 0; k < metas.length; k++) {
    const meta = metas[k];
    const output = probe.outputs[k];
    if (meta === undefined || output === undefined || !sameMeta(meta, output)) return false;
  }
  for (let k = 0; k < form.contributes.length; k++) if (form.contributes[k] !== probe.contributes[k]) return false;
  for (let k = 0; k < form.blocks.length; k++) {
    const block = form.blocks[k];
    if (block?.elements !== probe.elements[k] || block?.dtype !== probe.dtypes[k]) return false;
  }
  for (let k = 0; k < form.numbers.length; k++) if (form.numbers[k] !== probe.numbers[k]) return false;
  return attrs === probe.attrs || sameAttrs(attrs, probe.attrs);
}

/** Whether a tensor is a window as the form's first output. */
function fitsOutput(known: Known, output: TensorView): boolean {
  const meta = known.metas[0];
  if (meta === undefined) return false;
  if (known.shape === output.shape && known.strides === output.strides) return sameWindow(meta, output);
  if (!sameMeta(meta, output)) return false;
  known.shape = output.shape;
  known.strides = output.strides;
  return true;
}

/** Whether a tensor is such a window, but for its shape. */
function sameWindow(meta: Meta, tensor: TensorView): boolean {
  return (
    meta.offset === tensor.offset &&
    meta.dtype === tensor.dtype &&
    meta.requiresGrad === tensor.requiresGrad &&
    meta.isLeaf === tensor.isLeaf &&
    meta.storageElements === tensor.storage.length
  );
}

/** Whether a tensor is such a window. */
export function sameMeta(meta: Meta, tensor: TensorView): boolean {
  const { shape, strides } = meta;
  if (shape.length !== tensor.shape.length || !sameWindow(meta, tensor)) return false;
  for (let k = 0; k < shape.length; k++)
    if (shape[k] !== tensor.shape[k] || strides[k] !== tensor.strides[k]) return false;
  return true;
}
