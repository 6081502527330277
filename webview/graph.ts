import cytoscape from "cytoscape";
import type { Severity } from "../src/recording/finding";
import { type Box, detailAt, type Face, paintCard, signRoom, veil } from "./cards";
import type { Load } from "./loads";
import { type FrameDrawing, paintFrames } from "./frames";
import { elementsOf, geometry, mostlyStays, partOf } from "./geometry";
import type { Pen } from "./pen";
import type { Painting } from "./picture";
import { Sheet } from "./sheet";
import type { Palette } from "./theme";
import { boundsOf, fitting, type Hold, type View } from "./viewport";
import { gradientWidth, type Look, paintWay, paintWires, type Point, type Sight, type Wire, wireOf } from "./wires";

/** Where a graph's cards and wires stand. */
export interface Drawing {
  readonly boxes: readonly Box[];
  readonly edges: readonly { readonly from: number; readonly to: number }[];
  /** By edge: a start, then three points per cubic piece. */
  readonly splines: readonly (readonly Point[])[];
  readonly vertical: boolean;
  /** Around what is open, outer ones first. */
  readonly frames: readonly FrameDrawing[];
  /** Whether it can be folded, and so has a slider over it. */
  readonly folds: boolean;
}

/** A card, a wire or the title of a frame. */
export type Part = { readonly node: number } | { readonly edge: number } | { readonly frame: number };

/** What a person does with the graph. */
export interface GraphEvents {
  hover(part: Part | null): void;
  select(node: number | null): void;
  /** Opens a card or closes a frame. */
  toggle(part: Part): void;
  viewed(view: View): void;
}

const margin = 24;
/** The smallest zoom of a graph that does not need a smaller one. */
const smallest = 0.02;
const everywhere: Sight = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };

/**
 * The graph on screen. Cytoscape has the geometry, the viewport and the pointer; the ink is ours: one canvas of wires,
 * painted whole because wires cross, and one of cards above it, of which a step repaints only those it changed.
 */
export class GraphView {
  readonly #cy: cytoscape.Core;
  readonly #under = new Sheet("wires");
  readonly #over = new Sheet("cards");
  #drawing: Drawing | null = null;
  #lines: readonly (readonly [Wire, Wire])[] = [];
  #faces: readonly Face[] = [];
  #wires: readonly Load[] = [];
  #painted = "";
  readonly #dirty = new Set<number>();
  #selected: number | null = null;
  #marked: ReadonlySet<number> = new Set();
  #found: ReadonlyMap<number, Severity> = new Map();
  #way: readonly Wire[] = [];
  #lit: ReadonlySet<number> | null = null;
  #fitted = true;
  #size = { width: 0, height: 0 };

