/** The timers a player needs; tests bring their own. */
export interface Clock {
  every(milliseconds: number, tick: () => void): { stop(): void };
}

const realClock: Clock = {
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds);
    return { stop: () => clearInterval(timer) };
  },
};

/** Faster than this nobody sees single steps, so a tick takes several. */
const ticksPerSecond = 30;

/** Plays a run step by step, forwards or backwards, until `advance` says that it is over; holds its breath while nobody looks. */
export class Player {
  #speed = 4;
  #playing = false;
  #by: 1 | -1 = 1;
  /** Whether a step is being taken: the next tick waits for it. */
  #stepping = false;
  #seen = true;
  #timer: { stop(): void } | null = null;

  constructor(
    private readonly advance: (by: 1 | -1) => boolean | Promise<boolean>,
    private readonly changed: () => void,
    private readonly clock: Clock = realClock,
  ) {}

  get playing(): boolean {
    return this.#playing;
  }

  /** Steps per second. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    if (speed === this.#speed) return;
    this.#speed = speed;
    this.#wind();
    this.changed();
  }

  play(by: 1 | -1 = 1): void {
    if (this.#playing && by === this.#by) return;
    this.#by = by;
    this.#playing = true;
    this.#wind();
    this.changed();
  }

  pause(): void {
    if (!this.#playing) return;
    this.#playing = false;
    this.#wind();
    this.changed();
  }

  /** Whether anyone can see the run now; while not, a playing run waits. */
  set seen(seen: boolean) {
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#wind();
  }

  #wind(): void {
    this.#timer?.stop();
    this.#timer = null;
    if (!this.#playing || !this.#seen) return;
    const steps = Math.max(1, Math.round(this.#speed / ticksPerSecond));
    this.#timer = this.clock.every((1000 * steps) / this.#speed, () => void this.#tick(steps));
  }

  async #tick(steps: number): Promise<void> {
    if (this.#stepping) return;
    this.#stepping = true;
    for (let i = 0; i < steps && this.#playing; i++) {
      const step = this.advance(this.#by);
      const goesOn = typeof step === "boolean" ? step : await step;
      if (!goesOn) this.pause();
    }
    this.#stepping = false;
  }
}
