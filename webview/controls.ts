import type { Move } from "../src/recording/moves";
import type { Phase } from "../src/recording/steps";
import { element, mark, say } from "./dom";
import { icon } from "./icons";
import { choice, enable, iconButton, numberField, turnButton } from "./kit";
import type { Scene, Store } from "./store";
import type { Hue } from "./theme";

/** What the controls can ask for. */
export interface ControlEvents {
  move(move: Move): void;
  togglePlay(by: 1 | -1): void;
  /** Go on to the next stop, or the one before. */
  toStop(by: 1 | -1): void;
  speed(stepsPerSecond: number): void;
}

const hues: Readonly<Record<Phase["kind"], Hue | "none">> = {
  setup: "none",
  forward: "value",
  evaluation: "value",
  backward: "gradient",
  update: "update",
};

/** The hue of what a phase does. */
export function hueOf(phase: Phase | undefined): Hue | "none" {
  return phase ? hues[phase.kind] : "none";
}

/** The row of buttons, the epoch, the phases and the step. */
export class Controls {
  readonly element: HTMLElement;
  readonly #play: HTMLElement;
  readonly #word = element("span", { class: "dim" });
  readonly #range = element("span", { class: "dim" });
  readonly #chips = element("div", { class: "chips", role: "group", "aria-label": "Phases" });
  readonly #step = element("div", { class: "step mono" });
  readonly #number;
  readonly #speed;
  readonly #epoch: HTMLElement;
  readonly #iterations: HTMLElement[];
  readonly #stops: HTMLElement[];
  #phases: readonly Phase[] = [];

  constructor(
    private readonly store: Store,
    private readonly events: ControlEvents,
  ) {
    const move = (to: Move): void => events.move(to);
    const previous = iconButton("previous", "Previous epoch (PageUp)", () => move({ to: "iteration", by: -1 }));
    const next = iconButton("next", "Next epoch (PageDown)", () => move({ to: "iteration", by: 1 }));
    this.#iterations = [previous, next];
    this.#play = iconButton("play", "Play (Space)", (event) => events.togglePlay(event.shiftKey ? -1 : 1));
    this.#play.classList.add("play");
    this.#number = numberField("Epoch", (typed) => this.#goTo(typed));
    this.#stops = [
      iconButton("toStopBack", "To the stop before (Shift+S)", () => events.toStop(-1)),
      iconButton("toStop", "To the next stop (S)", () => events.toStop(1)),
    ];
    for (const each of this.#stops) each.hidden = true;
    this.#speed = choice("Speed", (value) => events.speed(Number(value)));
    this.#speed.element.classList.add("speed");
    this.#epoch = element("div", { class: "epoch" }, this.#word, this.#number.element, this.#range);
    this.element = element(
      "nav",
      { class: "bar", "aria-label": "Steps" },
      element(
        "div",
        { class: "buttons" },
        iconButton("first", "First moment (Home)", () => move({ to: "first" })),
        previous,
        iconButton("back", "Step back (Left)", () => move({ to: "step", by: -1 })),
        this.#play,
        iconButton("step", "Step (Right)", () => move({ to: "step", by: 1 })),
        next,
        ...this.#stops,
        iconButton("last", "Last moment (End)", () => move({ to: "last" })),
        this.#speed.element,
      ),
      this.#epoch,
      this.#chips,
      this.#step,
    );
  }

