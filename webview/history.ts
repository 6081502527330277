import { placeText } from "../src/recording/indices";
import type { GraphNode } from "../src/recording/graph";
import type { NodeMoment } from "../src/recording/moment";
import type { Series } from "../src/recording/segment";
import { nodeTip } from "../src/recording/tip";
import { elementsOf, type Value } from "../src/recording/value";
import { Curve, type Shown } from "./curve";
import { element, mark, say } from "./dom";
import { histogram } from "./histogram";
import { Indices } from "./indices";
import { choice } from "./kit";
import { recentWindow } from "./scales";
import type { Scene, Store } from "./store";
import type { Palette } from "./theme";

const kinds = ["value", "gradient", "update"] as const;
type Kind = (typeof kinds)[number];

/** The History tab: what the node in focus was over the iterations, and how its elements are spread at the cursor. */
export class History {
  readonly element = element("div", { class: "sections history" });
  readonly #curves: Readonly<Record<Kind, Curve>>;
  readonly #head: HTMLElement;
  readonly #whose = element("div", { class: "asks" });
  readonly #which;
  readonly #indices: Indices;
  readonly #scale;
  readonly #recent = element("input", { type: "checkbox" });
  readonly #state = element("p", { class: "dim still" });
  readonly #spread = element("div");
  /** What the histograms were made of. */
  #counted: readonly (Value | string | null)[] = [];

  constructor(
    private readonly store: Store,
    palette: Palette,
    choose: (element: number | null) => void,
  ) {
    const go = (index: number): void => store.move({ to: "iterationIndex", index });
    const [value, gradient, update] = [new Curve(palette, go), new Curve(palette, go), new Curve(palette, go)];
    this.#curves = { value, gradient, update };
    this.#which = choice("Elements", (of) => choose(of === "one" ? 0 : null), "below");
    this.#indices = new Indices(choose);
    this.#whose.append(this.#which.element, this.#indices.element);
    const set = (change: Partial<typeof store.ui.history>): void =>
      store.set({ history: { ...store.ui.history, ...change } });
    this.#scale = choice(
      "Scale of the curves",
      (scale) => set({ scale: scale === "log" || scale === "symlog" ? scale : "linear" }),
      "below",
    );
    this.#recent.addEventListener("change", () => set({ recent: this.#recent.checked }));
    const recent = element(
      "label",
      { title: "A tenth of the run up to the cursor, ten at least" },
      this.#recent,
      "recent only",
    );
    this.#head = element(
      "section",
      {},
      this.#whose,
      element("div", { class: "asks" }, this.#scale.element, recent),
      this.#state,
    );
  }

  recolor(palette: Palette): void {
    for (const kind of kinds) this.#curves[kind].recolor(palette);
  }

  /** Nothing is in focus. */
  clear(hint: HTMLElement): void {
    this.element.replaceChildren(hint);
  }

  /** Shows a node over the run: one of its elements, or the norms of all. */
  show(node: GraphNode, at: NodeMoment, scene: Scene, chosen: number | null): void {
    const { store } = this;
    const { iterations } = store.outline;
    if (!this.#head.isConnected)
      this.element.replaceChildren(this.#head, ...kinds.map((kind) => this.#curves[kind].element), this.#spread);
    const course = store.courses.of(store.run?.id ?? "", scene.graph.key, scene.index, node.index, chosen, iterations);
    const known = chosen === null ? this.#seriesOf(node) : {};
    for (const kind of kinds) {
      const values = known[kind] ?? course[kind];
      const nothing =
        values.every((x) => x === null) || (kind === "update" && !node.requiresGrad && values.every((x) => !x));
      this.#curves[kind].draw(nothing ? null : this.#shown(kind, node, values, chosen, scene.segment.iteration));
      this.#curves[kind].show(scene.segment.iteration);
    }
    const { length } = course.value;
    const working = `Reading ${store.outline.word} ${length + 1} of ${iterations} …`;
    say(this.#state, iterations === 0 ? "Nothing was repeated in this run." : course.done ? "" : working);
    this.#showHead(node, chosen);
    this.#count(node, at);
  }

  #showHead(node: GraphNode, chosen: number | null): void {
    const { scale, recent } = this.store.ui.history;
    const count = elementsOf(node.shape);
    mark(this.#whose, "hidden", count < 2);
    const all = `norm of all ${count}`;
    this.#which.show([["all", all] as const, ["one", "one element"] as const], chosen === null ? "all" : "one");
    this.#indices.show(node.shape, chosen === null ? 0 : node.shape.length, chosen ?? 0);
    this.#scale.show(
      [["linear", "linear"] as const, ["log", "log"] as const, ["symlog", "symmetric log"] as const],
      scale,
    );
    this.#recent.checked = recent;
  }

  #shown(kind: Kind, node: GraphNode, values: Shown["values"], chosen: number | null, iteration: number): Shown {
    const { store } = this;
    const { scale, recent } = store.ui.history;
    const [from, to] = recent ? recentWindow(values.length, Math.max(0, iteration)) : [0, values.length - 1];
    const { label } = node;
    const gradient = node.kind === "op" ? `∂L/∂${node.named ? label : "this"}` : `${label}.grad`;
    const name = { value: label, gradient, update: `update of ${label}` }[kind];
    const many = elementsOf(node.shape) > 1;
    const title = chosen !== null ? `${name} at [${placeText(node.shape, chosen)}]` : many ? `norm of ${name}` : name;
    const nameOf = (index: number): string => `${store.outline.word} ${store.outline.numberOf(index)}`;
    return { title, hue: kind, values, version: store.outline.version, scale, from, to, nameOf };
  }

  /** What the outline knows already: the losses, and the parameters, also those whose gradients are made by hand. */
  #seriesOf(node: GraphNode): Partial<Record<Kind, Series["values"]>> {
    const { recording, outline, cursor } = this.store;
    const value = cursor && nodeTip(recording, outline, cursor, node.index)?.series;
    const name = value?.name ?? node.label;
    const gradient = outline.series.find((each) => each.kind === "gradient" && each.name === name);
    return { ...(value ? { value: value.values } : {}), ...(gradient ? { gradient: gradient.values } : {}) };
  }

  /** How the elements are spread at the cursor. */
  #count(node: GraphNode, { value, gradient }: NodeMoment): void {
    const of = [node.label, value, gradient.value];
    if (of.every((each, k) => each === this.#counted[k])) return;
    this.#counted = of;
    const histograms = [
      histogram(node.label, value, "value"),
      histogram(`∂L/∂${node.named ? node.label : "this"}`, gradient.value, "gradient"),
    ];
    this.#spread.replaceChildren(...histograms.filter((each) => each !== null));
  }
}
