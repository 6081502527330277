import { blockPlace, Latest, sizeAt, type Place } from "./latest";
import { isVariable, type Loops } from "./loops";
import type { Recording } from "./recording";
import type { Series } from "./segment";

/** By iteration; null where there is none. */
type Values = (number | null)[];

/** A parameter over the run: one tensor, or a variable that gets a new leaf each time. */
interface Parameter {
  readonly name: string;
  readonly key: string;
  tensor: number;
  readonly values: Values;
  readonly gradients: Values;
  gradientAt: { readonly place: Place; readonly tensor: number; readonly iteration: number } | null;
  last: { readonly place: Place; readonly size: number } | null;
}

/** A loss by call site: the mean of the backward calls that one iteration made there. */
interface Loss {
  readonly name: string;
  readonly site: number;
  readonly values: Values;
  iteration: number;
  count: number;
}

const lossName = /loss|cost|error|^l$|mse/i;

/** Collects one number per iteration while rows go by. */
export class SeriesBook {
  readonly #latest: Latest;
  readonly #names = new Map<number, string>();
  readonly #bindingOf = new Map<number, number>();
  readonly #heldBy = new Map<number, number>();
  readonly #parameters = new Map<number, Parameter>();
  readonly #keys = new Set<string>();
  readonly #losses = new Map<number, Loss>();
  /** Numbers and one-element tensors that a hand-written loop writes, by binding. */
  readonly #written = new Map<number, { readonly values: Values; count: number }>();
  readonly #numbers = new Map<number, number>();
  readonly #byHand = new Map<number, Values>();
  readonly #carriers = new Set<number>();
  #handIterations = 0;

  constructor(
    private readonly recording: Recording,
    private readonly loops: Loops,
  ) {
    this.#latest = new Latest(recording);
  }

  /** Takes the next row, of an iteration or of none (−1). */
  read(row: number, iteration: number, root: number): void {
    const { recording } = this;
    const form = recording.form(row);
    if (form.outputs.length > 0) this.#latest.read(row);
    switch (form.kind) {
      case "name":
        this.#names.set(recording.arg(row, 0), recording.string(recording.arg(row, 1)));
        return;
      case "write":
        this.#wrote(row, iteration, root);
        return;
      case "backward":
        if (iteration >= 0) this.#backward(recording.arg(row, 0), form.site, iteration);
        return;
      case "update": {
        const tensor = recording.arg(row, form.inputs);
        const meta = this.#latest.meta(tensor);
        if (meta?.isLeaf === true && meta.requiresGrad) this.#parameter(tensor);
        return;
      }
      case "accumulate": {
        const place = blockPlace(recording, row, 0);
        if (form.flag === "retained" || place === undefined) return;
        const tensor = recording.arg(row, 0);
        this.#parameter(tensor).gradientAt = { place, tensor, iteration };
        return;
      }
      default:
    }
  }

