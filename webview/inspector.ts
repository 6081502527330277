import type { ToPageOf } from "../src/panel/messages";
import type { GraphNode } from "../src/recording/graph";
import { worst } from "../src/recording/finding";
import type { NodeMoment } from "../src/recording/moment";
import type { Cursor } from "../src/recording/moves";
import type { Watchpoint } from "../src/recording/watchpoint";
import { shapeText } from "../src/recording/text";
import { ChecksView, countText, type ChecksEvents } from "./checks";
import { element, mark, say } from "./dom";
import { Explain } from "./explain";
import { History } from "./history";
import { tabs, wordButton } from "./kit";
import type { LandscapeEvents } from "./landscape";
import { NudgeView } from "./nudge";
import { PlotsView } from "./plots";
import { StopsView } from "./stops";
import type { Scene, Store } from "./store";
import { TensorView } from "./tensor";
import type { Palette } from "./theme";

/** What the inspector can ask for. */
export interface InspectorEvents extends ChecksEvents, LandscapeEvents {
  reveal(node: number): void;
  /** Run the iteration again with a leaf changed by a number. */
  nudge(node: number, by: number): void;
  /** Ask what else a leaf could begin as, and run again with it. */
  whatIf(node: number): void;
  select(node: number): void;
  /** Have these watchpoints, and no others. */
  watch(watchpoints: readonly Watchpoint[]): void;
}

/** The node in focus in full: why its numbers are what they are, the numbers now, and over the run. */
export class Inspector {
  readonly element: HTMLElement;
  readonly #explain: Explain;
  readonly #tensor: TensorView;
  readonly #history: History;
  readonly #checks: ChecksView;
  readonly #heading: Heading;
  readonly #nudge: NudgeView;
  readonly #plots: PlotsView;
  readonly #stops: StopsView;
  readonly #tabs;
  #node: GraphNode | null = null;
  /** The element of its tensor that is looked at; null: all of them. */
  #chosen: number | null = null;

