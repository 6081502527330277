import type { Attrs, Observer, OpView, TensorView } from "../engine/observer";
import { Arrivals } from "./arrivals";
import { describe } from "./describe";
import { WeightNames } from "./elements";
import type { Program, ValueType } from "./format";
import type { Probe } from "./forms";
import { ModuleNames } from "./modulenames";
import { TensorTrace } from "./tensor.trace";
import type { Inner } from "./trace";
import { elementsOf } from "./value";
import type { WriterOptions } from "./writer";

/** A module as its binding shows it. */
export interface ModuleView {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, tensor: TensorView])[];
}

/** How a recorder writes, and how it tells what a variable holds; it loads no engine of its own. */
export interface RecorderOptions extends WriterOptions {
  readonly tensorOf: (value: unknown) => TensorView | null;
  readonly moduleOf?: (value: unknown) => ModuleView | null;
}

const numberName: readonly string[] = ["value"];

/** Listens to the engine and to the instrumented snippet, and writes what happened as a recording. */
export class Recorder extends TensorTrace implements Observer {
  readonly #tensorOf: RecorderOptions["tensorOf"];
  readonly #moduleOf: NonNullable<RecorderOptions["moduleOf"]>;
  /** The gradients that came in the running backward, and in those around it. */
  #arrivals = new Arrivals();
  readonly #outerArrivals: Arrivals[] = [];
  readonly #weights: WeightNames;
  readonly #modules = new ModuleNames();

  constructor(options: RecorderOptions) {
    super(options);
    this.#tensorOf = options.tensorOf;
    this.#weights = new WeightNames(options.tensorOf);
    this.#moduleOf = options.moduleOf ?? (() => null);
  }

  override program(program: Program): void {
    super.program(program);
    this.#weights.program(program);
  }

