import type { Attrs, DType, OpView, TensorView } from "../engine/observer";
import { keys } from "./keys";
import type { LiveForm } from "./live.form";
import type { Probe } from "./probe";
import { flagsOf } from "./told";
import { elementsOf } from "./value";
import { WriteTrace } from "./write.trace";

/** Rows about ops and their gradient rules. */
export class OpTrace extends WriteTrace {
  /** An op ran. */
  forward(
    op: OpView,
    inputs: readonly TensorView[],
    numbers: readonly number[],
    attrs: Attrs,
    outputs: readonly TensorView[],
  ): void {
    this.needs(inputs);
    const [output] = outputs;
    if (outputs.length === 1 && output !== undefined) this.#one(op, inputs, numbers, attrs, output);
    else this.#forward(op, inputs, numbers, attrs, outputs);
  }

  /** An op with one output ran, as most have. */
  #one(op: OpView, inputs: readonly TensorView[], numbers: readonly number[], attrs: Attrs, output: TensorView): void {
    const fresh = !this.writer.told.holds(output.storageId);
    const key = keys.forward | (fresh ? 1 : 0) | (numbers.length << 1) | (inputs.length << 8);
    const form = this.forms.expectOutput(key, op, attrs, this.site, this.frame, this.depth, output);
    if (form === null) {
      this.#forward(op, inputs, numbers, attrs, [output]);
      this.forms.learn(key, op, attrs);
      return;
    }
    this.writer.begin(form);
    this.idsOf(inputs);
    this.ids(output);
    for (let k = 0; k < numbers.length; k++) this.writer.number(numbers[k] ?? NaN);
    if (fresh) this.storage(form, output.storage);
    else if (form.form.contributes[0] === true) this.contents(form, output);
    this.writer.end(form);
  }

  #forward(
    op: OpView,
    inputs: readonly TensorView[],
    numbers: readonly number[],
    attrs: Attrs,
    outputs: readonly TensorView[],
  ): void {
    const { told, cap } = this.writer;
    const probe = this.begin("forward", op.name, this.site);
    probe.attrs = attrs;
    probe.inputs = inputs.length;
    this.numberNames(probe, op, numbers);
    let fresh = 0;
    for (let k = 0; k < outputs.length; k++) if (!told.holds(outputs[k]?.storage.id ?? 0)) fresh++;
    if (fresh === 0 && outputs.length > 0) probe.flag = "view";
    for (let k = 0; k < outputs.length; k++) {
      const output = outputs[k];
      if (output === undefined) continue;
      if (fresh === 0) this.output(probe, output, output.storage.length > cap, elementsOf(output.shape));
      else this.output(probe, output, !told.holds(output.storage.id), output.storage.length);
    }
    const form = this.forms.find(probe);
    this.writer.begin(form);
    this.idsOf(inputs);
    for (let k = 0; k < outputs.length; k++) {
      const output = outputs[k];
      if (output !== undefined) this.ids(output);
    }
    for (let k = 0; k < numbers.length; k++) this.writer.number(numbers[k] ?? NaN);
    for (let k = 0; k < outputs.length; k++) {
      const output = outputs[k];
      if (output === undefined || form.form.contributes[k] !== true) continue;
      if (fresh === 0) this.contents(form, output);
      else this.storage(form, output.storage);
    }
    this.writer.end(form);
  }

  /** An op ran on 0-d floats. */
  scalar(
    op: OpView,
    a: TensorView,
    b: TensorView | null,
    numbers: readonly number[],
    attrs: Attrs,
    output: TensorView,
    known: number,
  ): void {
    if ((known & 1) === 0) this.need(a);
    if (b !== null && (known & 2) === 0) this.need(b);
    const flags = flagsOf(output);
    const key =
      keys.scalar | (b === null ? 0 : 8) | (output.dtype === "float32" ? 0 : 1) | (flags & 6) | (numbers.length << 8);
    const live = numbers.length > 1 ? null : this.forms.expect(key, op, attrs, -1, this.site, this.frame, this.depth);
    if (live === null) {
      this.forward(op, b === null ? [a] : [a, b], numbers, attrs, [output]);
      this.forms.learn(key, op, attrs);
      return;
    }
    const { writer } = this;
    writer.told.tell(output.id, flags);
    writer.told.hold(output.storageId);
    writer.begin(live);
    writer.integer(a.id);
    if (b !== null) writer.integer(b.id);
    writer.integer(output.id);
    writer.integer(output.storageId);
    if (numbers.length > 0) writer.number(numbers[0] ?? NaN);
    writer.scalar(live, output.data[output.origin] ?? NaN);
    writer.end(live);
  }

  /** An op wrote a tensor in place. */
  updated(
    op: OpView,
    inputs: readonly TensorView[],
    numbers: readonly number[],
    attrs: Attrs,
    target: TensorView,
  ): void {
    this.needs(inputs);
    const key = keys.update | (numbers.length << 1) | (inputs.length << 8);
    let form = this.forms.expectOutput(key, op, attrs, this.site, this.frame, this.depth, target);
    if (form === null) {
      const probe = this.begin("update", op.name, this.site);
      probe.attrs = attrs;
      probe.inputs = inputs.length;
      this.numberNames(probe, op, numbers);
      this.output(probe, target, true);
      form = this.forms.find(probe);
      this.forms.learn(key, op, attrs);
    }
    this.writer.begin(form);
    this.idsOf(inputs);
    this.ids(target);
    for (let k = 0; k < numbers.length; k++) this.writer.number(numbers[k] ?? NaN);
    this.storage(form, target.storage);
    this.writer.end(form);
  }

  /** The gradient rule of a node ran. */
  rule(
    op: OpView,
    outputs: readonly TensorView[],
    gradients: readonly (TensorView | null)[],
    inputs: readonly (TensorView | null)[],
    contributions: readonly (TensorView | null)[],
    sole: boolean,
  ): void {
    const node = outputs[0];
    if (node === undefined) return;
    this.need(node);
    for (let k = 0; k < inputs.length; k++) {
      const input = inputs[k];
      if (input) this.need(input);
    }
    // A gradient that is the one contribution that came can be left out.
    const explicit = !sole;
    const form = this.#ruleForm(op, gradients, inputs.length, contributions, explicit);
    this.writer.begin(form);
    this.writer.integer(node.id);
    for (let k = 0; k < inputs.length; k++) this.writer.integer(inputs[k]?.id ?? -1);
    if (explicit) for (const gradient of gradients) if (gradient !== null) this.contents(form, gradient);
    for (let k = 0; k < contributions.length; k++) {
      const contribution = contributions[k];
      if (contribution === null || contribution === undefined) continue;
      this.contents(form, contribution);
    }
    this.writer.end(form);
  }

  #ruleForm(
    op: OpView,
    gradients: readonly (TensorView | null)[],
    inputs: number,
    contributions: readonly (TensorView | null)[],
    explicit: boolean,
  ): LiveForm {
    let key = ruleKey(!explicit, inputs);
    for (let k = 0; k < contributions.length; k++) if (contributions[k]) key |= 1 << (8 + k);
    const plain = gradients.length === 1 && inputs < 12;
    const first = explicit ? (gradients[0] ?? null) : null;
    const { site, frame, depth } = this;
    const expected = plain ? this.forms.expectBlocks(key, op, site, frame, depth, first, contributions) : null;
    if (expected !== null) return expected;
    const probe = this.begin("rule", op.name, site);
    probe.inputs = 1 + inputs;
    if (explicit) this.#explicit(probe, gradients);
    for (let k = 0; k < contributions.length; k++) {
      const each = contributions[k] ?? null;
      probe.contribute(each !== null);
      if (each !== null) probe.block(each.dtype, elementsOf(each.shape));
    }
    const form = this.forms.find(probe);
    if (plain) this.forms.learn(key, op, null);
    return form;
  }

  /** The gradient rule of an op with one output and one operand or two ran. */
  briefRule(
    op: OpView,
    output: TensorView,
    gradient: TensorView,
    a: TensorView,
    b: TensorView | null,
    toA: TensorView | null,
    toB: TensorView | null,
    sole: boolean,
  ): void {
    this.need(output);
    this.need(a);
    if (b !== null) this.need(b);
    const key = ruleKey(sole, b === null ? 1 : 2) | (toA === null ? 0 : 1 << 8) | (toB === null ? 0 : 1 << 9);
    const { site, frame, depth, writer } = this;
    const form = this.forms.expectPair(key, op, site, frame, depth, sole ? null : gradient, toA, toB);
    if (form === null) {
      this.rule(op, [output], [gradient], b === null ? [a] : [a, b], b === null ? [toA] : [toA, toB], sole);
      return;
    }
    writer.begin(form);
    writer.integer(output.id);
    writer.integer(a.id);
    if (b !== null) writer.integer(b.id);
    if (!sole) this.contents(form, gradient);
    if (toA !== null) this.contents(form, toA);
    if (toB !== null) this.contents(form, toB);
    writer.end(form);
  }

  /** The gradient rule of an op on 0-d floats ran. */
  scalarRule(
    op: OpView,
    dtype: DType,
    output: TensorView | number,
    gradient: number,
    sole: boolean,
    a: TensorView | number,
    b: TensorView | number | null,
    needs: number,
    toA: number,
    toB: number,
  ): void {
    const node = this.idOf(output);
    const first = this.idOf(a);
    const second = b === null ? 0 : this.idOf(b);
    const key = keys.scalarRule | (b === null ? 0 : 8) | (dtype === "float32" ? 0 : 1) | (needs << 8) | (sole ? 2 : 0);
    let live = this.forms.expect(key, op, null, -1, this.site, this.frame, this.depth);
    if (live === null) {
      const probe = this.begin("rule", op.name, this.site);
      probe.inputs = b === null ? 2 : 3;
      if (!sole) probe.flag = "explicit";
      if (!sole) probe.block(dtype, 1);
      probe.contribute((needs & 1) !== 0);
      if ((needs & 1) !== 0) probe.block(dtype, 1);
      if (b !== null) probe.contribute((needs & 2) !== 0);
      if ((needs & 2) !== 0) probe.block(dtype, 1);
      live = this.forms.find(probe);
      this.forms.learn(key, op, null);
    }
    const { writer } = this;
    writer.begin(live);
    writer.integer(node);
    writer.integer(first);
    if (b !== null) writer.integer(second);
    if (!sole) writer.scalar(live, gradient);
    if ((needs & 1) !== 0) writer.scalar(live, toA);
    if ((needs & 2) !== 0) writer.scalar(live, toB);
    writer.end(live);
  }

  /** The id of a tensor that a row may name. */
  private idOf(tensor: TensorView | number): number {
    if (typeof tensor === "number") return tensor;
    this.need(tensor);
    return tensor.id;
  }

  #explicit(probe: Probe, gradients: readonly (TensorView | null)[]): void {
    probe.flag = "explicit";
    if (gradients.length > 1) probe.attrs = { gradients: gradients.map((each) => each !== null) };
    for (const each of gradients) if (each !== null) probe.block(each.dtype, elementsOf(each.shape));
  }
}

/** The key of a rule's row before it is said which operands got something. */
function ruleKey(sole: boolean, operands: number): number {
  return keys.rule | (sole ? 0 : 1) | (operands << 1);
}