  constructor(
    private readonly store: Store,
    palette: Palette,
    private readonly events: InspectorEvents,
  ) {
    this.#history = new History(store, palette, (at) => this.#choose(at));
    this.#checks = new ChecksView(store, events);
    this.#heading = new Heading((node) => events.reveal(node));
    this.#plots = new PlotsView(store, palette, events);
    this.#tensor = new TensorView(store, (at) => this.#choose(at));
    this.#stops = new StopsView(store, (watchpoints) => events.watch(watchpoints));
    this.#nudge = new NudgeView((node, by) => events.nudge(node, by));
    const move = (to: Cursor): void => store.move({ to: "cursor", ...to });
    this.#explain = new Explain(store, (node) => events.select(node), move, this.#trials.bind(this));
    this.#tabs = tabs(
      [
        { id: "explain", title: "Explain", view: this.#explain.element },
        { id: "tensor", title: "Tensor", view: this.#tensor.element },
        { id: "history", title: "History", view: this.#history.element },
        { id: "checks", title: "Checks", view: this.#checks.element },
        { id: "plots", title: "Plots", view: this.#plots.element },
        { id: "stops", title: "Stops", view: this.#stops.element },
      ],
      (id) => {
        const others = ["history", "tensor", "checks", "plots", "stops"] as const;
        const tab = others.find((each) => each === id) ?? "explain";
        if (tab !== store.ui.tab) store.set({ tab });
      },
    );
    const views = [this.#heading.element, this.#tabs.element];
    this.element = element("aside", { class: "inspector", "aria-label": "Inspector" }, ...views);
  }

  /** Shows the node in focus at a moment; what is the same as before stays as it is. */
  show(scene: Scene): void {
    this.#tabs.show(this.store.ui.tab);
    this.showChecks();
    if (this.store.ui.tab === "plots") this.#plots.show(scene);
    const index = this.store.focused;
    const node = index === null ? undefined : scene.graph.nodes[index];
    if (this.store.ui.tab === "stops") this.#stops.show(node ?? null, scene);
    const at = index === null ? undefined : scene.moment.nodes[index];
    if (!node || !at) {
      const other = index === null ? undefined : this.store.compared.drawn(scene.graph).nodes[index];
      if (other) return this.#showOther(other);
      if (this.#node || !this.#history.element.hasChildNodes()) this.#showNothing();
      return;
    }
    this.#heading.show(node, this.store.recording.site(node.site)?.line);
    if (node !== this.#node) this.#chosen = null;
    const { tab } = this.store.ui;
    if (tab === "checks" || tab === "plots") this.#heading.hide();
    if (tab === "explain") this.#explain.show(node, at, scene);
    else if (tab === "history") this.#history.show(node, at, scene, this.#chosen);
    else if (tab === "tensor") this.#tensor.show(node, at, scene, this.#chosen);
    this.#node = node;
  }

  /** Shows the findings, and their number on the tab. */
  showChecks(): void {
    const { findings } = this.store;
    const count = findings.filter(({ severity }) => severity !== "note").length;
    this.#tabs.badge("checks", count === 0 ? "" : String(count), worst(findings) ?? "", countText(findings));
    this.#checks.show();
  }

  /** What came of a nudge. */
  nudged({ segment, node, outcome }: ToPageOf<"nudged">): void {
    this.#nudge.hear(segment, node, outcome);
  }

  /** A text came to the clipboard, or did not. */
  copied(): void {
    this.#tensor.copied();
  }

  /** An answer came from the host. */
  answered(scene: Scene): void {
    if (this.store.ui.tab === "explain") this.#explain.answered(scene);
  }

  recolor(palette: Palette): void {
    this.#plots.recolor(palette);
    this.#history.recolor(palette);
  }

  #showNothing(): void {
    this.#heading.hide();
    this.#hint("Pick a node in the graph to see its numbers.");
  }

  /** A node that only the run beside this one has: its numbers stand on its card, and the rest in that run. */
  #showOther(node: GraphNode): void {
    this.#heading.show(node, undefined);
    this.#hint(
      `Only ${this.store.beside?.name ?? "the other run"} has this node. Swap the runs above to step through it.`,
    );
  }

  #hint(sentence: string): void {
    this.#node = null;
    for (const tab of [this.#explain, this.#tensor, this.#history])
      tab.clear(element("p", { class: "hint dim" }, sentence));
  }

  /** What can be tried with a leaf. */
  #trials(node: GraphNode, at: NodeMoment, scene: Scene): HTMLElement[] {
    if (this.store.run?.canRun !== true || node.kind !== "leaf") return [];
    const check = wordButton("Check this gradient", "secondary", () => this.events.gradcheck(node.index));
    const begin = wordButton(`${node.label} began as…`, "secondary", () => this.events.whatIf(node.index));
    return [
      ...(at.field.shown ? [this.#nudge.show(scene.index, node)] : []),
      ...(at.field.shown ? [section("Check", element("div", { class: "asks" }, check))] : []),
      section("What if", element("div", { class: "asks" }, begin)),
    ];
  }

  #choose(at: number | null): void {
    this.#chosen = at;
    const scene = this.store.scene();
    if (scene) this.show(scene);
  }
}

/** What a node is; made once, for the button in it is dear to make. */
class Heading {
  readonly #name = element("h2", { class: "mono" });
  readonly #facts = element("p", { class: "dim" });
  readonly #button: HTMLElement;
  readonly element: HTMLElement;
  #node: GraphNode | null = null;

  constructor(reveal: (node: number) => void) {
    this.#button = wordButton("", "secondary", () => {
      if (this.#node) reveal(this.#node.index);
    });
    const words = element("div", {}, this.#name, this.#facts);
    this.element = element("header", { class: "about", hidden: true }, words, this.#button);
  }

  hide(): void {
    this.element.hidden = true;
  }

  show(node: GraphNode, line: number | undefined): void {
    this.element.hidden = false;
    if (node === this.#node) return;
    this.#node = node;
    say(this.#name, node.label);
    const facts = [
      node.kind === "op" ? node.op : node.isParameter ? "parameter" : node.kind,
      node.shape.length === 0 ? "scalar" : shapeText(node.shape),
      node.dtype,
      ...(node.requiresGrad ? ["requires grad"] : []),
      ...(node.retained ? ["retains grad"] : []),
    ];
    say(this.#facts, facts.join(" · "));
    mark(this.#button, "hidden", line === undefined);
    if (line !== undefined) say(this.#button, `Line ${line + 1}`);
  }
}

function section(title: string, ...content: readonly HTMLElement[]): HTMLElement {
  return element("section", {}, element("h3", {}, title), ...content);
}
