import type { Attrs, OpView, StorageView, TensorView } from "../engine/observer";
import type { Probe } from "./probe";
import { keys } from "./keys";
import type { LiveForm } from "./live.form";
import { sampled } from "./stats";
import { flagsOf } from "./told";
import { Trace } from "./trace";
import { eachPlace, elementsOf, firstPlaces, isContiguous, isPermuted } from "./value";

const serialNames: readonly string[] = Array.from({ length: 16 }, (_, k) => String(k));

/** Rows about tensors: what the recorder's events are put together from. */
export class TensorTrace extends Trace {
  #gathered = new Float64Array(0);

  /** A tensor was made from data or by a factory. */
  created(tensor: TensorView, how: string): void {
    const fresh = !this.writer.told.holds(tensor.storage.id);
    const probe = this.begin("create", how, this.site);
    this.output(probe, tensor, fresh);
    const form = this.forms.find(probe);
    this.writer.begin(form);
    this.ids(tensor);
    if (fresh) this.storage(form, tensor.storage);
    this.writer.end(form);
  }

  /** A `.grad` was assigned. */
  gradientSet(tensor: TensorView, gradient: TensorView | null): void {
    this.need(tensor);
    if (gradient !== null) this.need(gradient);
    let form = this.forms.expect(keys.gradSet, null, null, -1, this.site, this.frame, this.depth);
    if (form === null) {
      const probe = this.begin("gradSet", "", this.site);
      probe.inputs = 2;
      form = this.forms.find(probe);
      this.forms.learn(keys.gradSet, null, null);
    }
    this.written(form, tensor.id, gradient?.id ?? -1);
  }

  /** An optimizer's step leaves these parameters as they are. */
  passedOver(parameters: readonly TensorView[]): void {
    this.told("skipped", this.site, parameters);
  }

  /** A row that names tensors, which are told of if they are not known. */
  protected told(kind: "missed" | "skipped", site: number, tensors: readonly TensorView[]): void {
    this.needs(tensors);
    this.tensors(this.begin(kind, "", site), tensors);
  }

  /** Rows may name only tensors that rows have told of: one that came from elsewhere, or whose flags were changed, is told now. */
  protected need(tensor: TensorView): void {
    if (this.writer.told.flags(tensor.id) === flagsOf(tensor)) return;
    this.created(tensor, "");
  }

  /** Makes sure that rows may name these tensors. */
  protected needs(tensors: readonly TensorView[]): void {
    for (let k = 0; k < tensors.length; k++) {
      const tensor = tensors[k];
      if (tensor !== undefined) this.need(tensor);
    }
  }

  /** The tensors as the row's next integers. */
  protected idsOf(tensors: readonly TensorView[]): void {
    for (let k = 0; k < tensors.length; k++) this.writer.integer(tensors[k]?.id ?? -1);
  }

  /** An output of the row; when its value is written, with that many elements. */
  protected output(probe: Probe, tensor: TensorView, writes: boolean, elements = tensor.storage.length): void {
    probe.output(tensor);
    probe.contribute(writes);
    if (writes) probe.block(tensor.dtype, elements);
  }

  /** An output as the row's next integers. */
  protected ids(tensor: TensorView): void {
    this.writer.told.tell(tensor.id, flagsOf(tensor));
    this.writer.integer(tensor.id);
    this.writer.integer(tensor.storageId);
  }

  /** A block with all of a storage. */
  protected storage(form: LiveForm, storage: StorageView): void {
    this.writer.told.hold(storage.id);
    this.writer.storage(form, storage);
  }

  /** A block with the elements of a window, in row-major order. */
  protected contents(form: LiveForm, tensor: TensorView): void {
    if (form.flat && isContiguous(tensor)) {
      this.writer.elements(form, tensor.data, tensor.origin, elementsOf(tensor.shape));
      return;
    }
    const { data, start } = tensor.storage;
    const count = elementsOf(tensor.shape);
    const whole = count === tensor.storage.length && tensor.offset === 0;
    if (isContiguous(tensor)) {
      if (whole) this.writer.storage(form, tensor.storage);
      else this.writer.elements(form, data, start + tensor.offset, count);
      return;
    }
    if (whole && count > this.writer.cap && isPermuted(tensor)) {
      this.writer.storage(form, tensor.storage);
      this.writer.sample(
        form,
        data,
        firstPlaces(tensor, sampled).map((place) => start + place),
      );
      return;
    }
    if (this.#gathered.length < count) this.#gathered = new Float64Array(2 * count);
    const to = this.#gathered;
    eachPlace(tensor, (place, index) => {
      to[index] = data[start + place] ?? 0;
    });
    this.writer.elements(form, to, 0, count);
  }

  /** Names the row's scalar operands. */
  protected numberNames(probe: Probe, op: OpView, numbers: readonly number[]): void {
    const names = op.numbers ?? serialNames;
    probe.numbers = names.length === numbers.length ? names : numbers.map((_, k) => names[k] ?? String(k));
  }

  /** A row of a composite, which names its inputs or its outputs. */
  protected bound(
    kind: "open" | "close",
    op: string,
    attrs: Attrs,
    site: number,
    tensors: readonly TensorView[],
  ): void {
    const key = keys[kind] | (tensors.length << 8);
    let form = this.forms.expect(key, op, attrs, -1, site, this.frame, this.depth);
    if (form === null) {
      const probe = this.begin(kind, op, site);
      probe.attrs = attrs;
      probe.inputs = tensors.length;
      form = this.forms.find(probe);
      this.forms.learn(key, op, attrs);
    }
    this.writer.begin(form);
    this.idsOf(tensors);
    this.writer.end(form);
  }

  /** A row that names tensors and says nothing else. */
  protected tensors(probe: Probe, tensors: readonly TensorView[]): void {
    probe.inputs = tensors.length;
    const form = this.forms.find(probe);
    this.writer.begin(form);
    this.idsOf(tensors);
    this.writer.end(form);
  }

  /** A row that says what another tensor now holds for a tensor. */
  protected writeStorage(
    kind: "accumulate" | "state",
    op: string,
    flag: string,
    tensor: TensorView,
    written: TensorView,
  ): void {
    const key = keys[kind];
    let form = this.forms.expectOutput(key, op, flag, this.site, this.frame, this.depth, written);
    if (form === null) {
      const probe = this.begin(kind, op, this.site);
      probe.inputs = 1;
      probe.flag = flag;
      this.output(probe, written, true);
      form = this.forms.find(probe);
      this.forms.learn(key, op, flag);
    }
    this.writer.begin(form);
    this.writer.integer(tensor.id);
    this.ids(written);
    this.storage(form, written.storage);
    this.writer.end(form);
  }
}
