import { build } from "../build";
import { scalarName } from "../dtype";
import { argumentError } from "../errors";
import { fill, single } from "../kernels/loops";
import { watcher, withGrad } from "../mode";
import { clearGradient } from "../nn/clear";
import { tellNames } from "../nn/frame";
import { flag, float } from "../nn/repr";
import { scalarShape } from "../shape";
import { Tensor } from "../tensor";
import { warn } from "../warn";

/** Parameters with their hyper-parameters; `group.lr` may be changed between steps. */
export type ParamGroup<H extends object> = H & {
  params: Tensor[];
  /** The learning rate that schedules count from; the first scheduler notes it. */
  initialLr?: number;
};

/** A group as an optimizer is given it; what it leaves out is taken from the optimizer's own options. */
export type GroupOptions<H extends object> = Partial<H> & { readonly params: Tensor | Iterable<Tensor> };

/** What an optimizer is given: parameters, or groups of them. */
export type Params<H extends object> = Iterable<Tensor> | Iterable<GroupOptions<H>>;

/** What an optimizer keeps for one parameter: tensors by name ("momentumBuffer") and counts. */
export type ParamState = Record<string, Tensor | number>;

/** A saved optimizer: the state by the parameter's index, and the groups with indices in place of parameters. */
export interface OptimizerState<H extends object> {
  /** What the optimizer keeps of each parameter, by the parameter's index. */
  readonly state: Readonly<Record<number, ParamState>>;
  /** The options of each group, with its parameters' indices. */
  readonly paramGroups: readonly (H & { readonly params: readonly number[]; readonly initialLr?: number })[];
}

/**
 * The base of all optimizers: groups of parameters, the state kept for each, `step()` and `zeroGrad()`.
 * One kind says what its options are (`complete`) and how one parameter is updated (`update`).
 * Source: torch/optim/optimizer.py.
 */
export abstract class Optimizer<H extends object> {
  /** The groups, each with its parameters and its options. */
  readonly paramGroups: ParamGroup<H>[] = [];
  /** What is kept for each parameter. */
  readonly state = new Map<Tensor, ParamState>();
  private taken = 0;

  constructor(
    params: Params<H>,
    private readonly options: Partial<H>,
  ) {
    if (params instanceof Tensor) {
      throw argumentError(
        `params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.${scalarName(params.dtype)}Tensor`,
        "Put the tensor in an array: [w].",
      );
    }
    const given: (Tensor | GroupOptions<H>)[] = [...params];
    if (given.length === 0) {
      throw argumentError("optimizer got an empty parameter list", "Give it what to train: [w] or model.parameters().");
    }
    const odd = given.find((item) => !(item instanceof Tensor || isGroup(item)));
    if (odd !== undefined) throw notTensor(odd);
    const alone = given.flatMap((item) => (item instanceof Tensor ? [item] : []));
    if (alone.length > 0) this.include({}, alone);
    for (const item of given) if (!(item instanceof Tensor)) this.addParamGroup(item);
  }

  /**
   * Adds a group to train: `optimizer.addParamGroup({ params: model.head.parameters(), lr: 0.001 })`. Errors:
   * parameters that are no leaves or in a group already; an option out of its range.
   */
  addParamGroup(group: GroupOptions<H>): void {
    this.include(group, group.params instanceof Tensor ? [group.params] : [...group.params]);
  }

  /** How often `step` ran: a scheduler that steps before its optimizer skips the first learning rate. */
  get steps(): number {
    return this.taken;
  }

  /**
   * Updates every parameter that has a gradient. `closure`, if given, computes the loss again first.
   * Shapes: the closure's loss, 0-d, is what it gives.
   */
  step(closure?: () => Tensor): Tensor | null {
    this.taken++;
    const loss = closure === undefined ? null : withGrad(true, closure);
    withGrad(false, () => {
      for (const group of this.paramGroups) this.updateGroup(group);
    });
    return loss;
  }

