import { linkLine, whyGradient, type PlacedUse, type Why } from "../src/recording/explain";
import { nameIn } from "../src/recording/naming";
import { gradientsOf } from "../src/recording/gradients";
import { type Line, type Link, number, sign } from "../src/recording/maths";
import { rowOfStep } from "../src/recording/moment";
import { shapeText, short } from "../src/recording/text";
import { elementsOf } from "../src/recording/value";
import { element } from "./dom";
import { heatMap, largest, windowOn } from "./heat";
import { mathLine } from "./math";
import type { Scene, Store } from "./store";

/** What a person can do in an explanation. */
export interface WhyEvents {
  /** Follow a number to where it comes from. */
  go(link: Link): void;
  /** Look at another element of the same tensor. */
  choose(element: number): void;
  /** Show one more link on the way from a use to the loss. */
  further(use: number): void;
}

/** Why a gradient is what it is at a moment, as far as the columns it needs are here; the others are asked for. */
export function whyAt(store: Store, { segment, index, step }: Scene, about: Link): Why | null {
  const { recording, run, columns } = store;
  const pass = gradientsOf(recording, segment).passAt(rowOfStep(recording, segment, step));
  return whyGradient(recording, segment, step, about, (edge, of) =>
    columns.of(run?.id ?? "", index, step, String(pass), edge, of),
  );
}

/** Links on the way to the loss that may be shown at once. */
const mostLinks = 12;

/** Why a gradient is what it is: the section of the Explain tab. */
export class WhySection {
  /** Whether some of it is still being computed. */
  pending = false;

  constructor(
    private readonly store: Store,
    private readonly events: WhyEvents,
  ) {}

