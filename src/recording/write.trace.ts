import type { TensorView } from "../engine/observer";
import { describe } from "./describe";
import { WeightNames } from "./elements";
import type { Program, ValueType } from "./format";
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
      let live = this.forms.expect(keys.write, null, null, binding, this.site, this.frame, this.depth);
      if (live === null) {
        const probe = this.#write(binding, "tensor");
        probe.inputs = 1;
        live = this.forms.find(probe);
        this.forms.learn(keys.write, null, null);
      }
      this.writer.begin(live);
      this.writer.integer(tensor.id);
      this.writer.end(live);
    } else if (typeof value === "number") {
      let form = this.forms.expect(keys.writeNumber, null, null, binding, this.site, this.frame, this.depth);
      if (form === null) {
        const probe = this.#write(binding, "number");
        probe.numbers = numberName;
        form = this.forms.find(probe);
        this.forms.learn(keys.writeNumber, null, null);
      }
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
