import { type DType, isFloating } from "../dtype";
import { argumentError } from "../errors";
import { Tensor } from "../tensor";
import { BackwardWatch, type FullBackwardHook, type FullBackwardPreHook } from "./backward.hook";
import { clearGradient } from "./clear";
import { enterModule, keepNames } from "./frame";
import { added, type ForwardHook, type ForwardPreHook, note, notesOf, type RemovableHandle } from "./notes";
import { Parameter } from "./parameter";
import { type LoadResult, loadInto, type StateDict } from "./state";

/**
 * The base of all layers and models: fields that hold a `Parameter` or a `Module` are its parameters and children.
 * A module is called like a function, `model(x)`, which runs `forward` between its hooks.
 *
 * ```ts
 * class Net extends nn.Module {
 *   lin = new nn.Linear(1, 1);
 *   forward(x: Tensor) {
 *     return this.lin(x);
 *   }
 * }
 * const model = new Net();
 * const y = model(x);
 * ```
 * Source: torch/nn/modules/module.py.
 */
// As wide as PyTorch made it: a line or two for each method, and its documentation.
// A class cannot declare its own call signature; the interface of the same name adds it.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export abstract class Module {
  /** Whether the module trains; `eval()` turns it off for layers that then behave differently. */
  declare training: boolean;

  constructor() {
    const self = bare(new.target.prototype);
    self.training = true;
    return self;
  }

  /** Computes the output; call the module itself, not this, so that its hooks run. */
  abstract forward(...input: never[]): unknown;

  /** @internal What PyTorch calls a field in paths and in `stateDict()`: the layers here keep its names there. */
  pathName(field: string): string {
    return field;
  }

  /** @internal The parameters of this module alone, by name. */
  ownParameters(): [name: string, parameter: Parameter][] {
    return fields(this).flatMap(([name, value]): [string, Parameter][] =>
      value instanceof Parameter ? [[this.pathName(name), value]] : [],
    );
  }

  /** The fields that hold modules, by name. */
  namedChildren(): [name: string, module: Module][] {
    return fields(this).flatMap(([name, value]): [string, Module][] =>
      value instanceof Module ? [[this.pathName(name), value]] : [],
    );
  }

  /** The modules in the fields. */
  children(): Module[] {
    return Object.values(this).filter((value: unknown) => value instanceof Module);
  }

  /** This module (path "") and all below it with their paths, each module once. */
  namedModules(prefix = "", seen = new Set<Module>()): [path: string, module: Module][] {
    if (seen.has(this)) return [];
    seen.add(this);
    const below = this.namedChildren().flatMap(([name, child]) => child.namedModules(joined(prefix, name), seen));
    return [[prefix, this], ...below];
  }

  /** This module and all below it. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** The parameters with their paths ("lin.weight"), each once; `recurse: false` leaves out those of the children. */
  namedParameters({ prefix = "", recurse = true }: Below = {}): [path: string, parameter: Parameter][] {
    return gathered(this, prefix, recurse, (module) => module.ownParameters());
  }

  /** The parameters, each once: what an optimizer takes. */
  parameters({ recurse = true }: { readonly recurse?: boolean } = {}): Parameter[] {
    const named = this.namedParameters({ recurse });
    keepNames(named);
    return named.map(([, parameter]) => parameter);
  }

  /** The buffers with their paths, each once. Shapes: any. */
  namedBuffers({ prefix = "", recurse = true }: Below = {}): [path: string, buffer: Tensor][] {
    return gathered(this, prefix, recurse, (module) =>
      [...notesOf(module).buffers.keys()].flatMap((name) => {
        const value: unknown = Reflect.get(module, name);
        return value instanceof Tensor ? [[module.pathName(name), value]] : [];
      }),
    );
  }

  /** The buffers: tensors that belong to the state but are not trained. Shapes: any. */
  buffers({ recurse = true }: { readonly recurse?: boolean } = {}): Tensor[] {
    const named = this.namedBuffers({ recurse });
    keepNames(named);
    return named.map(([, buffer]) => buffer);
  }

  /** Makes `this[name]` a buffer; one that is not persistent stays out of `stateDict()`. Shapes: any. */
  registerBuffer(
    name: string,
    tensor: Tensor | null,
    { persistent = true }: { readonly persistent?: boolean } = {},
  ): void {
    notesOf(this).buffers.set(name, { persistent });
    Reflect.set(this, name, tensor);
  }

  /** Makes `this[name]` a parameter, as assigning the field does. */
  registerParameter(name: string, parameter: Parameter | null): void {
    Reflect.set(this, name, parameter);
  }

  /** Makes `this[name]` a child module, as assigning the field does. */
  registerModule(name: string, module: Module | null): void {
    Reflect.set(this, name, module);
  }

  /** All parameters and persistent buffers by path, detached but sharing their memory. */
  stateDict(): StateDict {
    return Object.fromEntries([...this.targets()].map(([path, tensor]) => [path, tensor.detach()]));
  }

  /**
   * Copies a state into the parameters and buffers; `strict: false` lets keys be missing or too many.
   * Shapes: those of the parameters. Errors: keys that are missing or too many, when strict; tensors of other shapes.
   */
  loadStateDict(state: StateDict, { strict = true }: { readonly strict?: boolean } = {}): LoadResult {
    return loadInto(this.constructor.name, this.targets(), state, strict);
  }

  /** Sets the training mode of this module and all below it. */
  train(mode = true): this {
    this.training = mode;
    for (const child of this.children()) child.train(mode);
    return this;
  }

  /** Sets the evaluation mode: `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Sets every parameter's `.grad` to null, or to zeros with `setToNone: false`. */
  zeroGrad({ setToNone = true }: { readonly setToNone?: boolean } = {}): void {
    for (const parameter of this.parameters()) clearGradient(parameter, setToNone);
  }

  /** Turns gradients on or off for every parameter: `requiresGrad_(false)` freezes the module. */
  requiresGrad_(requiresGrad = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(requiresGrad);
    return this;
  }

  /** Calls `visit` with every module below this one, children first, and with this one. */
  apply(visit: (module: Module) => void): this {
    for (const child of this.children()) child.apply(visit);
    visit(this);
    return this;
  }

  /** Runs `hook` before each forward. */
  registerForwardPreHook(hook: ForwardPreHook): RemovableHandle {
    return added(notesOf(this).before, hook);
  }

  /** Runs `hook` after each forward. */
  registerForwardHook(hook: ForwardHook): RemovableHandle {
    return added(notesOf(this).after, hook);
  }

  /**
   * Runs `hook` in each backward, when the gradients of the module's input tensors are known. Its arguments and its
   * output, if they are tensors or a list of them, are seen; writing to them in place is then refused, as in PyTorch.
   */
  registerFullBackwardHook(hook: FullBackwardHook): RemovableHandle {
    return added(notesOf(this).afterBackward, hook);
  }

  /** Runs `hook` in each backward, when the gradients of the module's outputs are known. */
  registerFullBackwardPreHook(hook: FullBackwardPreHook): RemovableHandle {
    return added(notesOf(this).beforeBackward, hook);
  }

  /** The module below this one at a path ("body.0"; "" is this one). Errors: a path without one. */
  getSubmodule(path: string): Module {
    const found = this.namedModules().find(([name]) => name === path);
    if (found !== undefined) return found[1];
    throw argumentError(
      `${this.constructor.name} has no attribute \`${path}\``,
      `Its modules are ${this.namedModules()
        .map(([name]) => `"${name}"`)
        .join(", ")}.`,
    );
  }

  /** The parameter at a path ("body.0.weight"). Errors: a path without one. */
  getParameter(path: string): Parameter {
    const found = this.namedParameters().find(([name]) => name === path);
    if (found !== undefined) return found[1];
    throw argumentError(`${this.constructor.name} has no attribute \`${path}\``, "namedParameters() lists all.");
  }

  /** The buffer at a path. Shapes: any. Errors: a path without one. */
  getBuffer(path: string): Tensor {
    const found = this.namedBuffers().find(([name]) => name === path);
    if (found !== undefined) return found[1];
    throw argumentError(`${this.constructor.name} has no attribute \`${path}\``, "namedBuffers() lists all.");
  }

  /**
   * Converts the parameters and buffers of floats to a float dtype. The parameters are new tensors afterwards: make the
   * optimizer after this call. Errors: a dtype of integers.
   */
  to(dtype: DType): this {
    if (!isFloating(dtype)) {
      throw argumentError(
        `nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=${dtype}`,
        'Use "float32" or "float64".',
      );
    }
    const made = new Map<Tensor, Tensor>();
    for (const module of this.modules()) {
      for (const [name, value] of fields(module)) {
        if (!(value instanceof Tensor) || !isFloating(value.dtype) || value.dtype === dtype) continue;
        if (!(value instanceof Parameter) && !notesOf(module).buffers.has(name)) continue;
        const next = made.get(value) ?? converted(value, dtype);
        made.set(value, next);
        Reflect.set(module, name, next);
      }
    }
    return this;
  }

  /** `to("float32")`. */
  float(): this {
    return this.to("float32");
  }

  /** `to("float64")`. */
  double(): this {
    return this.to("float64");
  }

  /** A copy with parameters, buffers and children of its own, values and hooks as here: Python's `copy.deepcopy`. */
  clone(): this {
    // A copy has the prototype of what it copies, so it is of the same class.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
    return copyModule(this, new Map()) as this;
  }

  /** The settings that `toString` prints between the parentheses. */
  extraRepr(): string {
    return "";
  }

  /** The module as PyTorch prints it, one line per child. */
  toString(): string {
    const children = this.namedChildren().map(
      ([name, child]) => `  (${name}): ${child.toString().replaceAll("\n", "\n  ")}\n`,
    );
    const extra = this.extraRepr();
    const inside = children.length === 0 ? extra : `\n${extra === "" ? "" : `  ${extra}\n`}${children.join("")}`;
    return `${this.constructor.name}(${inside})`;
  }

  /** What `console.log` prints in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** Every tensor that `stateDict()` lists, itself. */
  private targets(): Map<string, Tensor> {
    return new Map(
      this.namedModules().flatMap(([prefix, module]) => [
        ...module.namedParameters({ prefix, recurse: false }),
        ...module.namedBuffers({ prefix, recurse: false }).filter(([path]) => isPersistent(module, path)),
      ]),
    );
  }
}