  showPlay(): void {
    const { playing, speed, speeds } = this.store;
    turnButton(this.#play, playing ? "pause" : "play", playing ? "Pause (Space)" : "Play (Space)");
    if (!playing) mark(this.#play, "title", "Play (Space), backwards with Shift");
    this.#play.classList.toggle("on", playing);
    const all = speeds.includes(speed) ? speeds : [...speeds, speed].toSorted((a, b) => a - b);
    this.#speed.show(
      all.map((s) => [String(s), `${s}/s`] as const),
      String(speed),
    );
  }

  /** Offers the way to the next stop where something stops at all. */
  showStops(): void {
    for (const each of this.#stops) each.hidden = this.store.stops?.any !== true;
  }

  showOutline(): void {
    const { store } = this;
    const count = store.outline.iterations;
    mark(this.#epoch, "hidden", count === 0);
    for (const button of this.#iterations) enable(button, count > 0);
    if (count === 0) return;
    const word = store.outline.nested ? "iteration" : store.outline.word;
    say(this.#word, word);
    this.#iterations.forEach((button, i) => {
      const label = i === 0 ? `Previous ${store.outline.word} (PageUp)` : `Next ${store.outline.word} (PageDown)`;
      mark(button, "title", label);
      mark(button, "aria-label", label);
    });
    const [first, last] = store.outline.nested
      ? [1, count]
      : [store.outline.numberOf(0), store.outline.numberOf(count - 1)];
    say(this.#range, count === 1 ? "" : `of ${first}–${last}`);
  }

  show(scene: Scene): void {
    const { steps, phases } = scene.steps;
    const { iteration } = scene.segment;
    const number =
      iteration < 0 ? "" : String(this.store.outline.nested ? iteration + 1 : this.store.outline.numberOf(iteration));
    this.#number.show(number);
    this.#showPhases(phases, scene.step);
    const step = steps[scene.step];
    const line = step ? this.store.recording.site(step.site)?.line : undefined;
    const label = this.store.outline.labels[scene.index] ?? "";
    const { halt } = this.store;
    const where = iteration < 0 || this.store.outline.nested ? label : "";
    this.#step.replaceChildren(
      ...joined([
        where === "" ? null : element("span", { class: "where" }, where),
        steps.length === 0 ? "no steps" : `step ${scene.step + 1} / ${steps.length}`,
        halt !== "" ? haltOf(halt) : step ? element("span", { class: "what" }, step.text) : null,
        line === undefined ? null : `line ${line + 1}`,
      ]),
    );
  }

  #showPhases(phases: readonly Phase[], step: number): void {
    const other = !sameChips(phases, this.#phases);
    this.#phases = phases;
    // A chip that is being pressed must not be taken away between press and release.
    if (other) {
      this.#chips.replaceChildren(...phases.map((phase, i) => this.#chip(phase, i)));
      this.#chips.classList.toggle("many", phases.length > 6);
    }
    phases.forEach((phase, i) => {
      const chip = this.#chips.children[i];
      if (!chip) return;
      const done = Math.max(0, Math.min(step + 1, phase.endStep) - phase.firstStep);
      const now = step >= phase.firstStep && step < phase.endStep;
      chip.classList.toggle("now", now);
      chip.classList.toggle("done", !now && done > 0);
      mark(chip, "aria-current", now ? "step" : null);
      if (now && phases.length > 6) chip.scrollIntoView({ block: "nearest", inline: "nearest" });
      const count = chip.lastElementChild;
      if (count) say(count, `${done}/${phase.endStep - phase.firstStep}`);
    });
  }

  #chip(phase: Phase, index: number): HTMLElement {
    const name = phase.kind.charAt(0).toUpperCase() + phase.kind.slice(1);
    const several = this.#phases.filter((other) => other.kind === "backward").length > 1;
    const title = several && phase.root !== "" ? `${name}(${phase.root})` : name;
    const chip = element(
      "button",
      { class: `chip ${hueOf(phase)}`, type: "button", title: `To the end of ${title.toLowerCase()}` },
      element("i", {}),
      element("span", {}, title),
      element("span", { class: "count" }),
    );
    chip.addEventListener("click", () => {
      const segment = this.store.cursor?.segment;
      const end = this.#phases[index]?.endStep;
      if (segment !== undefined && end !== undefined) this.events.move({ to: "cursor", segment, step: end - 1 });
    });
    return chip;
  }

  /** Goes to the iteration whose number was typed, or to the nearest one. */
  #goTo(typed: string): void {
    const wanted = Number(typed.trim().replace("−", "-"));
    const count = this.store.outline.iterations;
    if (typed.trim() === "" || Number.isNaN(wanted) || count === 0) return;
    let index = this.store.outline.nested ? wanted - 1 : -1;
    if (index < 0) {
      let best = Infinity;
      for (let i = 0; i < count; i++) {
        const away = Math.abs(this.store.outline.numberOf(i) - wanted);
        if (away < best) [best, index] = [away, i];
      }
    }
    this.events.move({ to: "iterationIndex", index: Math.max(0, Math.min(count - 1, Math.round(index))) });
  }
}

/** Why the run stopped here. */
function haltOf(text: string): HTMLElement {
  return element("span", { class: "halt", title: text }, icon("halt"), text);
}

function sameChips(a: readonly Phase[], b: readonly Phase[]): boolean {
  return a.length === b.length && a.every((phase, i) => phase.kind === b[i]?.kind && phase.root === b[i].root);
}

/** The parts that are there, with dots between them; each can shrink by itself. */
function joined(of: readonly (string | HTMLElement | null)[]): HTMLElement[] {
  const there = of.filter((part) => part !== null);
  return there.flatMap((part, i) => {
    const shown = typeof part === "string" ? element("span", {}, part) : part;
    return i === 0 ? [shown] : [element("span", {}, " · "), shown];
  });
}
