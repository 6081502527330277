const longest = 64;
/** Milliseconds between two readings that are aimed at: a fiftieth of how exact anyone needs the time. */
const aim = 1;

/** The time to within a few milliseconds for whoever asks at every turn of a loop: read anew only each so many calls, as many as pass quickly. */
export class Clock {
  private time: number;
  private stride = 1;
  private left = 0;

  constructor(private readonly read: () => number) {
    this.time = read();
  }

  /** Milliseconds, as they were at one of the last calls. */
  now(): number {
    if (--this.left > 0) return this.time;
    const time = this.read();
    const passed = time - this.time;
    if (passed < aim) this.stride = Math.min(longest, 2 * this.stride);
    else if (passed > 2 * aim) this.stride = 1;
    this.time = time;
    this.left = this.stride;
    return time;
  }
}