/** What makes a module callable: its own `forward`'s arguments and result. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface Module {
  (...input: Parameters<this["forward"]>): ReturnType<this["forward"]>;
}

interface Below {
  readonly prefix?: string;
  readonly recurse?: boolean;
}

function callForward(module: Module, input: readonly unknown[]): unknown {
  const leave = enterModule(module);
  try {
    const { before, after, beforeBackward, afterBackward } = notesOf(module);
    const watched =
      beforeBackward.size + afterBackward.size > 0
        ? new BackwardWatch(module, [...beforeBackward], [...afterBackward])
        : null;
    let given = input;
    for (const hook of before) {
      const changed = hook(module, given);
      if (changed !== undefined && changed !== null) given = Array.isArray(changed) ? changed : [changed];
    }
    if (watched !== null) given = watched.enter(given);
    const forward: unknown = Reflect.get(module, "forward");
    if (typeof forward !== "function") {
      throw new TypeError(
        `Module [${module.constructor.name}] is missing the required "forward" function. Give the class a forward(x) method.`,
      );
    }
    let output: unknown = Reflect.apply(forward, module, given);
    for (const hook of after) output = hook(module, given, output) ?? output;
    return watched === null ? output : watched.leave(output);
  } finally {
    leave();
  }
}

/** A module of a class whose constructor did not run. */
function bare(prototype: Module): Module {
  const run = (...input: readonly unknown[]): unknown => callForward(self, input);
  const self = instance(run, prototype);
  return self;
}

