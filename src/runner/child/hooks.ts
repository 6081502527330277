import { pausing, pulling } from "./awaited";
import type { Puts } from "./puts";
import { overflow } from "./room";
import type { Tape } from "./tape";
import type { Activation, LoopRun, Token } from "./token";

const nothing: readonly never[] = [];

const AsyncFunction = (async () => {
  await Promise.resolve();
}).constructor;

/**
 * What instrumented code calls. Each hook gives back what it was given, so that a later run can put another value in.
 * `poll` is asked once a turn; `begins` is told of each module that begins to run.
 */
export class Hooks {
  /** The last value that each binding was given, for messages about it. */
  readonly values: unknown[] = [];
  /** By turn its parent plus 1 while it is open, then minus (its parent plus 2). */
  private readonly turns: number[] = [];
  /** What was thrown last that does not know by itself where. */
  private last: { readonly value: unknown; readonly site: number } | null = null;
  private currentTurn = -1;
  /** The turn as the recording has it. */
  private toldTurn = -1;
  /** An async callback's turn that waits for the function that runs it, and the turn around it. */
  private offered = -1;
  private offeredIn = -1;
  /** How many functions with hooks are on the stack. */
  private depth = 0;
  /** What stands at an `await`, in the order it came there. */
  private readonly waiting = new Set<Activation>();

  constructor(
    private readonly tape: Tape,
    private readonly truth: (value: object) => boolean,
    private readonly poll: () => void,
    private readonly begins: () => void = () => undefined,
    /** What a re-run puts in the place of what is written. */
    private readonly puts: Puts | null = null,
  ) {}

  /** The last argument of a call, or what is assigned to a property: the call runs next. */
  at<T>(site: number, value: T): T {
    this.tape.site = site;
    return value;
  }

  /** What is asked for its `.grad` next. */
  of<T>(site: number, value: T): T {
    this.tape.asked(site, value);
    return value;
  }

  /** The arguments of a call that has none. */
  on(site: number): readonly never[] {
    this.tape.site = site;
    return nothing;
  }

  /** A write to a binding. */
  b(binding: number, given: unknown, site = -1): unknown {
    if (site >= 0) this.tape.site = site;
    const value = this.puts === null ? given : this.puts.written(binding, given);
    this.values[binding] = value;
    this.tape.write(binding, value);
    return value;
  }

  /** A write that is only told. */
  see<T>(binding: number, value: T, site = -1): T {
    if (site >= 0) this.tape.site = site;
    this.puts?.told(binding);
    this.values[binding] = value;
    this.tape.write(binding, value);
    return value;
  }

  /** `i++`: gives the value before, tells the one after. */
  was<T>(binding: number, before: T, after: unknown, site = -1): T {
    this.see(binding, after, site);
    return before;
  }

  /** What a `throw` throws. */
  thrown<T>(site: number, value: T): T {
    if (!(value instanceof Error)) this.last = { value, site };
    return value;
  }

  /** The site that threw what does not know where by itself, −1 when that is not known. */
  thrownAt(value: unknown): number {
    return this.last !== null && Object.is(this.last.value, value) ? this.last.site : -1;
  }

  /** A name another module exports; in a circle of modules it may not be there yet. */
  imported(binding: number, read: () => unknown): void {
    try {
      this.see(binding, read());
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
    }
  }

  /** The sites of the `await`s that modules, or functions, stand at, the newest first. */
  waits(of: Activation["of"]): readonly number[] {
    const standing = [...this.waiting].filter((each) => each.of === of);
    return standing.map((each) => each.waits).reverse();
  }

  /** The top level of a module begins. */
  top(): Activation {
    this.begins();
    const { frame, site } = this.tape;
    return {
      of: "module",
      frame,
      turn: this.currentTurn,
      callerFrame: frame,
      callerTurn: this.currentTurn,
      callerSite: site,
      away: false,
      waits: -1,
      ends: -1,
    };
  }

  /** A function's body begins. */
  enter(fn: number): Activation {
    const { tape } = this;
    const error = overflow(this.depth);
    if (error !== null) {
      this.last = { value: error, site: tape.site };
      throw error;
    }
    this.depth++;
    const callerFrame = tape.frame;
    const callerSite = tape.site;
    const ends = this.offered;
    this.offered = -1;
    const turn = this.currentTurn;
    return {
      of: "function",
      frame: tape.enter(fn),
      turn,
      callerFrame,
      callerTurn: ends >= 0 ? this.offeredIn : turn,
      callerSite,
      away: false,
      waits: -1,
      ends,
    };
  }

  /** A function's body ends, however. */
  leave(token: Activation): void {
    const { tape } = this;
    if (token.away) this.arrive(token);
    this.depth--;
    this.go(token.frame, token.turn);
    tape.leave();
    if (token.ends >= 0) this.endTurn(token.ends, "normal");
    tape.site = token.callerSite;
    this.go(token.callerFrame, token.callerTurn);
  }

  /** A loop begins. */
  loop(loop: number, around: Token): LoopRun {
    const inside = around.of === "loop" ? around.inside : around;
    return { of: "loop", loop, inside, parent: around.turn, turn: -1, how: "left" };
  }

