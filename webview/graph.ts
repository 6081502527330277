import cytoscape from "cytoscape";
import type { EdgeMoment } from "../src/recording/moment";
import { type Box, type Face, paintCard } from "./cards";
import type { Palette } from "./theme";
import { gradientWidth, type Point, wireOf } from "./wires";

/** Where a graph's cards and wires stand. */
export interface Drawing {
  readonly boxes: readonly Box[];
  readonly edges: readonly { readonly from: number; readonly to: number }[];
  /** By edge: a start, then three points per cubic piece. */
  readonly splines: readonly (readonly Point[])[];
  readonly vertical: boolean;
}

/** What a person does with the graph. */
export interface GraphEvents {
  hover(node: number | null): void;
  select(node: number | null): void;
  viewed(view: View): void;
}

/** Which part of the graph is on screen. */
export interface View {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

const margin = 24;

/** The graph on screen: Cytoscape has geometry, wires and the pointer; the cards are painted over it. */
export class GraphView {
  readonly #cy: cytoscape.Core;
  readonly #canvas = document.createElement("canvas");
  readonly #context = this.#canvas.getContext("2d");
  #drawing: Drawing | null = null;
  #faces: readonly Face[] = [];
  #wires: readonly EdgeMoment[] = [];
  #painted = "";
  readonly #dirty = new Set<number>();
  #selected: number | null = null;
  #marked: ReadonlySet<number> = new Set();
  #fitted = true;

  constructor(
    private readonly container: HTMLElement,
    private palette: Palette,
    private readonly events: GraphEvents,
  ) {
    const stage = document.createElement("div");
    stage.className = "stage";
    this.#canvas.className = "cards";
    container.append(stage, this.#canvas);
    this.#cy = cytoscape({
      container: stage,
      minZoom: 0.02,
      maxZoom: 3,
      autoungrabify: true,
      autounselectify: true,
      boxSelectionEnabled: false,
    });
    this.#cy.style(styleOf(palette));
    this.#cy.on("render", () => this.#paint());
    this.#cy.on("mouseover", "node", (event) => this.events.hover(indexOf(event)));
    this.#cy.on("mouseout", "node", () => this.events.hover(null));
    this.#cy.on("tap", (event) => this.events.select(event.target === this.#cy ? null : indexOf(event)));
    this.#cy.on("dragpan scrollzoom pinchzoom", () => this.#moved(false));
    new ResizeObserver(() => {
      this.#cy.resize();
      if (this.#fitted) this.fit();
    }).observe(container);
  }

  /** Draws another graph; the part on screen stays where `view` says, or everything is fitted in. */
  draw(drawing: Drawing, view: View | null): void {
    this.#drawing = drawing;
    this.#faces = [];
    this.#wires = [];
    this.#selected = null;
    this.#cy.elements().remove();
    this.#cy.add(elementsOf(drawing));
    this.#painted = "";
    if (view) {
      this.#fitted = false;
      this.#cy.viewport({ zoom: view.zoom, pan: { x: view.x, y: view.y } });
    } else this.fit();
  }