  /** Sets every parameter's `.grad` to null, or to zeros with `setToNone: false`. */
  zeroGrad({ setToNone = true }: { readonly setToNone?: boolean } = {}): void {
    for (const group of this.paramGroups) for (const parameter of group.params) clearGradient(parameter, setToNone);
  }

  /** As PyTorch prints it: the options of each group by PyTorch's names, in alphabetical order. */
  toString(): string {
    const groups = this.paramGroups.map((group, i) => {
      const options = Object.entries(group).filter(([name]) => name !== "params");
      const lines = options.map(([name, value]) => `    ${pythonName(name)}: ${printed(name, value)}\n`);
      return `\nParameter Group ${i}\n${lines.sort().join("")}`;
    });
    return `${this.constructor.name} (${groups.join("")})`;
  }

  /** @internal What Node's console.log prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** The state and the hyper-parameters, to continue later with `loadStateDict`. */
  stateDict(): OptimizerState<H> {
    const all = this.paramGroups.flatMap((group) => group.params);
    const state: Record<number, ParamState> = {};
    all.forEach((parameter, index) => {
      const kept = this.state.get(parameter);
      if (kept !== undefined) state[index] = { ...kept };
    });
    const index = new Map(all.map((parameter, i) => [parameter, i]));
    const paramGroups = this.paramGroups.map((group) => ({
      ...this.complete(group),
      ...initialOf(group),
      params: group.params.map((parameter) => index.get(parameter) ?? -1),
    }));
    return { state, paramGroups };
  }

  /** Takes over a saved state and its hyper-parameters. Errors: groups of another number or size. */
  loadStateDict(saved: OptimizerState<H>): void {
    if (saved.paramGroups.length !== this.paramGroups.length) {
      throw argumentError(
        "loaded state dict has a different number of parameter groups",
        `It has ${saved.paramGroups.length}, this optimizer ${this.paramGroups.length}.`,
      );
    }
    if (saved.paramGroups.some((group, i) => group.params.length !== this.paramGroups[i]?.params.length)) {
      throw argumentError(
        "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
        "Make the optimizer with the same parameters as the saved one.",
      );
    }
    this.state.clear();
    saved.paramGroups.forEach((from, i) => {
      const to = this.paramGroups[i];
      if (to === undefined) return;
      Object.assign(to, this.complete(from), initialOf(from));
      from.params.forEach((index, k) => {
        const parameter = to.params[k];
        if (parameter !== undefined) this.restore(parameter, saved.state[index] ?? {});
      });
    });
  }

  /** All hyper-parameters of a group, with the defaults of this kind; throws on one that cannot be meant. */
  protected abstract complete(given: Partial<H>): H;

  /** Updates one parameter in place from its gradient. */
  protected abstract update(parameter: Tensor, gradient: Tensor, hyper: H, state: ParamState): void;

  /** Keeps a tensor of state for a parameter. */
  protected keep(parameter: Tensor, name: string, tensor: Tensor): void {
    this.stateOf(parameter)[name] = tensor;
    watcher()?.stateful(parameter, name, tensor);
  }

  /** The tensor of state `name` of a parameter: at first one of its shape, filled with `value`. */
  protected slot(parameter: Tensor, name: string, value = 0): Tensor {
    const held = this.stateOf(parameter)[name];
    if (held instanceof Tensor) return held;
    return this.begin(parameter, name, parameter.zerosLike(), value);
  }

  /** A number of state that PyTorch keeps as a 0-d float32 tensor. */
  protected count(parameter: Tensor, name: string, value = 0): Tensor {
    const held = this.stateOf(parameter)[name];
    if (held instanceof Tensor) return held;
    return this.begin(parameter, name, build(single("float32", 0), scalarShape, scalarShape, 0), value);
  }

  /** Counts one more update of a parameter. */
  protected stepOf(parameter: Tensor): number {
    return this.count(parameter, "step").add_(1).item();
  }

