import { argumentError, indexError } from "../errors";
import type { Tensor } from "../tensor";
import { Module } from "./module";
import { Parameter } from "./parameter";

// Source of the containers here: torch/nn/modules/container.py.

/** The place of `index` among `length`, negative ones counted from the end. */
function place(index: number, length: number): number {
  if (!Number.isInteger(index) || index < -length || index >= length)
    throw indexError(`index ${index} is out of range`, `There are ${length}.`);
  return index < 0 ? index + length : index;
}

/**
 * Modules in a list; a module's own `forward` says how they are used. `list[0]` is the first. Errors: calling it, for
 * it has no `forward`.
 */
export class ModuleList<T extends Module = Module> extends Module {
  [index: number]: T;

  constructor(modules: Iterable<T> = []) {
    super();
    this.extend(modules);
  }

  override forward(): never {
    throw noForward("ModuleList");
  }

  /** How many modules there are. */
  override get length(): number {
    return this.children().length;
  }

  /** The module at `index`; negative ones count from the end. Errors: an index out of range. */
  at(index: number): T {
    const found = [...this][place(index, this.length)];
    if (found === undefined) throw indexError(`index ${index} is out of range`, `There are ${this.length} modules.`);
    return found;
  }

  /** Adds a module at the end. */
  append(module: T): this {
    Reflect.set(this, String(this.length), module);
    return this;
  }

  /** Adds modules at the end. */
  extend(modules: Iterable<T>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  /** Puts a module before the one at `index`. */
  insert(index: number, module: T): this {
    const list = [...this];
    list.splice(index, 0, module);
    list.forEach((each, k) => Reflect.set(this, String(k), each));
    return this;
  }

  /** The modules in order. */
  *[Symbol.iterator](): Generator<T> {
    for (let k = 0; ; k++) {
      const module = this[k];
      if (module === undefined) return;
      yield module;
    }
  }
}

/** Modules by name; a module's own `forward` says how they are used. Errors: calling it, for it has no `forward`. */
export class ModuleDict<T extends Module = Module> extends Module {
  private readonly byName = new Map<string, T>();

  constructor(modules: Readonly<Record<string, T>> = {}) {
    super();
    this.update(modules);
  }

  override forward(): never {
    throw noForward("ModuleDict");
  }

  override namedChildren(): [name: string, module: Module][] {
    return [...this.byName];
  }

  override children(): T[] {
    return [...this.byName.values()];
  }

  /** How many modules there are. */
  get size(): number {
    return this.byName.size;
  }

  /** The module of a name. Errors: a name without one. */
  get(name: string): T {
    const found = this.byName.get(name);
    if (found !== undefined) return found;
    throw argumentError(`'${name}'`, `The names are ${[...this.byName.keys()].join(", ")}.`);
  }

  /** Whether there is a module of a name. */
  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Gives a name a module. */
  set(name: string, module: T): this {
    this.byName.set(name, module);
    return this;
  }

  /** Takes a module out and gives it back. Errors: a name without one. */
  pop(name: string): T {
    const found = this.get(name);
    this.byName.delete(name);
    return found;
  }

  /** Takes all modules out. */
  clear(): void {
    this.byName.clear();
  }

  /** Gives many names their modules. */
  update(modules: Readonly<Record<string, T>>): this {
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
    return this;
  }

  /** The names in order. */
  keys(): string[] {
    return [...this.byName.keys()];
  }

  /** The modules in order. */
  values(): T[] {
    return [...this.byName.values()];
  }

  /** Names with their modules, in order. */
  entries(): [string, T][] {
    return [...this.byName];
  }

  /** The names in order. */
  [Symbol.iterator](): IterableIterator<string> {
    return this.byName.keys();
  }
}

/**
 * Parameters in a list. `list[0]` is the first; plain tensors become parameters.
 * Shapes: any. Errors: calling it, for it has no `forward`; integers.
 */
export class ParameterList extends Module {
  [index: number]: Parameter;

  constructor(parameters: Iterable<Tensor> = []) {
    super();
    this.extend(parameters);
  }

  override forward(): never {
    throw noForward("ParameterList");
  }

  /** How many parameters there are. */
  override get length(): number {
    return Object.values(this).filter((each) => each instanceof Parameter).length;
  }

  /** The parameter at `index`; negative ones count from the end. Errors: an index out of range. */
  at(index: number): Parameter {
    const found = [...this][place(index, this.length)];
    if (found === undefined) throw indexError(`index ${index} is out of range`, `There are ${this.length} parameters.`);
    return found;
  }

  /** Adds a parameter at the end. Shapes: any. Errors: integers. */
  append(parameter: Tensor): this {
    Reflect.set(this, String(this.length), asParameter(parameter));
    return this;
  }

  /** Adds parameters at the end. Shapes: any. Errors: integers. */
  extend(parameters: Iterable<Tensor>): this {
    for (const parameter of parameters) this.append(parameter);
    return this;
  }

  /** The parameters in order. */
  *[Symbol.iterator](): Generator<Parameter> {
    for (let k = 0; ; k++) {
      const parameter = this[k];
      if (parameter === undefined) return;
      yield parameter;
    }
  }
}

/**
 * Parameters by name; plain tensors become parameters.
 * Shapes: any. Errors: calling it, for it has no `forward`; integers.
 */
export class ParameterDict extends Module {
  private readonly byName = new Map<string, Parameter>();

  constructor(parameters: Readonly<Record<string, Tensor>> = {}) {
    super();
    for (const [name, parameter] of Object.entries(parameters)) this.set(name, parameter);
  }

  override forward(): never {
    throw noForward("ParameterDict");
  }

  override ownParameters(): [name: string, parameter: Parameter][] {
    return [...this.byName];
  }

  /** How many parameters there are. */
  get size(): number {
    return this.byName.size;
  }

  /** The parameter of a name. Errors: a name without one. */
  get(name: string): Parameter {
    const found = this.byName.get(name);
    if (found !== undefined) return found;
    throw argumentError(`'${name}'`, `The names are ${[...this.byName.keys()].join(", ")}.`);
  }

  /** Whether there is a parameter of a name. */
  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Gives a name a parameter. Shapes: any. Errors: integers. */
  set(name: string, parameter: Tensor): this {
    this.byName.set(name, asParameter(parameter));
    return this;
  }

  /** The names in order. */
  keys(): string[] {
    return [...this.byName.keys()];
  }

  /** Names with their parameters, in order. */
  entries(): [string, Parameter][] {
    return [...this.byName];
  }
}

function asParameter(tensor: Tensor): Parameter {
  return tensor instanceof Parameter ? tensor : new Parameter(tensor);
}

function noForward(name: string): Error {
  return argumentError(
    `Module [${name}] is missing the required "forward" function`,
    "Use its members in your own module's forward.",
  );
}