  constructor(
    private readonly container: HTMLElement,
    private palette: Palette,
    private readonly events: GraphEvents,
  ) {
    const stage = document.createElement("div");
    stage.className = "stage";
    container.append(this.#under.canvas, this.#over.canvas, stage);
    this.#cy = cytoscape({
      container: stage,
      maxZoom: 3,
      autoungrabify: true,
      autounselectify: true,
      boxSelectionEnabled: false,
      layout: { name: "preset" },
    });
    this.#cy.style(geometry);
    this.#cy.on("render", () => this.#paint());
    this.#cy.on("mouseover", "node, edge", (event) => this.events.hover(partOf(event)));
    this.#cy.on("mouseout", "node, edge", () => this.events.hover(null));
    // Cytoscape sees no mouse that leaves the whole picture.
    container.addEventListener("mouseleave", () => this.events.hover(null));
    this.#cy.on("tap", (event) => {
      const part = partOf(event);
      if (part && ("frame" in part || this.#onChevron(part, event.position))) this.events.toggle(part);
      else this.events.select(part && "node" in part ? part.node : null);
    });
    this.#cy.on("dbltap", "node", (event) => {
      const part = partOf(event);
      if (part && "node" in part && !this.#onChevron(part, event.position)) this.events.toggle(part);
    });
    this.#cy.on("dragpan scrollzoom pinchzoom", () => this.#moved(false));
    new ResizeObserver(() => {
      this.#cy.resize();
      this.#size = { width: container.clientWidth, height: container.clientHeight };
      if (this.#fitted) this.fit();
      else this.#repaint();
    }).observe(container);
  }

  /** Draws another graph; the part on screen is what `view` says, or everything is fitted in. */
  draw(drawing: Drawing, view: View | Hold | null): void {
    const stays = view === null && this.#drawing !== null && mostlyStays(this.#drawing, drawing);
    this.#drawing = drawing;
    this.#lines = drawing.splines.map((spline) => [
      wireOf(spline, drawing.vertical, 1),
      wireOf(spline, drawing.vertical, -1),
    ]);
    this.#faces = [];
    this.#wires = [];
    this.#cy.elements().remove();
    this.#cy.add(elementsOf(drawing));
    this.#painted = "";
    if (view && "point" in view) this.bring(view);
    else if (view) {
      this.#fitted = false;
      this.#look(view);
    } else if (!stays || (this.#fitted && !this.#isInSight(drawing))) this.fit();
  }

  /** Shows a moment of the graph that is drawn. */
  show(faces: readonly Face[], wires: readonly Load[]): void {
    faces.forEach((face, i) => {
      if (face !== this.#faces[i]) this.#dirty.add(i);
    });
    this.#faces = faces;
    this.#wires = wires;
    this.#paint();
  }

  /** Which card is selected, and which the line under the editor's caret made. */
  pick(selected: number | null, marked: ReadonlySet<number>): void {
    this.#selected = selected;
    this.#marked = marked;
    this.#repaint();
  }

  /** The cards that stand out, the rest dimmed; null for no difference. */
  light(lit: ReadonlySet<number> | null): void {
    this.#lit = lit;
    this.#repaint();
  }

  /** The cards with something found on them, and the ways to show, each from node to node. */
  find(found: ReadonlyMap<number, Severity>, ways: readonly (readonly number[])[]): void {
    this.#found = found;
    this.#way = ways.flatMap((nodes) => nodes.slice(1).flatMap((to, k) => this.#wireBetween(nodes[k] ?? -1, to) ?? []));
    this.#repaint();
  }

  recolor(palette: Palette): void {
    this.palette = palette;
    this.#repaint();
  }

  fit(): void {
    this.#cy.resize();
    const { clientWidth: width, clientHeight: height } = this.container;
    this.#size = { width, height };
    const view = this.#drawing && this.#fitting(this.#drawing);
    if (!view) return;
    this.#look(view);
    this.#moved(true);
  }

  /** Whether the names on the cards can be read where all of a drawing is fitted in. */
  isReadable(drawing: Drawing): boolean {
    return detailAt(this.#fitting(drawing)?.zoom ?? 1) !== "far";
  }

  #look({ zoom, x, y }: View): void {
    // A zoom that Cytoscape does not allow it leaves out, and takes the rest.
    this.#cy.minZoom(Math.min(smallest, zoom));
    this.#cy.viewport({ zoom, pan: { x, y } });
  }

  #fitting({ boxes, frames, folds }: Drawing): View | null {
    const { width, height } = this.size;
    if (boxes.length === 0 || width === 0 || height === 0) return null;
    return fitting([...boxes, ...frames.map(({ box }) => box)], width, height, folds);
  }

  /** Brings a point of the graph to a point of the screen. */
  bring({ point, onScreen, atLeast = 0 }: Hold): void {
    const zoom = Math.max(atLeast, this.#cy.zoom());
    this.#look({ zoom, x: onScreen.x - zoom * point.x, y: onScreen.y - zoom * point.y });
    this.#moved(false);
  }

  zoomBy(factor: number): void {
    const { width, height } = this.#size;
    this.#cy.zoom({ level: this.#cy.zoom() * factor, renderedPosition: { x: width / 2, y: height / 2 } });
    this.#moved(false);
  }

  /** Brings a card into sight if it is out of it. */
  reach(node: number): void {
    // Asking for the size makes the browser lay out the page at once: not where nothing can be out of sight.
    if (this.#fitted) return;
    const box = this.boxOnScreen(node);
    const { width, height } = this.#size;
    if (!box || box.width > width || box.height > height) return;
    const shift = (from: number, size: number, room: number): number =>
      from < 0 ? margin - from : from + size > room ? room - margin - from - size : 0;
    const by = { x: shift(box.x, box.width, width), y: shift(box.y, box.height, height) };
    if (by.x === 0 && by.y === 0) return;
    this.#cy.panBy(by);
    this.#moved(false);
  }

  /** Where a card is on screen, relative to the graph's own corner. */
  boxOnScreen(node: number): Box | undefined {
    const box = this.#drawing?.boxes[node];
    return box && this.#onScreen(box);
  }

  /** Where a frame is on screen. */
  frameOnScreen(frame: number): Box | undefined {
    const box = this.#drawing?.frames[frame]?.box;
    return box && this.#onScreen(box);
  }

  /** The middle of a wire on screen. */
  wireOnScreen(edge: number): Box | undefined {
    const spline = this.#drawing?.splines[edge];
    const middle = spline?.[Math.floor(spline.length / 2)];
    return middle && this.#onScreen({ ...middle, width: 0, height: 0 });
  }

  get size(): { readonly width: number; readonly height: number } {
    if (this.#size.width === 0) this.#size = { width: this.container.clientWidth, height: this.container.clientHeight };
    return this.#size;
  }

  /** Whether everything is fitted in and stays so when the page changes its size. */
  get fitted(): boolean {
    return this.#fitted;
  }

  /** All of the graph as it is now, whatever is on screen. */
  get painting(): Pick<Painting, "box" | "background" | "paint"> {
    const { boxes = [], frames = [] } = this.#drawing ?? {};
    const wires = this.#lines.flat().map(({ left, top, right, bottom }) => ({
      ...{ x: left, y: top, width: right - left, height: bottom - top },
    }));
    const { x, y, width, height } = boundsOf([...boxes, ...frames.map(({ box }) => box), ...wires]);
    return {
      box: {
        x: x - margin,
        y: y - margin,
        width: Math.ceil(width) + 2 * margin,
        height: Math.ceil(height) + 2 * margin,
      },
      background: this.palette.background,
      paint: (pen, zoom) => {
        this.#paintUnder(pen, everywhere, zoom);
        boxes.forEach((_, i) => this.#paintCard(pen, i, zoom));
      },
    };
  }

  /** The wire from one node to another, along the value or back along the gradient. */
  #wireBetween(from: number, to: number): Wire | undefined {
    const edges = this.#drawing?.edges ?? [];
    const forward = edges.findIndex((edge) => edge.from === from && edge.to === to);
    if (forward >= 0) return this.#lines[forward]?.[0];
    return this.#lines[edges.findIndex((edge) => edge.from === to && edge.to === from)]?.[1];
  }

  #onChevron(part: Part, { x, y }: Point): boolean {
    const box = "node" in part ? this.#drawing?.boxes[part.node] : undefined;
    if (!box || !("node" in part) || this.#faces[part.node]?.folded !== true) return false;
    return detailAt(this.#cy.zoom()) === "near" && x < box.x + 28 && y < box.y + 30;
  }

  #isInSight({ boxes }: Drawing): boolean {
    const { width, height } = this.#size;
    return boxes.every((box) => {
      const { x, y, ...size } = this.#onScreen(box);
      return x >= 0 && y >= 0 && x + size.width <= width && y + size.height <= height;
    });
  }

  #onScreen(box: Box): Box {
    const zoom = this.#cy.zoom();
    const { x, y } = this.#cy.pan();
    return { x: box.x * zoom + x, y: box.y * zoom + y, width: box.width * zoom, height: box.height * zoom };
  }

  #moved(fitted: boolean): void {
    this.#fitted = fitted;
    this.events.viewed({ zoom: this.#cy.zoom(), ...this.#cy.pan() });
  }

  #repaint(): void {
    this.#painted = "";
    this.#paint();
  }

  #paint(): void {
    if (!this.#drawing || this.#faces.length === 0) return;
    const { width, height } = this.#size;
    const zoom = this.#cy.zoom();
    const pan = this.#cy.pan();
    const at = `${zoom} ${pan.x} ${pan.y} ${width} ${height} ${devicePixelRatio}`;
    const whole = at !== this.#painted;
    if (!whole && this.#dirty.size === 0) return;
    const sight: Sight = {
      left: -pan.x / zoom,
      top: -pan.y / zoom,
      right: (width - pan.x) / zoom,
      bottom: (height - pan.y) / zoom,
    };
    const under = this.#under.begin(width, height, zoom, pan, true);
    if (under) this.#paintUnder(under, sight, zoom);
    const over = this.#over.begin(width, height, zoom, pan, whole);
    if (over) this.#paintCards(over, sight, zoom, whole);
    this.#painted = at;
    this.#over.canvas.dataset.ready = "";
    this.#dirty.clear();
  }

  #paintUnder(pen: Pen, sight: Sight, zoom: number): void {
    paintFrames(pen, this.#drawing?.frames ?? [], this.palette, zoom);
    paintWires(pen, this.#looks(), sight, this.palette, zoom);
    if (this.#way.length > 0) paintWay(pen, this.#way, this.palette, zoom);
  }

  #paintCards(context: CanvasRenderingContext2D, sight: Sight, zoom: number, whole: boolean): void {
    for (const i of whole ? this.#faces.keys() : this.#dirty) {
      const box = this.#drawing?.boxes[i];
      if (!box || box.x > sight.right || box.y > sight.bottom) continue;
      if (box.x + box.width < sight.left || box.y + box.height < sight.top) continue;
      if (!whole) clear(context, box, zoom);
      this.#paintCard(context, i, zoom);
    }
  }

  #paintCard(pen: Pen, i: number, zoom: number): void {
    const box = this.#drawing?.boxes[i];
    const face = this.#faces[i];
    if (!box || !face) return;
    const found = this.#found.get(i) ?? null;
    const picked = { selected: this.#selected === i, marked: this.#marked.has(i), found };
    paintCard(pen, box, face, picked, this.palette, zoom);
    if (this.#lit && !this.#lit.has(i)) veil(pen, box, this.palette);
  }

  #looks(): (readonly [Wire, Look])[] {
    const looks: (readonly [Wire, Look])[] = [];
    this.#wires.forEach((wire, i) => {
      const lines = this.#lines[i];
      const edge = this.#drawing?.edges[i];
      if (!lines || !edge) return;
      const come = (this.#faces[edge.to]?.toCome ?? true) || (this.#faces[edge.from]?.toCome ?? true);
      const state = come ? "come" : wire.flow === "value" ? "now" : "done";
      const dim = this.#lit !== null && !(this.#lit.has(edge.from) && this.#lit.has(edge.to));
      const { owner } = wire;
      looks.push([lines[0], { hue: "value", state, width: state === "now" ? 2.4 : 1.6, dim, owner }]);
      if (wire.rms === null && wire.flow !== "gradient") return;
      const width = gradientWidth(wire.rms ?? 0);
      looks.push([lines[1], { hue: "gradient", state: wire.flow === "gradient" ? "now" : "done", width, dim, owner }]);
    });
    return looks;
  }
}

/** Room around a card that its frame and outline may have painted on. */
function clear(context: CanvasRenderingContext2D, box: Box, zoom: number): void {
  const edge = (signRoom + 1.5) * Math.max(1, 0.75 / zoom);
  context.clearRect(box.x - edge, box.y - edge, box.width + 2 * edge, box.height + 2 * edge);
}
