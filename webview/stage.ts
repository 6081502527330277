import type { ToPageOf } from "../src/panel/messages";
import { coneOf } from "../src/recording/cone";
import { find } from "../src/recording/find";
import { type Folded, revealed, toggled } from "../src/recording/folds";
import type { Group } from "../src/recording/groups";
import type { Face } from "./cards";
import { loadsOf } from "./loads";
import { element, mark } from "./dom";
import { drawingOf } from "./drawing";
import { Faces } from "./faces";
import { Folding } from "./folding";
import { foundOn } from "./found";
import { GraphView, type Part } from "./graph";
import type { Drawing } from "./ink";
import { iconButton } from "./kit";
import { type Picture, pictureOf } from "./picture";
import { Seek } from "./seek";
import type { Scene, Store } from "./store";
import type { Palette } from "./theme";
import { Tips } from "./tips";
import { TreeView } from "./tree";
import type { Hold } from "./viewport";

/** The zoom at which a card that was sought can be read. */
const legible = 0.8;

/** What a person does on the stage. */
export interface StageEvents {
  select(node: number | null): void;
  reveal(node: number): void;
  turn(): void;
}

/** The graph with its legend, its buttons, its tooltip and its tree. */
export class Stage {
  readonly element: HTMLElement;
  readonly #area = element("div", {
    class: "graph",
    role: "img",
    "aria-label": "Computation graph. The tree of nodes that follows says the same.",
  });
  readonly #view: GraphView;
  readonly #tips: Tips;
  readonly #tree: TreeView;
  readonly #way = element("span", { class: "way", hidden: true }, "from where it began");
  readonly #folding: Folding;
  readonly #seek: Seek;
  readonly #facing: Faces;
  #folded: Folded | null = null;
  /** What is marked of the findings: the ids and the segment. */
  #found = "";
  #layout: ToPageOf<"layout"> | null = null;
  #drawing: Drawing | null = null;
  #faces: readonly Face[] = [];
  /** The group that was clicked, and where it is to stay on screen. */
  #held: { readonly group: Group; readonly x: number; readonly y: number } | null = null;
  /** Whether all was folded to another depth and is not drawn so yet. */
  #leveled = false;
  /** The node to bring into sight with the next drawing. */
  #sought = -1;
  #viewTimer = 0;

  constructor(
    private readonly store: Store,
    palette: Palette,
    events: StageEvents,
  ) {
    // Cytoscape keeps a press from doing what it does by default, and that is to give the page the focus.
    this.#area.tabIndex = -1;
    this.#area.addEventListener("pointerdown", () => this.#area.focus({ preventScroll: true }));
    this.#facing = new Faces(store);
    this.#tips = new Tips(store, {
      box: (part) =>
        "node" in part
          ? this.#view.boxOnScreen(part.node)
          : "edge" in part
            ? this.#view.wireOnScreen(part.edge)
            : undefined,
      face: (card) => this.#faces[card],
      node: (card) => this.#nodeOf(card),
      wire: (edge) => this.#folded?.edges[edge],
      size: () => this.size,
    });
    this.#seek = new Seek({
      find: (query) => this.#matches(query),
      go: (node) => {
        this.seek(node);
        events.select(node);
      },
      closed: () => this.#area.focus({ preventScroll: true }),
    });
    this.#tree = new TreeView({
      select: (card) => events.select(this.#nodeOf(card)),
      reveal: (card) => events.reveal(this.#nodeOf(card) ?? -1),
      toggle: (group) => this.#toggle(group),
    });
    this.#folding = new Folding((depth) => {
      this.#leveled = true;
      store.set({ folds: { depth, toggled: [] }, view: null });
    });
    const legend = element(
      "div",
      { class: "legend", "aria-hidden": "true" },
      element("span", { class: "value" }, "values"),
      element("span", { class: "gradient" }, "gradients"),
      element("span", { class: "update" }, "updates"),
      this.#way,
      element("span", { class: "width" }, "gradient width = log magnitude"),
    );
    this.element = element(
      "main",
      { class: "stage-area" },
      this.#area,
      this.#folding.element,
      this.#seek.element,
      this.#tree.element,
      legend,
      this.#tips.element,
    );
    this.#view = new GraphView(this.#area, palette, {
      hover: (part) => this.#hover(part),
      select: (card) => {
        const node = card === null ? null : this.#nodeOf(card);
        events.select(node);
        if (node !== null) events.reveal(node);
      },
      toggle: (part) => {
        const group =
          "frame" in part
            ? this.#folded?.frames[part.frame]?.group
            : "node" in part
              ? this.#folded?.cards[part.node]?.group
              : null;
        if (group) this.#toggle(group);
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
    this.#view.ink.recolor(palette);
  }

  /** Shows a moment; draws the graph anew only if it is another one. */
  show(scene: Scene): void {
    const layout = this.store.layoutOf(scene);
    mark(this.element, "aria-busy", layout ? null : "true");
    if (!layout) return;
    const folded = this.store.foldedOf(scene);
    if (folded !== this.#folded || layout !== this.#layout) {
      const first = this.#folded === null;
      this.#folded = folded;
      this.#layout = layout;
      this.#drawing = drawingOf(folded, layout);
      this.#view.draw(this.#drawing, first ? this.store.ui.view : this.#hold(folded, this.#drawing));
      this.#folding.show(folded);
      this.#found = "";
    }
    this.#faces = this.#facing.at(folded, scene, this.#drawing?.boxes ?? []);
    this.#view.ink.show(this.#faces, loadsOf(folded, scene.moment, this.store.compared));
    this.#tree.show(folded, this.#faces);
    if (this.#found === "") this.pick();
    this.#find(scene, folded);
    this.#tips.refresh();
  }

  /** An answer came that a tip may wait for. */
  answered(): void {
    this.#tips.refresh();
  }

  /** Marks the selected node and those of the editor's line, and dims what the selected one has nothing to do with. */
  pick(): void {
    const { ui, marked, cursor } = this.store;
    const folded = this.#folded;
    if (!folded) return;
    const { cardOf, cards, graph } = folded;
    const cardsOf = (nodes: Iterable<number>): Set<number> => {
      const made = new Set<number>();
      for (const node of nodes) made.add(cardOf[node] ?? -1);
      return made;
    };
    const nodes = marked && cursor && marked.segment === cursor.segment ? marked.nodes : [];
    const made = cardsOf(nodes);
    const selected = ui.selected === null ? null : (cardOf[ui.selected] ?? null);
    const card = selected === null ? undefined : cards[selected];
    const from = card?.group ? card.group.nodes : ui.selected === null ? [] : [ui.selected];
    this.#view.ink.light(card ? cardsOf(coneOf(graph, from)) : null);
    this.#view.ink.pick(selected, made);
    this.#tree.pick(selected, made);
  }

  /** Brings the node that the step is about into sight. */
  reach(node: number): void {
    const card = this.#folded?.cardOf[node] ?? -1;
    if (card >= 0) this.#view.reach(card);
  }

  /** Brings a node that was chosen outside of the graph into sight, so near that it can be read. */
  approach(node: number): void {
    if (this.#view.near) this.reach(node);
    else this.seek(node);
  }

  /** The graph as it is shown now; null as long as it is not drawn. */
  picture(format: "svg" | "png"): Promise<Picture | null> | null {
    const { store } = this;
    const scene = store.scene();
    if (!scene || !this.#layout || this.#layout !== store.layoutOf(scene)) return null;
    const { moment, steps, step } = scene;
    const place = [store.run?.title, store.outline.labels[scene.index], `step ${step + 1} of ${steps.steps.length}`];
    const title = `${place.join(" · ")}${moment.step ? `: ${moment.step.text}` : ""}`;
    return pictureOf({ ...this.#view.ink.painting, title }, format);
  }

  /** Opens the field that finds nodes. */
  openSeek(): void {
    this.#seek.open();
  }

  /** Brings a node into the middle of the graph's part of the page, and opens what hides it. */
  seek(node: number): void {
    const scene = this.store.scene();
    const folded = this.#folded;
    if (!scene || !folded || !this.#drawing) return;
    this.#sought = node;
    const card = folded.cards[folded.cardOf[node] ?? -1];
    if (card?.group) {
      this.store.set({ folds: revealed(folded.graph, this.store.ui.folds, node) });
      return;
    }
    const hold = this.#hold(folded, this.#drawing);
    if (hold) this.#view.bring(hold);
  }

  #matches(query: string): readonly number[] {
    const scene = this.store.scene();
    if (!scene || !this.#folded) return [];
    return find(query, this.#folded.graph, scene.moment.nodes, (site) => this.store.recording.site(site)?.line);
  }

  /** The node that a card is, or the one that stands for its group. */
  #nodeOf(card: number): number | null {
    const found = this.#folded?.cards[card];
    return found?.node?.index ?? found?.group?.output ?? null;
  }

  /** Opens a group or closes it, in place. */
  #toggle(group: Group): void {
    const folded = this.#folded;
    if (!folded) return;
    const frame = folded.frames.findIndex((each) => each.group === group);
    const card = folded.cards.findIndex((each) => each.group === group);
    const box = frame >= 0 ? this.#view.frameOnScreen(frame) : this.#view.boxOnScreen(card);
    this.#held = box ? { group, x: box.x, y: box.y } : null;
    this.store.set({ folds: toggled(folded.graph, this.store.ui.folds, group.id) });
  }

  /**
   * What is to stay where it is in a new drawing, or to come into sight: where nothing could be read if all were, the
   * node in focus. Null: everything is fitted in.
   */
  #hold({ frames, cards, cardOf }: Folded, drawing: Drawing): Hold | null {
    const [held, leveled] = [this.#held, this.#leveled];
    const lost = leveled && !this.#view.isReadable(drawing);
    const box = drawing.boxes[cardOf[lost ? (this.store.focused ?? -1) : this.#sought] ?? -1];
    this.#held = null;
    this.#leveled = false;
    this.#sought = -1;
    if (box) {
      const { width, height } = this.size;
      return {
        point: { x: box.x + box.width / 2, y: box.y + box.height / 2 },
        onScreen: { x: width / 2, y: height / 2 },
        atLeast: legible,
      };
    }
    if (!held) return null;
    const frame = frames.findIndex(({ group }) => group === held.group);
    const at = drawing.frames[frame]?.box ?? drawing.boxes[cards.findIndex(({ group }) => group === held.group)];
    return at ? { point: at, onScreen: held } : null;
  }

  /** Marks what was found in the segment on screen. */
  #find({ index }: Scene, folded: Folded): void {
    const here = this.store.findings.filter(({ segment, severity }) => segment === index && severity !== "note");
    const drawn = `${index} ${here.map(({ id }) => id).join(" ")}`;
    if (drawn === this.#found) return;
    this.#found = drawn;
    const { severities, texts, ways } = foundOn(folded, here);
    this.#way.hidden = ways.length === 0;
    this.#view.ink.find(severities, ways);
    this.#tree.find(texts);
  }

  #hover(part: Part | null): void {
    this.#area.style.cursor = part && !("edge" in part) ? "pointer" : "";
    this.#tips.point(part);
  }

  #viewed(view: { zoom: number; x: number; y: number }): void {
    this.#tips.hide();
    clearTimeout(this.#viewTimer);
    this.#viewTimer = window.setTimeout(() => {
      const kept = this.#view.fitted ? null : view;
      if (JSON.stringify(kept) !== JSON.stringify(this.store.ui.view)) this.store.set({ view: kept });
    }, 400);
  }
}
