import { Tensor } from "../tensor";
import { clearGradient } from "./clear";
import { enterModule, keepNames } from "./frame";
import { Parameter } from "./parameter";
import { type LoadResult, loadInto, type StateDict } from "./state";

/** Sees a module's input before its forward; what it returns, if anything, takes the input's place. */
export type ForwardPreHook = (module: Module, input: readonly unknown[]) => unknown;

/** Sees a module's input and output; what it returns, if anything, takes the output's place. */
export type ForwardHook = (module: Module, input: readonly unknown[], output: unknown) => unknown;

/** What `register…` returns: `remove()` takes the hook away again. */
export interface RemovableHandle {
  remove(): void;
}

/** What a module knows beside its fields. */
interface Notes {
  readonly buffers: Map<string, { readonly persistent: boolean }>;
  readonly before: Set<ForwardPreHook>;
  readonly after: Set<ForwardHook>;
}

const notes = new WeakMap<Module, Notes>();

function notesOf(module: Module): Notes {
  const kept = notes.get(module);
  if (kept !== undefined) return kept;
  const fresh: Notes = { buffers: new Map(), before: new Set(), after: new Set() };
  notes.set(module, fresh);
  return fresh;
}

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
// A class cannot declare its own call signature; the interface of the same name adds it.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export abstract class Module {
  /** Whether the module trains; `eval()` turns it off for layers that then behave differently. */
  declare training: boolean;

  constructor() {
    const run = (...input: readonly unknown[]): unknown => callForward(self, input);
    const self = instance(run, new.target.prototype);
    self.training = true;
    return self;
  }

  /** Computes the output; call the module itself, not this, so that its hooks run. */
  abstract forward(...input: never[]): unknown;

  /** The fields that hold modules, by name. */
  namedChildren(): [name: string, module: Module][] {
    return fields(this).flatMap(([name, value]): [string, Module][] =>
      value instanceof Module ? [[name, value]] : [],
    );
  }

  /** The modules in the fields. */
  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
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
    return gathered(this, prefix, recurse, (module) =>
      fields(module).flatMap(([name, value]) => (value instanceof Parameter ? [[name, value]] : [])),
    );
  }

  /** The parameters, each once: what an optimizer takes. */
  parameters({ recurse = true }: { readonly recurse?: boolean } = {}): Parameter[] {
    const named = this.namedParameters({ recurse });
    keepNames(named);
    return named.map(([, parameter]) => parameter);
  }

  /** The buffers with their paths, each once. */
  namedBuffers({ prefix = "", recurse = true }: Below = {}): [path: string, buffer: Tensor][] {
    return gathered(this, prefix, recurse, (module) =>
      [...notesOf(module).buffers.keys()].flatMap((name) => {
        const value: unknown = Reflect.get(module, name);
        return value instanceof Tensor ? [[name, value]] : [];
      }),
    );
  }

  /** The buffers: tensors that belong to the state but are not trained. */
  buffers({ recurse = true }: { readonly recurse?: boolean } = {}): Tensor[] {
    const named = this.namedBuffers({ recurse });
    keepNames(named);
    return named.map(([, buffer]) => buffer);
  }

  /** Makes `this[name]` a buffer; one that is not persistent stays out of `stateDict()`. */
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

  /** Copies a state into the parameters and buffers; `strict: false` lets keys be missing or too many. */
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
    const { before, after } = notesOf(module);
    let given = input;
    for (const hook of before) {
      const changed = hook(module, given);
      if (changed !== undefined && changed !== null) given = Array.isArray(changed) ? changed : [changed];
    }
    const forward: unknown = Reflect.get(module, "forward");
    if (typeof forward !== "function") {
      throw new TypeError(
        `Module [${module.constructor.name}] is missing the required "forward" function. Give the class a forward(x) method.`,
      );
    }
    let output: unknown = Reflect.apply(forward, module, given);
    for (const hook of after) output = hook(module, given, output) ?? output;
    return output;
  } finally {
    leave();
  }
}

/** Makes a function an instance of a class, so that the instance can be called. */
function instance(run: (...input: readonly unknown[]) => unknown, prototype: Module): Module {
  Object.setPrototypeOf(run, prototype);
  Reflect.deleteProperty(run, "name");
  Reflect.deleteProperty(run, "length");
  if (!(run instanceof Module)) throw new TypeError("nn.Module was constructed with a foreign prototype.");
  return run;
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
  return notesOf(module).buffers.get(path.slice(path.lastIndexOf(".") + 1))?.persistent ?? false;
}

function added<T>(hooks: Set<T>, hook: T): RemovableHandle {
  hooks.add(hook);
  return { remove: () => void hooks.delete(hook) };
}
