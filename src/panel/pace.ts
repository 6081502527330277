/** While a run goes on, its page hears of new rows at most this often, in milliseconds … */
const every = 250;
/** … and never before it has taken in what it was sent, unless it takes longer than this. */
const patience = 5000;

/** Says when a page is told of a growing run: one that is told too often falls behind, and with it all that shares its thread. */
export class Pace {
  #sentAt = -Infinity;
  #taken = true;
  #later: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly send: () => void) {}

  /** Tells the page, now or as soon as it can bear it. */
  soon(): void {
    const wait = this.#sentAt + (this.#taken ? every : patience) - performance.now();
    if (wait <= 0) this.now();
    else this.#later ??= setTimeout(() => this.now(), wait);
  }

  /** Tells the page at once. */
  now(): void {
    this.#clear();
    this.#sentAt = performance.now();
    this.#taken = false;
    this.send();
  }

  /** The page has taken in what it was sent last. */
  took(): void {
    this.#taken = true;
    if (!this.#later) return;
    this.#clear();
    this.soon();
  }

  /** Another run, another page. */
  reset(): void {
    this.#clear();
    this.#sentAt = -Infinity;
    this.#taken = true;
  }

  #clear(): void {
    if (this.#later) clearTimeout(this.#later);
    this.#later = null;
  }
}