  /** A turn of a loop begins. */
  turn(token: LoopRun, value?: unknown): void {
    if (token.inside.away) this.arrive(token.inside);
    this.go(token.inside.frame, this.currentTurn);
    if (token.turn >= 0) this.endTurn(token.turn, "normal");
    this.poll();
    this.go(token.inside.frame, token.parent);
    token.turn = this.beginTurn(token.loop, token.parent, value);
  }

  /** A `break` out of this loop comes next. */
  broke(token: LoopRun): void {
    token.how = "break";
  }

  /** The loop was left by its condition or a `break`. */
  done(token: LoopRun): void {
    if (token.how === "left") token.how = "normal";
  }

  /** The loop was left by an error. */
  threw(token: LoopRun, error: unknown): unknown {
    token.how = "throw";
    return error;
  }

  /** A loop is over, however. */
  end(token: LoopRun): void {
    if (token.inside.away) this.arrive(token.inside);
    this.go(token.inside.frame, this.currentTurn);
    if (token.turn >= 0) this.endTurn(token.turn, token.how === "left" ? "break" : token.how);
    this.go(token.inside.frame, token.parent);
  }

  /** Each call of a callback becomes one turn of a loop. */
  each(loop: number, callback: unknown): unknown {
    if (typeof callback !== "function") return callback;
    const turn = (self: unknown, args: unknown[]): unknown => {
      this.poll();
      const { frame } = this.tape;
      const parent = this.currentTurn;
      const id = this.beginTurn(loop, parent, args[0]);
      this.offered = callback instanceof AsyncFunction ? id : -1;
      this.offeredIn = parent;
      let how: "normal" | "throw" = "throw";
      try {
        const result: unknown = Reflect.apply(callback, self, args);
        how = "normal";
        return result;
      } finally {
        // An async function took the turn and ends it when it is done.
        if (this.offered === id || !(callback instanceof AsyncFunction)) this.endTurn(id, how);
        this.offered = -1;
        this.go(frame, parent);
      }
    };
    const turned = function (this: unknown, ...args: unknown[]): unknown {
      return turn(this, args);
    };
    Object.defineProperty(turned, "length", { value: callback.length, configurable: true });
    Object.defineProperty(turned, "name", { value: callback.name, configurable: true });
    return turned;
  }

  /** This code stops here for now, at an `await` when that has a site: its caller, or whatever waited, goes on. */
  pause<T>(token: Token, value?: T, site = -1): T | undefined {
    const inside = token.of === "loop" ? token.inside : token;
    if (!inside.away) this.depth--;
    inside.away = true;
    inside.waits = site;
    if (site >= 0) this.waiting.add(inside);
    this.go(inside.callerFrame, inside.callerTurn);
    return value;
  }

  /** This code goes on. */
  back<T>(token: Token, value?: T): T | undefined {
    const inside = token.of === "loop" ? token.inside : token;
    if (inside.away) this.arrive(inside);
    this.go(inside.frame, token.turn);
    return value;
  }

  /** What `for await` runs over: it stops at each element. */
  awaited(token: LoopRun, iterable: unknown, site: number): unknown {
    return pausing(iterable, () => this.pause(token.inside, undefined, site));
  }

  /** What a `for … of` runs over: the turn before is over when the next element is asked for. */
  pulled(token: LoopRun, iterable: unknown, text: string): unknown {
    return pulling(iterable, text, () => {
      this.go(token.inside.frame, this.currentTurn);
      if (token.turn >= 0) this.endTurn(token.turn, "normal");
      token.turn = -1;
      this.go(token.inside.frame, token.parent);
      this.tape.pull(token.loop, this.currentTurn);
    });
  }

  /** The truth of a condition. */
  test(value: unknown): boolean {
    return typeof value === "object" && value !== null ? this.truth(value) : Boolean(value);
  }

  private arrive(inside: Activation): void {
    inside.away = false;
    if (inside.waits >= 0) this.waiting.delete(inside);
    this.depth++;
    inside.callerFrame = this.tape.frame;
    inside.callerTurn = this.currentTurn;
    inside.callerSite = this.tape.site;
  }

  /** The turn, or where it has ended the innermost one around it that has not: async code may outlive its turn. */
  private living(turn: number): number {
    let at = turn;
    for (let up = this.turns[at]; up !== undefined && up < 0; up = this.turns[at]) at = -up - 2;
    return at;
  }

  private go(frame: number, wanted: number): void {
    const turn = this.living(wanted);
    this.tape.frame = frame;
    this.currentTurn = turn;
    if (this.toldTurn === turn) return;
    this.toldTurn = turn;
    this.tape.switch(turn);
  }

  private beginTurn(loop: number, around: number, value: unknown): number {
    const parent = this.living(around);
    const id = this.turns.push(parent + 1) - 1;
    this.tape.turn(id, loop, parent, typeof value === "number" ? value : undefined);
    this.currentTurn = this.toldTurn = id;
    return id;
  }

  private endTurn(id: number, how: "normal" | "break" | "throw"): void {
    this.tape.turnEnd(id, how);
    const parent = (this.turns[id] ?? 0) - 1;
    this.turns[id] = -parent - 2;
    if (this.toldTurn === id) this.toldTurn = parent;
    if (this.currentTurn === id) this.currentTurn = parent;
  }
}