/** A field's value as a copy of its module holds it; a tensor or module met before is the same copy again. */
function copyOf(value: unknown, copies: Map<unknown, unknown>): unknown {
  if (copies.has(value)) return copies.get(value);
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, copyOf(each, copies)]));
  if (Array.isArray(value)) return value.map((each) => copyOf(each, copies));
  if (!(value instanceof Tensor) && !(value instanceof Module)) return value;
  const made = value instanceof Module ? copyModule(value, copies) : copyTensor(value);
  copies.set(value, made);
  return made;
}

function copyTensor(tensor: Tensor): Tensor {
  const data = tensor.detach().clone();
  if (tensor instanceof Parameter) return new Parameter(data, { requiresGrad: tensor.requiresGrad });
  return data.requiresGrad_(tensor.requiresGrad);
}

function copyModule(module: Module, copies: Map<unknown, unknown>): Module {
  const prototype: unknown = Object.getPrototypeOf(module);
  const made = bare(prototype instanceof Module ? prototype : module);
  copies.set(module, made);
  for (const [name, value] of fields(module)) Reflect.set(made, name, copyOf(value, copies));
  const { buffers, before, after, beforeBackward, afterBackward } = notesOf(module);
  note(made, {
    buffers: new Map(buffers),
    before: new Set(before),
    after: new Set(after),
    beforeBackward: new Set(beforeBackward),
    afterBackward: new Set(afterBackward),
  });
  return made;
}

/** Makes a function an instance of a class, so that the instance can be called. */
function instance(run: (...input: readonly unknown[]) => unknown, prototype: Module): Module {
  Object.setPrototypeOf(run, prototype);
  Reflect.deleteProperty(run, "name");
  Reflect.deleteProperty(run, "length");
  if (!(run instanceof Module)) throw new TypeError("nn.Module was constructed with a foreign prototype.");
  return run;
}

function converted(tensor: Tensor, dtype: DType): Tensor {
  const data = tensor.detach().to(dtype);
  return tensor instanceof Parameter ? new Parameter(data, { requiresGrad: tensor.requiresGrad }) : data;
}

function fields(module: Module): [name: string, value: unknown][] {
  return Object.entries(module);
}

function joined(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}

/** The tensors that `own` finds in a module and those below it, each once, with their paths. */
function gathered<T extends Tensor>(
  root: Module,
  prefix: string,
  recurse: boolean,
  own: (module: Module) => [string, T][],
): [path: string, tensor: T][] {
  const seen = new Set<T>();
  const modules: [string, Module][] = recurse ? root.namedModules(prefix) : [[prefix, root]];
  return modules.flatMap(([path, module]) =>
    own(module).flatMap(([name, tensor]): [string, T][] => {
      if (seen.has(tensor)) return [];
      seen.add(tensor);
      return [[joined(path, name), tensor]];
    }),
  );
}

function isPersistent(module: Module, path: string): boolean {
  const name = path.slice(path.lastIndexOf(".") + 1);
  for (const [field, { persistent }] of notesOf(module).buffers) if (module.pathName(field) === name) return persistent;
  return false;
}
