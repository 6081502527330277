/** What the hooks tell; the recorder. */
export interface Tape {
  /** The call site that runs; −1 before the first. */
  site: number;
  /** The activation that runs. */
  frame: number;
  /** Enters a function from the current frame and site; gives the new frame, which is current then. */
  enter(fn: number): number;
  /** Leaves the current frame. */
  leave(): void;
  /** Begins a turn of a loop inside `parent` (−1: none); the id is the next serial number. */
  turn(id: number, loop: number, parent: number, value?: number): void;
  turnEnd(id: number, how: "normal" | "break" | "throw"): void;
  /** Execution goes on in another turn. */
  switch(turn: number): void;
  /** A loop asks, inside the turn `parent`, for the element of its next turn, if there is one. */
  pull(loop: number, parent: number): void;
  write(binding: number, value: unknown): void;
  /** The `.grad` of a value is read at a site and used there. */
  asked(site: number, value: unknown): void;
}
