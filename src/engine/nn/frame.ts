import { watcher } from "../mode";
import type { Observer } from "../observer";
import type { Tensor } from "../tensor";
import type { Module } from "./module";

/** The root modules whose forward runs now, outermost first; a module called inside them is a part of the last one. */
const roots: Module[] = [];
const names = new WeakMap<Tensor, string>();

/** What one observer knows of the modules already. */
interface Told {
  readonly paths: WeakMap<Module, Map<Module, string>>;
  readonly names: WeakMap<Tensor, string>;
}

const told = new WeakMap<Observer, Told>();

function toldTo(observer: Observer): Told {
  const kept = told.get(observer);
  if (kept !== undefined) return kept;
  const fresh: Told = { paths: new WeakMap(), names: new WeakMap() };
  told.set(observer, fresh);
  return fresh;
}

/** Tells the observer that `module` is entered; what comes back is to be called when it is left. */
export function enterModule(module: Module): () => void {
  const observer = watcher();
  if (observer === null) return nothing;
  const { paths } = toldTo(observer);
  const root = roots.at(-1);
  const path = root === undefined ? null : pathBelow(paths, root, module);
  if (path === null && !paths.has(module)) {
    pathBelow(paths, module, module);
    tellNames([...module.parameters(), ...module.buffers()]);
  }
  roots.push(path === null || root === undefined ? module : root);
  observer.moduleEntered(module.constructor.name, path ?? "");
  return () => {
    roots.pop();
    observer.moduleLeft();
  };
}

function nothing(): void {
  // No observer, nothing to leave.
}

/** The path of `module` below `root`, or null when it is no part of it. */
function pathBelow(paths: Told["paths"], root: Module, module: Module): string | null {
  const known = paths.get(root)?.get(module);
  if (known !== undefined) return known;
  const fresh = new Map(root.namedModules().map(([path, child]) => [child, path]));
  paths.set(root, fresh);
  return fresh.get(module) ?? null;
}

/** Keeps the names that a module gives its tensors, the longest of each, for an optimizer that sees only the tensors. */
export function keepNames(named: readonly (readonly [string, Tensor])[]): void {
  for (const [path, tensor] of named) {
    if ((names.get(tensor)?.length ?? 0) < path.length) names.set(tensor, path);
  }
}

/** Tells the observer the names kept for these tensors, each name once. */
export function tellNames(tensors: readonly Tensor[]): void {
  const observer = watcher();
  if (observer === null) return;
  const known = toldTo(observer).names;
  for (const tensor of tensors) {
    const path = names.get(tensor);
    if (path === undefined || known.get(tensor) === path) continue;
    known.set(tensor, path);
    observer.named(tensor, path);
  }
}
