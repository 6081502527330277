import type { ToPageOf } from "../src/panel/messages";
import type { Severity } from "../src/recording/finding";
import { cardSize, type Graph } from "../src/recording/graph";
import type { NodeMoment } from "../src/recording/moment";
import { shapeText, valueText } from "../src/recording/text";
import { nodeTip, type Tip, type TipRow } from "../src/recording/tip";
import { type Face, toCome } from "./cards";
import { signs } from "./checks";
import { element } from "./dom";
import { onlyHere } from "./cards";
import { apartText, faceOf } from "./face";
import { type Drawing, GraphView, type Part } from "./graph";
import { iconButton } from "./kit";
import type { Scene, Store } from "./store";
import type { Palette } from "./theme";
import { TipView } from "./tip";
import { TreeView } from "./tree";
import type { Point } from "./wires";

/** What a person does on the stage. */
export interface StageEvents {
  select(node: number | null): void;
  reveal(node: number): void;
  turn(): void;
}

const tipDelay = 220;

/** The graph with its legend, its buttons, its tooltip and its tree. */
export class Stage {
  readonly element: HTMLElement;
  readonly #area = element("div", {
    class: "graph",
    role: "img",
    "aria-label": "Computation graph. The tree of nodes that follows says the same.",
  });
  readonly #view: GraphView;
  readonly #tip = new TipView();
  readonly #tree: TreeView;
  readonly #way = element("span", { class: "way", hidden: true }, "from where it began");
  #graph: Graph | null = null;
  /** What is marked of the findings: the ids and the segment. */
  #found = "";
  #layout: ToPageOf<"layout"> | null = null;
  #drawing: Drawing | null = null;
  #faces: Face[] = [];
  #moments: readonly NodeMoment[] = [];
  #about = "";
  #hovered: Part | null = null;
  #timer = 0;
  #viewTimer = 0;

  constructor(
    private readonly store: Store,
    palette: Palette,
    events: StageEvents,
  ) {
    // Cytoscape keeps a press from doing what it does by default, and that is to give the page the focus.
    this.#area.tabIndex = -1;
    this.#area.addEventListener("pointerdown", () => this.#area.focus({ preventScroll: true }));
    this.#tree = new TreeView(events);
    const legend = element(
      "div",
      { class: "legend", "aria-hidden": "true" },
      element("span", { class: "value" }, "values"),
      element("span", { class: "gradient" }, "gradients"),
      element("span", { class: "update" }, "updates"),
      this.#way,
      element("span", { class: "width" }, "gradient width = log magnitude"),
    );
    this.element = element("main", { class: "stage-area" }, this.#area, this.#tree.element, legend, this.#tip.element);
    this.#view = new GraphView(this.#area, palette, {
      hover: (part) => this.#hover(part),
      select: (node) => {
        events.select(node);
        if (node !== null) events.reveal(node);
      },
      viewed: (view) => this.#viewed(view),
    });
    this.element.append(
      element(
        "div",
        { class: "mini", role: "group", "aria-label": "View" },
        iconButton("more", "Zoom in", () => this.#view.zoomBy(1.3)),
        iconButton("less", "Zoom out", () => this.#view.zoomBy(1 / 1.3)),
        iconButton("fit", "Fit (F)", () => this.fit()),
        iconButton("turn", "Left to right or top down", () => events.turn()),
      ),
    );
  }

  /** Width and height that the graph has. */
  get size(): { readonly width: number; readonly height: number } {
    return this.#view.size;
  }

  fit(): void {
    this.#view.fit();
  }

  recolor(palette: Palette): void {
    this.#view.recolor(palette);
  }

  /** Shows a moment; draws the graph anew only if it is another one. */
  show(scene: Scene): void {
    const layout = this.store.layoutOf(scene);
    if (!layout) return;
    if (scene.graph !== this.#graph || layout !== this.#layout) {
      const first = this.#graph === null;
      const turned = scene.graph === this.#graph;
      this.#graph = scene.graph;
      this.#layout = layout;
      this.#drawing = drawingOf(scene.graph, layout);
      this.#faces = [];
      this.#moments = [];
      this.#view.draw(this.#drawing, first && !turned ? this.store.ui.view : null);
      this.#found = "";
      this.pick();
    }
    this.#showFaces(scene);
    this.#view.show(this.#faces, scene.moment.edges);
    this.#tree.show(scene.graph, scene.moment.nodes, this.#faces);
    this.#find(scene);
    if (this.#hovered !== null && !this.#tip.element.hidden) this.#showTip(this.#hovered);
  }

  /** Marks the selected node and those of the editor's line. */
  pick(): void {
    const { ui, marked, cursor } = this.store;
    const nodes = marked && cursor && marked.segment === cursor.segment ? marked.nodes : [];
    const made = new Set(nodes);
    this.#view.pick(ui.selected, made);
    this.#tree.pick(ui.selected, made);
  }

  /** Brings the node that the step is about into sight. */
  reach(node: number): void {
    this.#view.reach(node);
  }

  #showFaces({ graph, moment }: Scene): void {
    const { nodes, step, root } = moment;
    const about = `${step?.node ?? -1} ${root}`;
    const before = Number(this.#about.split(" ")[0]);
    const rootChanged = this.#about.slice(this.#about.indexOf(" ")) !== about.slice(about.indexOf(" "));
    this.#faces = graph.nodes.map((node, i) => {
      const known = this.#faces[i];
      const now = nodes[i];
      const lit = i === before || i === step?.node;
      const apart = this.#apart(i);
      if (known?.apart === apart && (!now || (now === this.#moments[i] && !lit && !rootChanged))) return known;
      if (!now) throw new Error(`The moment lacks node ${i}.`);
      return faceOf(node, now, moment, this.#drawing?.boxes[i]?.width ?? 0, apart);
    });
    this.#moments = nodes;
    this.#about = about;
  }

  #apart(node: number): string {
    const { beside } = this.store;
    if (!beside) return "";
    return this.store.isAdded(node) ? onlyHere : apartText(this.store.differenceOf(node), beside.tolerance);
  }

  /** Marks what was found in the segment on screen. */
  #find({ index }: Scene): void {
    const here = this.store.findings.filter(({ segment, severity }) => segment === index && severity !== "note");
    const drawn = `${index} ${here.map(({ id }) => id).join(" ")}`;
    if (drawn === this.#found) return;
    this.#found = drawn;
    const found = new Map<number, Severity>();
    const texts = new Map<number, string>();
    for (const { node, severity, title } of here) {
      if (node < 0) continue;
      if (!found.has(node)) found.set(node, severity);
      const before = texts.get(node);
      texts.set(node, `${before === undefined ? "" : `${before}; `}${signs[severity].word}: ${title}`);
    }
    const ways = here.map(({ path }) => path).filter((path) => path.length > 1);
    this.#way.hidden = ways.length === 0;
    this.#view.find(found, ways);
    this.#tree.find(texts);
  }

  #hover(part: Part | null): void {
    this.#hovered = part;
    clearTimeout(this.#timer);
    this.#area.style.cursor = part && "node" in part ? "pointer" : "";
    if (part === null) this.#tip.hide();
    else this.#timer = window.setTimeout(() => this.#showTip(part), this.#tip.element.hidden ? tipDelay : 0);
  }

  #showTip(part: Part): void {
    const { recording, outline, cursor, word } = this.store;
    const about = "node" in part ? this.#view.boxOnScreen(part.node) : this.#view.wireOnScreen(part.edge);
    const scene = this.store.scene();
    if (!about || !cursor || !scene) return;
    const tip = "node" in part ? nodeTip(recording, outline, cursor, part.node) : wireTip(scene, part.edge);
    if (tip) this.#tip.show(tip, about, this.size, word);
  }

  #viewed(view: { zoom: number; x: number; y: number }): void {
    this.#tip.hide();
    clearTimeout(this.#viewTimer);
    this.#viewTimer = window.setTimeout(() => {
      const kept = this.#view.fitted ? null : view;
      if (JSON.stringify(kept) !== JSON.stringify(this.store.ui.view)) this.store.set({ view: kept });
    }, 400);
  }
}

