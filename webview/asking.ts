import type { Asked } from "../src/recording/asked";
import { element, mark, say } from "./dom";
import { enable, wordButton } from "./kit";

/** A button that asks re-runs something, how far the answer is, and a button that stops it. */
export class Asking {
  readonly element = element("div", { class: "asking" });
  readonly #ask: HTMLElement;
  readonly #stop: HTMLElement;
  readonly #bar = element("progress", { "aria-label": "Re-runs done" });
  readonly #says = element("span", { class: "dim", role: "status" });

  constructor(label: string, ask: () => void, stop: () => void) {
    this.#ask = wordButton(label, "secondary", ask);
    this.#stop = wordButton("Stop", "secondary", stop);
    this.element.append(this.#ask, this.#bar, this.#says, this.#stop);
    this.show(null, true);
  }

  show(asked: Asked | null, can: boolean): void {
    const running = asked !== null && asked.outcome === null;
    mark(this.#ask, "hidden", running);
    mark(this.#stop, "hidden", !running);
    mark(this.#bar, "hidden", !running);
    enable(this.#ask, can);
    if (!can) say(this.#says, "A run that was opened from a file cannot be run again.");
    else say(this.#says, running ? (asked.of === 0 ? "Running again…" : `${asked.done} of ${asked.of} re-runs`) : "");
    if (!running) return;
    // Without a value it shows that something goes on.
    mark(this.#bar, "value", asked.of === 0 ? null : String(asked.done));
    mark(this.#bar, "max", asked.of === 0 ? null : String(asked.of));
  }
}
