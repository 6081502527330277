import { element, say } from "./dom";
import type { Scene, Store } from "./store";

/** Says where the cursor is to whoever listens, once it rests. */
export class Announcement {
  readonly element = element("div", { class: "unseen", "aria-live": "polite" });
  #speaking = 0;

  constructor(private readonly store: Store) {}

  /** Says it in a moment, unless something else is shown by then. */
  show(scene: Scene): void {
    clearTimeout(this.#speaking);
    if (this.store.playing) return;
    this.#speaking = window.setTimeout(() => say(this.element, this.#text(scene)), 250);
  }

  #text(scene: Scene): string {
    const { steps } = scene.steps;
    const step = steps[scene.step];
    const line = step && this.store.recording.site(step.site)?.line;
    const parts = [
      this.store.outline.labels[scene.index] ?? "",
      `step ${scene.step + 1} of ${steps.length}`,
      scene.moment.phase?.kind ?? "",
      step?.text ?? "",
      line === undefined ? "" : `line ${line + 1}`,
    ];
    return parts.filter((part) => part !== "").join(", ");
  }
}