/** What a wire carries one way, and brought back the other. */
function wireTip({ graph, moment }: Scene, edge: number): Tip | undefined {
  const ends = graph.edges[edge];
  const from = graph.nodes[ends?.from ?? -1];
  const to = graph.nodes[ends?.to ?? -1];
  const carried = moment.nodes[ends?.from ?? -1]?.value;
  const back = moment.edges[edge]?.contribution;
  if (!from || !to) return undefined;
  const rows: TipRow[] = [{ label: "carries", text: carried ? valueText(carried, 34) : toCome, hue: "value" }];
  if (from.requiresGrad) {
    rows.push({ label: "brings back", text: back ? valueText(back, 34) : toCome, hue: "gradient" });
  }
  return {
    title: `${from.label} → ${to.label}`,
    subtitle: shapeText(from.shape),
    rows,
    series: undefined,
    iteration: -1,
  };
}

function drawingOf(graph: Graph, layout: ToPageOf<"layout">): Drawing {
  const boxes = graph.nodes.map((node, i) => {
    const { width, height } = cardSize(node);
    const x = (layout.centres[2 * i] ?? 0) - width / 2;
    return { x, y: (layout.centres[2 * i + 1] ?? 0) - height / 2, width, height };
  });
  const splines = graph.edges.map((_, e) => {
    const points: Point[] = [];
    for (let p = layout.starts[e] ?? 0; p < (layout.starts[e + 1] ?? 0); p++) {
      points.push({ x: layout.points[2 * p] ?? 0, y: layout.points[2 * p + 1] ?? 0 });
    }
    return points;
  });
  return { boxes, edges: graph.edges, splines, vertical: layout.orientation === "TB" };
}
