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

/** Plays a run step by step until `advance` has nowhere to go; holds its breath while nobody looks. */
export class Player {
  #speed = 4;
  #playing = false;
  #seen = true;
  #timer: { stop(): void } | null = null;

  constructor(
    private readonly advance: () => boolean,
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

  play(): void {
    if (this.#playing) return;
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
    this.#timer = this.clock.every((1000 * steps) / this.#speed, () => this.#tick(steps));
  }

  #tick(steps: number): void {
    for (let i = 0; i < steps; i++) {
      if (!this.advance()) {
        this.pause();
        return;
      }
    }
  }
}
