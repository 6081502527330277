import type { Folded } from "../src/recording/folds";
import { grouped } from "../src/recording/text";
import { element, mark, say } from "./dom";

/** The slider that folds all of a graph to one depth, and what is folded in words. */
export class Folding {
  readonly element: HTMLElement;
  readonly #slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Open levels of the graph" });
  readonly #text = element("span", { class: "text mono" });

  constructor(chosen: (depth: number) => void) {
    this.#slider.addEventListener("input", () => chosen(Number(this.#slider.value)));
    const title = "How many levels of the graph are open";
    this.element = element("div", { class: "folding", title, hidden: true }, this.#slider, this.#text);
  }

  show({ depth, levels, deepest, cards, graph }: Folded): void {
    this.element.hidden = levels === 0;
    const most = Math.max(deepest, depth);
    mark(this.#slider, "max", String(most));
    if (this.#slider.value !== String(depth)) this.#slider.value = String(depth);
    const folded = cards.filter(({ group }) => group !== null).length;
    const hidden = graph.nodes.length - (cards.length - folded);
    const text =
      folded === 0
        ? "all open"
        : `${grouped(hidden)} of ${grouped(graph.nodes.length)} nodes folded into ${grouped(folded)} ${folded === 1 ? "card" : "cards"}`;
    say(this.#text, text);
    mark(this.#slider, "aria-valuetext", `${depth} of ${levels} levels open, ${text}`);
  }
}
