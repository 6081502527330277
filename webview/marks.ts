import type uPlot from "uplot";
import type { Finding } from "../src/recording/finding";
import { signs } from "./checks";
import { element } from "./dom";
import { iterationBy } from "./halts";
import { icon } from "./icons";
import type { Store } from "./store";

/** Marks closer than this, in pixels, become one. */
const apart = 18;
const half = 9;

/** The findings on the timeline: a mark over the iteration of each. */
export class Marks {
  readonly element = element("div", { class: "marks", role: "group", "aria-label": "Findings on the timeline" });
  #drawn = "";

  constructor(
    private readonly store: Store,
    private readonly find: (finding: Finding) => void,
  ) {
    // A press on a mark scrubs nowhere.
    this.element.addEventListener("pointerdown", (event) => event.stopPropagation());
  }

  /** Puts the marks where their iterations stand on a plot. */
  place(plot: uPlot | null): void {
    const placed: { at: number; findings: Finding[] }[] = [];
    const found = this.store.findings.filter(({ severity }) => severity !== "note");
    for (const finding of plot ? found : []) {
      const left =
        Math.round(plot?.valToPos(iterationBy(this.store, finding.segment), "x") ?? 0) + (plot?.over.offsetLeft ?? 0);
      const near = placed.find(({ at }) => Math.abs(at - left) < apart);
      if (near) near.findings.push(finding);
      else placed.push({ at: left, findings: [finding] });
    }
    placed.sort((a, b) => a.at - b.at);
    const drawn = JSON.stringify(placed.map(({ at, findings }) => [at, findings.map(({ id }) => id)]));
    this.element.hidden = placed.length === 0;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.element.replaceChildren(...placed.map(({ at, findings }) => this.#mark(at, findings)));
  }

  #mark(at: number, findings: readonly Finding[]): HTMLElement {
    const [first] = findings;
    if (first === undefined) return element("span");
    const text = findings
      .map(
        ({ severity, title, segment }) =>
          `${signs[severity].word}, ${this.store.outline.labels[segment] ?? ""}: ${title}`,
      )
      .join("\n");
    const made = element(
      "button",
      { type: "button", class: `mark ${first.severity}`, title: text, "aria-label": text },
      icon(signs[first.severity].icon),
    );
    made.style.left = `${at - half}px`;
    made.addEventListener("click", () => this.find(first));
    return made;
  }
}
