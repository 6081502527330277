import type { Graph } from "../src/recording/graph";
import type { NodeMoment } from "../src/recording/moment";
import type { Face } from "./cards";
import { element, mark, say } from "./dom";

/** What a person can do in the tree. */
export interface TreeEvents {
  select(node: number): void;
  reveal(node: number): void;
}

/** The graph as a tree of nodes with value and gradient, for the keyboard and for screen readers. */
export class TreeView {
  readonly element = element("ul", { class: "tree mono", role: "tree", "aria-label": "Nodes of the graph" });
  #graph: Graph | null = null;
  #items: HTMLElement[] = [];
  #moments: readonly NodeMoment[] = [];
  #active = 0;

  constructor(private readonly events: TreeEvents) {
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("click", (event) => {
      const item = event.target instanceof Element ? event.target.closest("[role=treeitem]") : null;
      const at = this.#items.findIndex((other) => other === item);
      if (at >= 0) this.#go(at);
    });
  }

  /** Shows a moment; only the lines that changed are written. */
  show(graph: Graph, moments: readonly NodeMoment[], faces: readonly Face[]): void {
    if (graph !== this.#graph) {
      this.#graph = graph;
      this.#moments = [];
      this.#active = 0;
      this.#items = graph.nodes.map((_, i) =>
        element("li", { role: "treeitem", tabindex: i === 0 ? 0 : -1, "aria-level": 1 }),
      );
      this.element.replaceChildren(...this.#items);
    }
    faces.forEach((face, i) => {
      const item = this.#items[i];
      if (!item) return;
      if (moments[i] !== this.#moments[i] || face.apart !== item.dataset.apart) say(item, textOf(face));
      item.dataset.apart = face.apart;
      mark(item, "aria-current", face.current ? "step" : null);
    });
    this.#moments = moments;
  }

  /** Marks the selected node, and tells those that the caret's line made. */
  pick(selected: number | null, marked: ReadonlySet<number>): void {
    this.#items.forEach((item, i) => {
      mark(item, "aria-selected", String(i === selected));
      mark(item, "aria-description", marked.has(i) ? "made by the line of the caret" : null);
    });
    if (selected !== null) this.#focusable(selected);
  }

  /** Tells what was found on nodes. */
  find(found: ReadonlyMap<number, string>): void {
    this.#items.forEach((item, i) => {
      const text = found.get(i);
      if (text === undefined) delete item.dataset.found;
      else item.dataset.found = `, ${text}`;
    });
  }

  #focusable(at: number): void {
    const before = this.#items[this.#active];
    if (before) before.tabIndex = -1;
    this.#active = at;
    const item = this.#items[at];
    if (item) item.tabIndex = 0;
  }

  #go(at: number): void {
    if (!this.#items[at]) return;
    this.#focusable(at);
    this.#items[at].focus();
    this.events.select(at);
  }

  #key(event: KeyboardEvent): void {
    const to = { ArrowDown: this.#active + 1, ArrowUp: this.#active - 1, Home: 0, End: this.#items.length - 1 }[
      event.key
    ];
    if (to !== undefined) this.#go(to);
    else if (event.key === "Enter") this.events.reveal(this.#active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function textOf(face: Face): string {
  const rows = face.rows.map((row) => {
    const text = row.text === "—" ? "to come" : row.text;
    return row.label === "" ? text : `${row.label} ${text}`;
  });
  const apart = face.apart === "" ? [] : [face.apart.replace("Δ∂", "gradient apart").replace("Δ", "apart")];
  const title = `${face.title}${face.symbol === "" || !face.named ? "" : ` (${face.symbol})`} ${face.note}`;
  return [title, ...rows, ...apart].join(", ");
}