  /** A recorded binding was written. */
  write(binding: number, value: unknown): void {
    const tensor = typeof value === "object" && value !== null ? this.#tensorOf(value) : null;
    if (tensor !== null) {
      this.need(tensor);
      this.#weights.has(tensor, binding);
      const probe = this.#write(binding, "tensor");
      probe.inputs = 1;
      this.row(probe, tensor.id);
    } else if (typeof value === "number") {
      const probe = this.#write(binding, "number");
      probe.numbers = numberName;
      const form = this.forms.find(probe);
      this.writer.begin(form);
      this.writer.number(value);
      this.writer.end(form);
    } else if (typeof value === "boolean") {
      this.#writeOne(binding, "boolean", value ? 1 : 0);
    } else if (typeof value === "string") {
      this.#writeOne(binding, "string", this.text(value));
    } else if (value === null || value === undefined) {
      this.row(this.#write(binding, value === null ? "null" : "undefined"));
    } else {
      const module = this.#moduleOf(value);
      if (module === null) {
        this.#writeOne(binding, "other", this.text(describe(value)));
        for (const [weight, name] of this.#weights.in(binding, value)) {
          this.need(weight);
          this.#weights.has(weight);
          this.called(weight.id, name);
        }
      } else this.#writeModule(binding, module);
    }
  }

  forward(
    op: OpView,
    inputs: readonly TensorView[],
    numbers: readonly number[],
    attrs: Attrs,
    outputs: readonly TensorView[],
  ): void {
    this.needs(inputs);
    const { live, cap } = this.writer;
    const probe = this.begin("forward", op.name, this.site);
    probe.attrs = attrs;
    probe.inputs = inputs.length;
    this.numberNames(probe, op, numbers);
    let fresh = 0;
    for (let k = 0; k < outputs.length; k++) if (!live.holds(outputs[k]?.storage.id ?? 0)) fresh++;
    if (fresh === 0 && outputs.length > 0) probe.flag = "view";
    for (let k = 0; k < outputs.length; k++) {
      const output = outputs[k];
      if (output === undefined) continue;
      if (fresh === 0) this.output(probe, output, output.storage.length > cap, elementsOf(output.shape));
      else this.output(probe, output, !live.holds(output.storage.id), output.storage.length);
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

  updated(
    op: OpView,
    inputs: readonly TensorView[],
    numbers: readonly number[],
    attrs: Attrs,
    target: TensorView,
  ): void {
    this.needs(inputs);
    const probe = this.begin("update", op.name, this.site);
    probe.attrs = attrs;
    probe.inputs = inputs.length;
    this.numberNames(probe, op, numbers);
    this.output(probe, target, true);
    const form = this.forms.find(probe);
    this.writer.begin(form);
    this.idsOf(inputs);
    this.ids(target);
    for (let k = 0; k < numbers.length; k++) this.writer.number(numbers[k] ?? NaN);
    this.storage(form, target.storage);
    this.writer.end(form);
  }

  opened(name: string, inputs: readonly TensorView[], attrs: Attrs): void {
    this.needs(inputs);
    const probe = this.begin("open", name, this.site);
    probe.attrs = attrs;
    this.tensors(probe, inputs);
    this.depth++;
    this.#begun("close", this.frame);
  }

  closed(outputs: readonly TensorView[]): void {
    this.needs(outputs);
    const inner = this.#upTo("close");
    if (inner === undefined) return;
    this.depth--;
    this.tensors(this.begin("close", "", inner.site), outputs);
  }

  backwardBegan(root: TensorView, seed: TensorView): void {
    this.need(root);
    if (this.#outerArrivals.push(this.#arrivals) > 1) this.#arrivals = new Arrivals();
    this.#arrivals.begin(root.id, seed);
    const probe = this.begin("backward", "", this.site);
    probe.inputs = 1;
    probe.block(seed.dtype, elementsOf(seed.shape));
    const form = this.forms.find(probe);
    this.writer.begin(form);
    this.writer.integer(root.id);
    this.contents(form, seed);
    this.writer.end(form);
    this.#begun("backwardEnd", this.frame);
  }

  backwardEnded(): void {
    this.#endInner("backwardEnd");
  }

  rule(
    op: OpView,
    outputs: readonly TensorView[],
    gradients: readonly (TensorView | null)[],
    inputs: readonly (TensorView | null)[],
    contributions: readonly (TensorView | null)[],
  ): void {
    const node = outputs[0];
    if (node === undefined) return;
    this.need(node);
    for (let k = 0; k < inputs.length; k++) {
      const input = inputs[k];
      if (input) this.need(input);
    }
    const probe = this.begin("rule", op.name, this.site);
    probe.inputs = 1 + inputs.length;
    const explicit = this.#explicit(probe, outputs, gradients);
    for (let k = 0; k < contributions.length; k++) {
      const each = contributions[k];
      probe.contribute(each !== null);
      if (each) probe.block(each.dtype, elementsOf(each.shape));
    }
    const form = this.forms.find(probe);
    this.writer.begin(form);
    this.writer.integer(node.id);
    for (let k = 0; k < inputs.length; k++) this.writer.integer(inputs[k]?.id ?? -1);
    if (explicit) for (const gradient of gradients) if (gradient !== null) this.contents(form, gradient);
    for (let k = 0; k < contributions.length; k++) {
      const contribution = contributions[k];
      if (contribution === null || contribution === undefined) continue;
      this.contents(form, contribution);
      this.#arrivals.add(inputs[k]?.id ?? 0, contribution);
    }
    this.writer.end(form);
  }

  accumulated(tensor: TensorView, gradient: TensorView, retained: boolean): void {
    this.need(tensor);
    const probe = this.begin("accumulate", "", this.site);
    probe.inputs = 1;
    probe.flag = retained ? "retained" : "";
    this.writeStorage(probe, tensor, gradient);
  }

  /** The snippet uses the `.grad` of a value, which is told where that is null. */
  asked(site: number, value: unknown): void {
    const tensor = typeof value === "object" && value !== null ? this.#tensorOf(value) : null;
    if (tensor === null || this.writer.live.gradOf(tensor.id) !== undefined) return;
    this.told("missed", site, [tensor]);
  }

  gradModeChanged(enabled: boolean): void {
    const probe = this.begin("gradMode", "", this.site);
    probe.flag = enabled ? "on" : "off";
    this.row(probe);
  }

  moduleEntered(name: string, path: string): void {
    const { frame, site } = this;
    this.enterFrame(-1, path === "" ? name : path, name);
    this.site = site;
    this.#begun("leave", frame);
  }

  moduleLeft(): void {
    this.#endInner("leave");
  }

  named(tensor: TensorView, path: string): void {
    this.need(tensor);
    this.#weights.has(tensor);
    for (const renamed of this.#modules.named(tensor.id, path)) this.called(renamed.tensor, renamed.name);
  }

  optimizerBegan(name: string, parameters: readonly TensorView[], hyper: Readonly<Record<string, number>>): void {
    this.needs(parameters);
    const probe = this.begin("optimizer", name, this.site);
    probe.inputs = parameters.length;
    probe.numbers = Object.keys(hyper);
    const form = this.forms.find(probe);
    this.writer.begin(form);
    this.idsOf(parameters);
    for (const value of Object.values(hyper)) this.writer.number(value);
    this.writer.end(form);
    this.#begun("optimizerEnd", this.frame);
  }

  optimizerEnded(): void {
    this.#endInner("optimizerEnd");
  }

  stateful(parameter: TensorView, name: string, state: TensorView): void {
    this.need(parameter);
    const probe = this.begin("state", name, this.site);
    probe.inputs = 1;
    this.writeStorage(probe, parameter, state);
  }

  protected override ended(inner: Inner): void {
    super.ended(inner);
    if (inner.kind === "backwardEnd") this.#arrivals = this.#outerArrivals.pop() ?? this.#arrivals;
  }

  #begun(kind: Inner["kind"], frame: number): void {
    this.inner.push({ kind, inside: this.frame, frame, site: this.site });
  }

  #endInner(kind: Inner["kind"]): void {
    const inner = this.#upTo(kind);
    if (inner !== undefined) this.ended(inner);
  }

  /** Takes the innermost open thing of a kind, ending what is still open inside it. */
  #upTo(kind: Inner["kind"]): Inner | undefined {
    const at = this.inner.findLastIndex((each) => each.kind === kind);
    if (at < 0) return undefined;
    this.unwind(at + 1);
    return this.inner.pop();
  }

  /** Whether the gradients must be written: only one that is the one contribution that came can be left out. */
  #explicit(probe: Probe, outputs: readonly TensorView[], gradients: readonly (TensorView | null)[]): boolean {
    const [output, gradient] = [outputs[0], gradients[0]];
    if (gradients.length === 1 && output !== undefined && gradient !== null && gradient !== undefined)
      if (this.#arrivals.isOnly(output.id, gradient)) return false;
    probe.flag = "explicit";
    if (gradients.length > 1) probe.attrs = { gradients: gradients.map((each) => each !== null) };
    for (const each of gradients) if (each !== null) probe.block(each.dtype, elementsOf(each.shape));
    return true;
  }

  #write(binding: number, type: ValueType): Probe {
    const probe = this.begin("write", "", this.site);
    probe.ref = binding;
    probe.valueType = type;
    return probe;
  }

  #writeOne(binding: number, type: ValueType, payload: number): void {
    const probe = this.#write(binding, type);
    probe.others = 1;
    this.row(probe, payload);
  }

  #writeModule(binding: number, { name, parameters }: ModuleView): void {
    for (const [, tensor] of parameters) this.need(tensor);
    const probe = this.#write(binding, "module");
    probe.op = name;
    probe.attrs = { parameters: parameters.map(([path]) => path) };
    this.tensors(
      probe,
      parameters.map(([, tensor]) => tensor),
    );
    const variable = this.#weights.variable(binding);
    if (variable === undefined) return;
    for (const renamed of this.#modules.bound(variable, parameters)) this.called(renamed.tensor, renamed.name);
  }
}
