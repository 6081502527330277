/** What ends a subscription. */
export interface Subscription {
  dispose(): void;
}

/** Something one can listen to; the same shape as VS Code's, so that shells can use it as theirs. */
export type Event<T> = (listener: (event: T) => void) => Subscription;

/** The owner's end of an event. */
export class Emitter<T> {
  readonly #listeners = new Set<{ readonly call: (event: T) => void }>();

  readonly event: Event<T> = (call) => {
    const listener = { call };
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(event: T): void {
    for (const listener of [...this.#listeners]) listener.call(event);
  }
}
