/** An activation of a function, or of a module's top level, as its code knows it. */
export interface Activation {
  readonly of: "function" | "module";
  readonly frame: number;
  readonly turn: number;
  /** Whose code goes on when this is left. */
  callerFrame: number;
  callerTurn: number;
  callerSite: number;
  away: boolean;
  /** The site of the `await` it stands at; −1 for none. */
  waits: number;
  /** The turn that ends with it, that of an async callback; −1 for none. */
  readonly ends: number;
}

/** One run of a loop as its code knows it. */
export interface LoopRun {
  readonly of: "loop";
  readonly loop: number;
  readonly inside: Activation;
  /** The turn around it. */
  readonly parent: number;
  /** Its own turn, −1 before the first. */
  turn: number;
  how: "normal" | "break" | "throw" | "left";
}

/** What code hands back so that its own turn and stack go on: its innermost loop, else its activation. */
export type Token = Activation | LoopRun;