  /** Shows a moment of the graph that is drawn: only what differs from the one before is touched. */
  show(faces: readonly Face[], wires: readonly EdgeMoment[]): void {
    faces.forEach((face, i) => {
      if (face !== this.#faces[i]) this.#dirty.add(i);
    });
    this.#faces = faces;
    this.#cy.batch(() => wires.forEach((wire, i) => this.#wire(i, wire)));
    this.#wires = wires;
    this.#cy.forceRender();
  }

  /** Which card is selected, and which the line under the editor's caret made. */
  pick(selected: number | null, marked: ReadonlySet<number>): void {
    this.#selected = selected;
    this.#marked = marked;
    this.#painted = "";
    this.#cy.forceRender();
  }

  recolor(palette: Palette): void {
    this.palette = palette;
    this.#cy.style(styleOf(palette));
    this.#painted = "";
    this.#cy.forceRender();
  }

  fit(): void {
    this.#cy.resize();
    this.#cy.fit(undefined, margin);
    if (this.#cy.zoom() > 1.25) {
      this.#cy.zoom(1.25);
      this.#cy.center();
    }
    this.#moved(true);
  }

  zoomBy(factor: number): void {
    const { width, height } = this.container.getBoundingClientRect();
    this.#cy.zoom({ level: this.#cy.zoom() * factor, renderedPosition: { x: width / 2, y: height / 2 } });
    this.#moved(false);
  }

  /** Brings a card into sight if it is out of it. */
  reach(node: number): void {
    const box = this.boxOnScreen(node);
    const { width, height } = this.container.getBoundingClientRect();
    if (!box || (box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height)) return;
    if (box.width > width || box.height > height) return;
    const shift = (from: number, size: number, room: number): number =>
      from < 0 ? margin - from : from + size > room ? room - margin - from - size : 0;
    this.#cy.panBy({ x: shift(box.x, box.width, width), y: shift(box.y, box.height, height) });
    this.#moved(false);
  }

  /** Where a card is on screen, relative to the graph's own corner. */
  boxOnScreen(node: number): Box | undefined {
    const box = this.#drawing?.boxes[node];
    if (!box) return undefined;
    const zoom = this.#cy.zoom();
    const { x, y } = this.#cy.pan();
    return { x: box.x * zoom + x, y: box.y * zoom + y, width: box.width * zoom, height: box.height * zoom };
  }

  #moved(fitted: boolean): void {
    this.#fitted = fitted;
    this.events.viewed({ zoom: this.#cy.zoom(), ...this.#cy.pan() });
  }

  /** Whether everything is fitted in and stays so when the page changes its size. */
  get fitted(): boolean {
    return this.#fitted;
  }

  #wire(i: number, wire: EdgeMoment): void {
    const before = this.#wires[i];
    if (before === wire) return;
    const toCome = this.#isToCome(i);
    const value = toCome ? "come" : wire.flow === "value" ? "now" : "done";
    const reached = wire.contribution !== null || wire.flow === "gradient" || wire.rms > 0;
    const gradient = !reached ? "none" : wire.flow === "gradient" ? "now" : "done";
    const setting = this.#cy.getElementById(`v${i}`);
    if (setting.data("state") !== value) setting.data("state", value);
    const back = this.#cy.getElementById(`g${i}`);
    const width = reached ? gradientWidth(wire.rms) : 1;
    if (back.data("state") !== gradient || back.data("width") !== width) back.data({ state: gradient, width });
  }

  /** A wire is to come until both its giver and its taker have a value. */
  #isToCome(i: number): boolean {
    const edge = this.#drawing?.edges[i];
    return !edge || (this.#faces[edge.to]?.toCome ?? true) || (this.#faces[edge.from]?.toCome ?? true);
  }

  #paint(): void {
    const context = this.#context;
    if (!context || !this.#drawing) return;
    const ratio = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.container;
    const zoom = this.#cy.zoom();
    const pan = this.#cy.pan();
    const at = `${zoom} ${pan.x} ${pan.y} ${width} ${height} ${ratio}`;
    if (at === this.#painted && this.#dirty.size === 0) return;
    const whole = at !== this.#painted;
    if (this.#canvas.width !== Math.round(width * ratio) || this.#canvas.height !== Math.round(height * ratio)) {
      this.#canvas.width = Math.round(width * ratio);
      this.#canvas.height = Math.round(height * ratio);
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (whole) context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * pan.x, ratio * pan.y);
    const seen = {
      left: -pan.x / zoom,
      top: -pan.y / zoom,
      right: (width - pan.x) / zoom,
      bottom: (height - pan.y) / zoom,
    };
    const inSight = (box: Box): boolean =>
      box.x < seen.right && box.y < seen.bottom && box.x + box.width > seen.left && box.y + box.height > seen.top;
    const which = whole ? this.#faces.keys() : this.#dirty;
    for (const i of which) {
      const box = this.#drawing.boxes[i];
      const face = this.#faces[i];
      if (!box || !face || !inSight(box)) continue;
      if (!whole) clear(context, box, zoom);
      const picked = { selected: this.#selected === i, marked: this.#marked.has(i) };
      paintCard(context, box, face, picked, this.palette, zoom);
    }
    this.#painted = at;
    this.#dirty.clear();
  }
}

/** Room around a card that its frame and outline may have painted on. */
function clear(context: CanvasRenderingContext2D, box: Box, zoom: number): void {
  const edge = 6.5 * Math.max(1, 0.75 / zoom);
  context.clearRect(box.x - edge, box.y - edge, box.width + 2 * edge, box.height + 2 * edge);
}

function indexOf(event: cytoscape.EventObject): number | null {
  const id: unknown = event.target.id();
  return typeof id === "string" && id.startsWith("n") ? Number(id.slice(1)) : null;
}

function elementsOf(drawing: Drawing): cytoscape.ElementDefinition[] {
  const centre = (node: number): Point => {
    const box = drawing.boxes[node] ?? { x: 0, y: 0, width: 0, height: 0 };
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const wire = (i: number, side: 1 | -1, source: number, target: number): Record<string, unknown> => {
    const { start, end, weights, distances } = wireOf(drawing.splines[i] ?? [], drawing.vertical, side);
    const from = centre(source);
    const to = centre(target);
    return {
      source: `n${source}`,
      target: `n${target}`,
      start: `${start.x - from.x}px ${start.y - from.y}px`,
      end: `${end.x - to.x}px ${end.y - to.y}px`,
      weights,
      distances,
    };
  };
  return [
    ...drawing.boxes.map((box, i): cytoscape.ElementDefinition => ({
      data: { id: `n${i}`, width: box.width, height: box.height },
      position: centre(i),
    })),
    ...drawing.edges.flatMap(({ from, to }, i): cytoscape.ElementDefinition[] => [
      { data: { id: `v${i}`, ...wire(i, 1, from, to), state: "come" }, classes: "value" },
      { data: { id: `g${i}`, ...wire(i, -1, to, from), state: "none", width: 1 }, classes: "gradient" },
    ]),
  ];
}

/** In Cytoscape's own style language: its types do not know all of it. */
function styleOf(palette: Palette): string {
  return `
    core { active-bg-opacity: 0; }
    node {
      shape: round-rectangle; width: data(width); height: data(height);
      background-opacity: 0; overlay-opacity: 0;
    }
    edge {
      curve-style: unbundled-bezier; edge-distances: endpoints;
      control-point-weights: data(weights); control-point-distances: data(distances);
      source-endpoint: data(start); target-endpoint: data(end);
      target-arrow-shape: triangle; arrow-scale: 0.8; overlay-opacity: 0; events: no;
    }
    edge.value { width: 1.6; line-color: ${palette.value}; target-arrow-color: ${palette.value}; opacity: 0.7; }
    edge.value[state = 'come'] { opacity: 0.3; line-style: dashed; }
    edge.value[state = 'now'] { opacity: 1; width: 2.4; }
    edge.gradient {
      width: data(width); line-color: ${palette.gradient}; target-arrow-color: ${palette.gradient}; opacity: 0.75;
    }
    edge.gradient[state = 'none'] { display: none; }
    edge.gradient[state = 'now'] { opacity: 1; }`;
}
