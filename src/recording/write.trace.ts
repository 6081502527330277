import type { TensorView } from "../engine/observer";
import { describe } from "./describe";
import { WeightNames } from "./elements";
import { type Program, type ValueType, valueTypes } from "./format";
import type { LiveForm } from "./live.form";
import type { Probe } from "./probe";
import { keys } from "./keys";
import { ModuleNames } from "./modulenames";
import { TensorTrace } from "./tensor.trace";
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
/** Rows about variables, and about the names that tensors get of them. */
export class WriteTrace extends TensorTrace {
  readonly #tensorOf: RecorderOptions["tensorOf"];
  readonly #moduleOf: NonNullable<RecorderOptions["moduleOf"]>;
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
      this.written(this.#form(binding, "tensor", 1, 0), tensor.id);
    } else if (typeof value === "number") {
      const form = this.#form(binding, "number", 0, 0);
      this.writer.begin(form);
      this.writer.number(value);
      this.writer.end(form);
    } else if (typeof value === "boolean") {
      this.#writeOne(binding, "boolean", value ? 1 : 0);
    } else if (typeof value === "string") {
      this.#writeOne(binding, "string", this.text(value));
    } else if (value === null || value === undefined) {
      this.written(this.#form(binding, value === null ? "null" : "undefined", 0, 0));
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

  /** The snippet uses the `.grad` of a value, which is told where that is null. */
  asked(site: number, value: unknown): void {
    const tensor = typeof value === "object" && value !== null ? this.#tensorOf(value) : null;
    if (tensor === null || this.writer.gradOf(tensor.id) !== undefined) return;
    this.told("missed", site, [tensor]);
  }

  /** A tensor is the parameter or buffer `path` of a module. */
  named(tensor: TensorView, path: string): void {
    this.need(tensor);
    this.#weights.has(tensor);
    for (const renamed of this.#modules.named(tensor.id, path)) this.called(renamed.tensor, renamed.name);
  }

  #write(binding: number, type: ValueType): Probe {
    const probe = this.begin("write", "", this.site);
    probe.ref = binding;
    probe.valueType = type;
    return probe;
  }

  #writeOne(binding: number, type: Exclude<ValueType, "module">, payload: number): void {
    this.written(this.#form(binding, type, 0, 1), payload);
  }

  /** The form of a write that names so many tensors and other things. */
  #form(binding: number, type: Exclude<ValueType, "module">, inputs: number, others: number): LiveForm {
    const key = keys.write + valueTypes.indexOf(type);
    const expected = this.forms.expect(key, null, null, binding, this.site, this.frame, this.depth);
    if (expected !== null) return expected;
    const probe = this.#write(binding, type);
    probe.inputs = inputs;
    probe.others = others;
    if (type === "number") probe.numbers = numberName;
    const form = this.forms.find(probe);
    this.forms.learn(key, null, null);
    return form;
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
