import type { Program } from "../src/recording/format";
import { element, mark, say } from "./dom";
import type { Scene, Store } from "./store";

/** The program as it was when it ran, with the line of the current step: where there is no editor to show it. */
export class SourceView {
  readonly element: HTMLElement;
  readonly #name = element("h2", {});
  readonly #lines = element("ol", { class: "lines mono", tabindex: 0, "aria-label": "Source" });
  #program: Program | undefined;

  constructor(private readonly store: Store) {
    this.element = element(
      "section",
      { class: "source", "aria-label": "Program", hidden: true },
      this.#name,
      this.#lines,
    );
  }

  show({ steps, step }: Scene): void {
    this.element.hidden = this.store.run?.place !== "alone";
    if (this.element.hidden) return;
    this.#go(steps.steps[step]?.site ?? -1, "aria-current");
  }

  /** Shows the line of a call, whatever the step. */
  reveal(site: number): void {
    if (!this.element.hidden) this.#go(site, "data-sought");
  }

  #go(site: number, as: "aria-current" | "data-sought"): void {
    const { recording } = this.store;
    const program = recording.programOfSite(site) ?? this.#program ?? recording.programs[0];
    if (program !== this.#program) this.#fill(program);
    const line = recording.site(site)?.line ?? -1;
    [...this.#lines.children].forEach((each, k) => {
      mark(each, "data-sought", null);
      mark(each, as, k === line ? "step" : null);
    });
    const found = this.#lines.children[line];
    if (found instanceof HTMLElement) this.#bring(found);
  }

  #fill(program: Program | undefined): void {
    this.#program = program;
    say(this.#name, program?.file ?? "");
    const lines = (program?.text ?? "").split(/\r?\n/);
    this.#lines.replaceChildren(...lines.map((line) => element("li", {}, line)));
  }

  /** Scrolls the lines alone, and only where the line is out of sight. */
  #bring(line: HTMLElement): void {
    const { scrollTop, clientHeight } = this.#lines;
    const { offsetTop, offsetHeight } = line;
    if (offsetTop >= scrollTop && offsetTop + offsetHeight <= scrollTop + clientHeight) return;
    this.#lines.scrollTop = offsetTop - (clientHeight - offsetHeight) / 2;
  }
}