  /** Notes where parameters stand at the end of an iteration, or so far in one that still runs. */
  settle(iteration: number, root: number, ended: boolean): void {
    for (const each of this.#parameters.values()) {
      put(each.values, iteration, this.#sizeOf(each));
      const at = each.gradientAt;
      const meta = at?.iteration === iteration ? this.#latest.meta(at.tensor) : undefined;
      if (at !== null && meta !== undefined)
        put(each.gradients, iteration, sizeAt(this.recording, at.place, dense(meta)));
    }
    if (this.loops.trains(root)) return;
    if (ended) this.#handIterations++;
    for (const binding of this.loops.carriers(root)) {
      this.#carriers.add(binding);
      const tensor = this.#heldBy.get(binding);
      const number = tensor === undefined ? this.#numbers.get(binding) : this.#latest.size(tensor);
      if (number !== undefined && (tensor === undefined || !this.#parameters.has(tensor)))
        put(listed(this.#byHand, binding), iteration, number);
    }
  }

  /** All series so far, each `iterations` long. */
  series(iterations: number): Series[] {
    const made: Series[] = [];
    const push = (name: string, kind: Series["kind"], key: string, values: Values): void => {
      for (let k = values.length; k < iterations; k++) values.push(null);
      made.push({ name, kind, key, values });
    };
    for (const { name, site, values } of this.#losses.values()) push(name, "loss", `loss@${site}`, values);
    const loss = this.#handLoss();
    if (loss !== undefined) push(this.#nameOf(loss), "loss", `loss:b${loss}`, this.#written.get(loss)?.values ?? []);
    for (const { name, key, values, gradients } of this.#parameters.values()) {
      push(name, "value", `value:${key}`, values);
      push(name, "gradient", `gradient:${key}`, gradients);
    }
    for (const [binding, values] of this.#byHand) {
      push(this.#nameOf(binding), "value", `value:b${binding}`, values);
      const gradient = this.#handGradient(binding);
      if (gradient !== undefined)
        push(this.#nameOf(binding), "gradient", `gradient:b${binding}`, this.#written.get(gradient)?.values ?? []);
    }
    return made;
  }

  #backward(tensor: number, site: number, iteration: number): void {
    let loss = this.#losses.get(site);
    if (loss === undefined) {
      const binding = this.#bindingOf.get(tensor);
      const name = binding === undefined ? "loss" : this.#nameOf(binding);
      this.#losses.set(site, (loss = { name, site, values: [], iteration: -1, count: 0 }));
    }
    const size = this.#latest.size(tensor);
    if (loss.iteration !== iteration) [loss.iteration, loss.count] = [iteration, 0];
    const before = loss.count === 0 ? 0 : (loss.values[iteration] ?? 0);
    loss.count++;
    put(loss.values, iteration, before + (size - before) / loss.count);
  }

  #wrote(row: number, iteration: number, root: number): void {
    const { recording } = this;
    const { ref, valueType } = recording.form(row);
    if (valueType !== "tensor" && valueType !== "number") return;
    const variable = isVariable(recording, ref);
    const tensor = valueType === "tensor" ? recording.arg(row, 0) : -1;
    if (tensor >= 0) {
      const known = this.#bindingOf.get(tensor);
      if (known === undefined || (variable && !isVariable(recording, known))) this.#bindingOf.set(tensor, ref);
    }
    if (!variable) return;
    const before = this.#heldBy.get(ref);
    if (tensor >= 0) this.#heldBy.set(ref, tensor);
    else this.#heldBy.delete(ref);
    const parameter = before === undefined || before === tensor ? undefined : this.#parameters.get(before);
    if (parameter !== undefined && parameter.key === `b${ref}` && tensor >= 0) {
      this.#parameters.delete(parameter.tensor);
      parameter.tensor = tensor;
      this.#parameters.set(tensor, parameter);
    }
    if (valueType === "number") this.#numbers.set(ref, recording.number(row, 0));
    if (iteration < 0 || this.loops.trains(root)) return;
    const size = valueType === "number" ? recording.number(row, 0) : this.#scalar(tensor);
    if (size === undefined) return;
    const written = this.#written.get(ref) ?? { values: [], count: 0 };
    if (written.values.length <= iteration) written.count++;
    put(written.values, iteration, size);
    this.#written.set(ref, written);
  }

  #scalar(tensor: number): number | undefined {
    const shape = this.#latest.meta(tensor)?.shape;
    return shape === undefined || shape.some((size) => size !== 1) ? undefined : this.#latest.size(tensor);
  }

  /**
   * The loss of a loop without backward: a number or one-element tensor that every iteration writes and none carries
   * on, by its name, else the first.
   */
  #handLoss(): number | undefined {
    const each = [...this.#written].filter(
      ([binding, { count }]) => count >= Math.max(1, this.#handIterations) && !this.#carriers.has(binding),
    );
    return (each.find(([binding]) => lossName.test(this.#nameOf(binding))) ?? each[0])?.[0];
  }

  /** The gradient of a hand-written weight: `dw`, `gradW`, `wGrad`; with a single weight also `grad` or `gradient`. */
  #handGradient(weight: number): number | undefined {
    const name = this.#nameOf(weight)
      .replace(/^this\./, "")
      .toLowerCase();
    const names = [`d${name}`, `grad${name}`, `${name}grad`, `grad_${name}`, `${name}_grad`];
    if (this.#byHand.size === 1) names.push("grad", "gradient");
    return [...this.#written.keys()].find((binding) => names.includes(this.#nameOf(binding).toLowerCase()));
  }

  #parameter(tensor: number): Parameter {
    const known = this.#parameters.get(tensor);
    if (known !== undefined) return known;
    const binding = this.#bindingOf.get(tensor);
    const variable = binding !== undefined && isVariable(this.recording, binding) ? binding : undefined;
    const path = this.#names.get(tensor);
    const plain = variable !== undefined && this.recording.binding(variable).kind !== "property";
    const byName = path !== undefined && !plain;
    let key = byName ? path : variable !== undefined ? `b${variable}` : (path ?? `#${tensor}`);
    if (this.#keys.has(key)) key = `${key}#${tensor}`;
    this.#keys.add(key);
    const name = byName ? path : variable !== undefined ? this.#nameOf(variable) : this.#looseName(tensor, binding);
    const made = { name, key, tensor, values: [], gradients: [], gradientAt: null, last: null };
    this.#parameters.set(tensor, made);
    return made;
  }

  #looseName(tensor: number, binding: number | undefined): string {
    return binding === undefined ? `tensor ${tensor}` : this.#nameOf(binding);
  }

  #sizeOf(parameter: Parameter): number | null {
    const place = this.#latest.place(parameter.tensor);
    if (place === undefined) return null;
    if (parameter.last?.place !== place) parameter.last = { place, size: this.#latest.size(parameter.tensor) };
    return parameter.last.size;
  }

  #nameOf(binding: number): string {
    return this.recording.binding(binding).name;
  }
}

function dense<M extends { readonly shape: readonly number[] }>(meta: M): M & { readonly offset: 0 } {
  const strides = meta.shape.map((_, k) => meta.shape.slice(k + 1).reduce((a, b) => a * b, 1));
  return { ...meta, strides, offset: 0 };
}

function put(values: Values, iteration: number, x: number | null): void {
  for (let k = values.length; k < iteration; k++) values.push(null);
  values[iteration] = x;
}

function listed(map: Map<number, Values>, key: number): Values {
  const found = map.get(key) ?? [];
  map.set(key, found);
  return found;
}
