import type { FullBackwardHook, FullBackwardPreHook } from "./backward.hook";
import type { Module } from "./module";

/** Sees a module's input before its forward; what it returns, if anything, takes the input's place. */
export type ForwardPreHook = (module: Module, input: readonly unknown[]) => unknown;

/** Sees a module's input and output; what it returns, if anything, takes the output's place. */
export type ForwardHook = (module: Module, input: readonly unknown[], output: unknown) => unknown;

/** What `register…` returns: `remove()` takes the hook away again. */
export interface RemovableHandle {
  /** Takes the hook away. */
  remove(): void;
}

/** What a module knows beside its fields. */
export interface Notes {
  readonly buffers: Map<string, { readonly persistent: boolean }>;
  readonly before: Set<ForwardPreHook>;
  readonly after: Set<ForwardHook>;
  readonly beforeBackward: Set<FullBackwardPreHook>;
  readonly afterBackward: Set<FullBackwardHook>;
}

const all = new WeakMap<Module, Notes>();

/** The notes of a module. */
export function notesOf(module: Module): Notes {
  const kept = all.get(module);
  if (kept !== undefined) return kept;
  const fresh: Notes = {
    buffers: new Map(),
    before: new Set(),
    after: new Set(),
    beforeBackward: new Set(),
    afterBackward: new Set(),
  };
  all.set(module, fresh);
  return fresh;
}

/** Gives a module other notes. */
export function note(module: Module, notes: Notes): void {
  all.set(module, notes);
}

/** Adds a hook; what comes back takes it away again. */
export function added<T>(hooks: Set<T>, hook: T): RemovableHandle {
  hooks.add(hook);
  return { remove: () => void hooks.delete(hook) };
}