  private begin(parameter: Tensor, name: string, tensor: Tensor, value: number): Tensor {
    if (value !== 0) fill(tensor, value);
    watcher()?.created(tensor, value === 0 ? "zeros" : "full");
    this.keep(parameter, name, tensor);
    return tensor;
  }

  private stateOf(parameter: Tensor): ParamState {
    const kept = this.state.get(parameter);
    if (kept !== undefined) return kept;
    const fresh: ParamState = {};
    this.state.set(parameter, fresh);
    return fresh;
  }

  /** Takes over what was saved for a parameter, in its dtype; only the count of steps keeps its own. */
  private restore(parameter: Tensor, saved: ParamState): void {
    for (const [name, value] of Object.entries(saved)) {
      if (value instanceof Tensor) {
        const own = value.detach().clone();
        this.keep(parameter, name, name === "step" ? own : own.to(parameter.dtype));
      } else this.stateOf(parameter)[name] = value;
    }
  }

  private include(given: Partial<H>, params: Tensor[]): void {
    const taken = new Set(this.paramGroups.flatMap((group) => group.params));
    for (const parameter of params) {
      if (!(parameter instanceof Tensor)) throw notTensor(parameter);
      if (!parameter.isLeaf) {
        throw argumentError("can't optimize a non-leaf Tensor", "Give the tensor it was computed from.");
      }
      if (taken.has(parameter)) {
        throw argumentError("some parameters appear in more than one parameter group", "Give each parameter once.");
      }
    }
    if (new Set(params).size < params.length) {
      warn(
        "optimizer contains a parameter group with duplicate parameters: each will be updated more than once a step.",
      );
    }
    this.paramGroups.push({ ...this.complete({ ...this.options, ...given }), params });
    tellNames(params);
  }

  private updateGroup(group: ParamGroup<H>): void {
    const ready = group.params.filter((parameter) => parameter.heldGradient() !== null);
    const told = watcher();
    if (ready.length < group.params.length)
      told?.passedOver(group.params.filter((parameter) => parameter.heldGradient() === null));
    if (ready.length === 0) return;
    const name = this.constructor.name;
    told?.optimizerBegan(name, ready, numbersOf(this.complete(group)));
    told?.opened(`${name}.step`, ready, {});
    try {
      for (const parameter of ready) {
        const gradient = parameter.heldGradient();
        if (gradient !== null) this.update(parameter, gradient, group, this.stateOf(parameter));
      }
    } finally {
      told?.closed(ready);
      told?.optimizerEnded();
    }
  }
}

function pythonName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** An option as Python prints it, whose defaults are whole numbers but for the learning rate. */
function printed(name: string, value: unknown): string {
  if (Array.isArray(value)) return `(${value.map((each) => printed(name, each)).join(", ")})`;
  if (typeof value === "boolean") return flag(value);
  return typeof value === "number" && (name === "lr" || !Number.isInteger(value)) ? float(value) : String(value);
}

function isGroup(item: unknown): boolean {
  return typeof item === "object" && item !== null && "params" in item;
}

function notTensor(item: unknown): Error {
  return argumentError(
    `optimizer can only optimize Tensors, but one of the params is ${typeof item}`,
    "Make it a tensor with { requiresGrad: true }.",
  );
}

function initialOf({ initialLr }: { readonly initialLr?: number }): { readonly initialLr?: number } {
  return initialLr === undefined ? {} : { initialLr };
}

/** The hyper-parameters as numbers, without those that are off; `betas` become beta1 and beta2. */
function numbersOf(hyper: object): Record<string, number> {
  const numbers: Record<string, number> = {};
  const take = (name: string, value: unknown): void => {
    const number = typeof value === "boolean" ? Number(value) : value;
    if (typeof number === "number" && (number !== 0 || name === "lr")) numbers[name] = number;
  };
  for (const [name, value] of Object.entries(hyper)) {
    if (Array.isArray(value)) value.forEach((each, i) => take(`${name.replace(/s$/, "")}${i + 1}`, each));
    else take(name, value);
  }
  return numbers;
}
