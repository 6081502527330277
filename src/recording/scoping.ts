import type { Frame, Program, Scope } from "./format";

const none: readonly number[] = [];

/**
 * Which bindings begin anew when: at each call those of the function, at each turn those of the loop's body.
 * A binding lives in the frame that entered its function (its owner); −1 owns what lives in a module.
 */
export class Scoping {
  readonly #home = new Map<number, number>();
  readonly #ofFn = new Map<number, number[]>();
  readonly #ofLoop = new Map<number, number[]>();
  readonly #fnOfLoop = new Map<number, number>();

  constructor(private readonly frames: readonly Frame[]) {}

  /** Takes in the bindings of one more source. */
  add(program: Program): void {
    const scopes = new Map(program.scopes.map((scope) => [scope.id, scope]));
    for (const scope of program.scopes)
      if (scope.kind === "loop") this.#fnOfLoop.set(scope.of, around(scope.id, scopes).fn);
    for (const { id, kind, scope } of program.bindings) {
      const { fn, loops } = kind === "property" ? { fn: -1, loops: none } : around(scope, scopes);
      this.#home.set(id, fn);
      if (fn >= 0) listed(this.#ofFn, fn).push(id);
      for (const loop of loops) listed(this.#ofLoop, loop).push(id);
    }
  }

  /** Bindings that a call of the function makes "not yet". */
  ofFunction(fn: number): readonly number[] {
    return this.#ofFn.get(fn) ?? none;
  }

  /** Bindings that a turn of the loop makes "not yet". */
  ofLoop(loop: number): readonly number[] {
    return this.#ofLoop.get(loop) ?? none;
  }

  /** The frame, from `frame` outwards, whose bindings of this kind are meant: −1 for a module's, undefined when none is open. */
  owner(binding: number, frame: number): number | undefined {
    return this.entered(this.#home.get(binding) ?? -1, frame);
  }

  /** The same for a loop's bindings. */
  loopOwner(loop: number, frame: number): number | undefined {
    return this.entered(this.#fnOfLoop.get(loop) ?? -1, frame);
  }

  /** Function that the binding is a local of, −1 for a module's. */
  home(binding: number): number {
    return this.#home.get(binding) ?? -1;
  }

  /** Function that the loop stands in, −1 for a module's. */
  homeOfLoop(loop: number): number {
    return this.#fnOfLoop.get(loop) ?? -1;
  }

  /** The innermost frame from `frame` outwards that entered `fn`. */
  entered(fn: number, frame: number): number | undefined {
    if (fn < 0) return -1;
    for (let at = frame; at >= 0; at = this.frames[at]?.parent ?? -1) if (this.frames[at]?.fn === fn) return at;
    return undefined;
  }
}

function around(scope: number, scopes: ReadonlyMap<number, Scope>): { fn: number; loops: readonly number[] } {
  const loops: number[] = [];
  let at = scopes.get(scope);
  for (let left = scopes.size; at !== undefined && left > 0; left--) {
    if (at.kind === "function") return { fn: at.of, loops };
    if (at.kind === "loop") loops.push(at.of);
    at = scopes.get(at.parent);
  }
  return { fn: -1, loops };
}

function listed(map: Map<number, number[]>, key: number): number[] {
  const found = map.get(key) ?? [];
  map.set(key, found);
  return found;
}
