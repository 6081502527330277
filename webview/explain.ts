import type { GraphNode } from "../src/recording/graph";
import type { Link } from "../src/recording/maths";
import type { NodeMoment } from "../src/recording/moment";
import type { Cursor } from "../src/recording/moves";
import { ledgerSection, updateSection, valueSection } from "./accounts";
import { element } from "./dom";
import type { Scene, Store } from "./store";
import { WhySection } from "./why";

/** The Explain tab: why the numbers of the node in focus are what they are. */
export class Explain {
  readonly element = element("div", { class: "sections explain" });
  readonly #why: WhySection;
  /** The element looked at, of the node it belongs to. */
  #about: Link = { node: -1, element: 0 };
  /** By use of that element, how many links towards the loss are shown. */
  readonly #links = new Map<number, number>();
  /** What is to get the focus that was lost, once what it is on is there: numbers may still be computed. */
  #sought = "";
  #graph = "";
  #shown: { readonly at: NodeMoment; readonly root: string; readonly step: number } | null = null;
  #scene: Scene | null = null;

  constructor(
    private readonly store: Store,
    private readonly select: (node: number) => void,
    private readonly move: (cursor: Cursor) => void,
    /** Sections that follow the explanation of a node. */
    private readonly more: (node: GraphNode, at: NodeMoment, scene: Scene) => readonly HTMLElement[],
  ) {
    this.#why = new WhySection(store, {
      go: (link) => this.#go(link),
      choose: (at) => this.#turn(at),
      further: (use) => {
        this.#links.set(use, (this.#links.get(use) ?? 0) + 1);
        this.#draw();
      },
    });
  }

  /** Shows a node at a moment; what is the same as before stays as it is. */
  show(node: GraphNode, at: NodeMoment, scene: Scene): void {
    const { root } = scene.moment;
    const same = node.index === this.#about.node && scene.graph.key === this.#graph;
    if (!same) {
      this.#about = { node: node.index, element: 0 };
      this.#links.clear();
    }
    this.#graph = scene.graph.key;
    const before = this.#shown;
    this.#scene = scene;
    this.#shown = { at, root, step: scene.step };
    const fetching = this.element.querySelector("[data-fetching]") !== null;
    if (!fetching && same && before?.at === at && before.root === root && before.step === scene.step) return;
    this.#draw();
  }

  /** An answer came that something shown may wait for. */
  answered(scene: Scene): void {
    this.#scene = scene;
    if (this.#why.pending) this.#draw();
  }

  /** Nothing is in focus. */
  clear(hint: HTMLElement): void {
    this.#about = { node: -1, element: 0 };
    this.#shown = null;
    this.element.replaceChildren(hint);
  }

  #go(link: Link): void {
    const scene = this.#scene;
    if (!scene) return;
    this.#about = link;
    this.#links.clear();
    this.#shown = null;
    this.select(link.node);
  }

  #turn(at: number): void {
    this.#about = { node: this.#about.node, element: at };
    this.#links.clear();
    this.#draw();
  }

  #draw(): void {
    const scene = this.#scene;
    if (!scene) return;
    const why = this.#why.show(scene, this.#about, this.#links);
    const focused = focusIn(this.element) || (document.activeElement === document.body ? this.#sought : "");
    const node = scene.graph.nodes[this.#about.node];
    const at = scene.moment.nodes[this.#about.node];
    const events = { go: (link: Link) => this.#go(link), move: this.move };
    const value = valueSection(this.store, scene, this.#about, events);
    const update = updateSection(this.store, scene, this.#about, events);
    const ledger = ledgerSection(this.store, scene, this.#about, events);
    const first = { backward: [why, update, ledger, value], update: [update, why, ledger, value] };
    const kind = scene.moment.phase?.kind;
    const order = kind === "backward" || kind === "update" ? first[kind] : [value, why, update, ledger];
    const sections = order.filter((each) => each !== null);
    this.element.replaceChildren(...sections, ...(node && at ? this.more(node, at, scene) : []));
    const target = focused === "" ? null : this.element.querySelector<HTMLElement>(focused);
    target?.focus();
    this.#sought = target ? "" : focused;
  }
}

/** Where the focus goes when what had it is drawn anew, "" when it was elsewhere. */
function focusIn(of: HTMLElement): string {
  const focused = document.activeElement;
  if (!focused || !of.contains(focused)) return "";
  if (focused.closest(".choice")) return ".choice .chosen";
  if (focused.matches(".ask")) return ".ask";
  return focused.matches(".why .link") ? ".why > .line .formula:not(.large) .link" : "";
}