  /** The section about one element at a moment; `links` says for each use how many links on the way to the loss are shown. */
  show(scene: Scene, about: Link, links: ReadonlyMap<number, number>): HTMLElement | null {
    this.pending = false;
    const why = whyAt(this.store, scene, about);
    if (why === null) return null;
    const title: Line = why.value === null ? [why.left] : [why.left, sign("="), number(why.value, "gradient")];
    const heading = element(
      "h3",
      {},
      why.value === null ? "The gradient " : "Why is ",
      this.#math(title),
      why.value === null ? "" : " ?",
    );
    const section = element("section", { class: "why" }, heading);
    const map = this.#choice(scene, about);
    if (map) section.append(map);
    for (const sentence of [why.shapes, why.meaning, ...why.sentences])
      if (sentence !== "") section.append(note(sentence));
    if (why.sum) section.append(this.#line(why.sum));
    why.uses.forEach((use, k) => section.append(...this.#use(scene, why, use, k, links.get(k) ?? 0)));
    return section;
  }

  /** The gradient's elements to choose from, where there are several. */
  #choice(scene: Scene, { node, element: chosen }: Link): HTMLElement | null {
    const drawn = scene.graph.nodes[node];
    const value = scene.moment.nodes[node]?.gradient.value;
    if (!drawn || !value?.data || elementsOf(drawn.shape) < 2) return null;
    const { data, shape } = value;
    const name = `∂L/∂${nameIn(scene.graph, node)}`;
    const map = heatMap({
      ...{ data, shape, chosen, name, most: largest(data), choose: (at: number) => this.events.choose(at) },
      ...windowOn(shape, chosen, 6, 6),
    });
    return element("div", { class: "choice" }, map);
  }

  #use(scene: Scene, why: Why, use: PlacedUse, index: number, shown: number): HTMLElement[] {
    const parts: HTMLElement[] = [];
    if (why.uses.length > 1) parts.push(element("h4", {}, `${short(use.sent)} through ${use.title}`));
    if (use.pending) {
      this.pending = true;
      return [...parts, element("p", { class: "dim still waiting" }, "Working it out …")];
    }
    if (use.trouble !== "") return [...parts, note(use.trouble)];
    const symbolic = use.symbolic ?? [];
    parts.push(...symbolic.map((line) => this.#line(line, true)));
    if (use.numbers) parts.push(this.#line(use.numbers));
    parts.push(...this.#lit(scene, use));
    parts.push(...(use.sentences ?? []).map(note));
    parts.push(...this.#way(scene, use, index, shown));
    return parts;
  }

  /** The rows and columns that an element of a product is made of. */
  #lit(scene: Scene, { edge, lit }: PlacedUse): HTMLElement[] {
    const { nodes } = scene.graph;
    const to = scene.graph.edges[edge]?.to ?? -1;
    if (nodes[to]?.symbol !== "@" || !lit?.factor) return [];
    const of = (
      name: string,
      node: number,
      data: ArrayLike<number> | null | undefined,
      elements: readonly number[],
    ) => {
      const shape = nodes[node]?.shape ?? [];
      if (!data || elementsOf(shape) < 2) return [];
      const map = heatMap({
        ...{ data, shape, name, most: largest(data), lit: new Set(elements) },
        ...windowOn(shape, elements[0] ?? 0, 6, 6),
      });
      const caption = [`${name} ${shapeText(shape)}`, stripe(shape, elements)]
        .filter((each) => each !== "")
        .join(" · ");
      return [element("p", { class: "dim caption mono" }, caption), map];
    };
    const { node, elements } = lit.factor;
    return [
      ...of(`∂L/∂${nameIn(scene.graph, to)}`, to, scene.moment.nodes[to]?.gradient.value?.data, lit.gradient),
      ...of(nameIn(scene.graph, node), node, scene.moment.nodes[node]?.value?.data, elements),
    ];
  }

  /** The links from a use's first gradient towards the loss; what only passed a number on leads one link further. */
  #way(scene: Scene, use: PlacedUse, index: number, shown: number): HTMLElement[] {
    const rows = element("ol", { class: "way" });
    let next: (Link & { readonly value: number }) | null = use.from ?? null;
    let asked = shown + (use.passed === true ? 1 : 0);
    for (let k = 0; k < Math.min(asked, mostLinks) && next !== null; k++) {
      const why: Why | null = whyAt(this.store, scene, next);
      const waits = why?.uses.some(({ pending }) => pending) ?? false;
      if (waits) this.pending = true;
      const line = why === null ? null : linkLine(why);
      const item = line ? this.#line(line) : note(waits ? "Working it out …" : (why?.sentences[0] ?? ""));
      const from = why?.uses[0];
      if (from?.passed === true) asked++;
      const title = from ? `through ${from.title}` : (why?.sentences[0] ?? "");
      rows.append(element("li", {}, item, line ? element("div", { class: "dim caption" }, title) : null));
      next = waits || why?.sum ? null : (from?.from ?? null);
    }
    const parts: HTMLElement[] = rows.hasChildNodes() ? [rows] : [];
    if (next !== null && asked < mostLinks) {
      const ask = element(
        "button",
        { class: "link ask", type: "button" },
        `Where does ${short(next.value)} come from?`,
      );
      ask.addEventListener("click", () => this.events.further(index));
      parts.push(ask);
    }
    return parts;
  }

  #line(line: Line, large = false): HTMLElement {
    return element("div", { class: "line" }, this.#math(line, large));
  }

  #math(line: Line, large = false): HTMLElement {
    return mathLine(line, (link) => this.events.go(link), large);
  }
}

/** "row 1", "column 0": what elements of a matrix are, "" when they are neither. */
function stripe(shape: readonly number[], elements: readonly number[]): string {
  const [rows = 1, columns = 1] = shape;
  if (shape.length !== 2 || elements.length < 2) return "";
  const at = elements[0] ?? 0;
  if (columns === elements.length && elements.every((each) => Math.floor(each / columns) === Math.floor(at / columns)))
    return `row ${Math.floor(at / columns)}`;
  return rows === elements.length && elements.every((each) => each % columns === at % columns)
    ? `column ${at % columns}`
    : "";
}

function note(text: string): HTMLElement {
  return element("p", { class: "note" }, text);
}
