import cytoscape from "cytoscape";
import { type Box, detailAt } from "./cards";
import { elementsOf, geometry, mostlyStays, partOf } from "./geometry";
import { type Drawing, Ink } from "./ink";
import { renderOnChange } from "./renderer";
import type { Palette } from "./theme";
import { fitting, type Hold, type View } from "./viewport";
import type { Point } from "./wires";

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

/** A card that is brought into sight comes so far from the edge. */
const margin = 24;
/** The smallest zoom of a graph that does not need a smaller one. */
const smallest = 0.02;

renderOnChange();

/** The graph on screen. Cytoscape has the geometry, the viewport and the pointer; the ink is ours. */
export class GraphView {
  /** What is painted of it. */
  readonly ink: Ink;
  readonly #cy: cytoscape.Core;
  #drawing: Drawing | null = null;
  #fitted = true;
  #size = { width: 0, height: 0 };

  constructor(
    private readonly container: HTMLElement,
    palette: Palette,
    private readonly events: GraphEvents,
  ) {
    const stage = document.createElement("div");
    stage.className = "stage";
    this.ink = new Ink(palette, () => this.#paint());
    container.append(...this.ink.canvases, stage);
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
      else this.#paint();
    }).observe(container);
  }

  /** Draws another graph; the part on screen is what `view` says, or everything is fitted in. */
  draw(drawing: Drawing, view: View | Hold | null): void {
    const stays = view === null && this.#drawing !== null && mostlyStays(this.#drawing, drawing);
    this.#drawing = drawing;
    this.ink.draw(drawing);
    this.#cy.elements().remove();
    this.#cy.add(elementsOf(drawing));
    if (view && "point" in view) this.bring(view);
    else if (view) {
      this.#fitted = false;
      this.#look(view);
    } else if (!stays || (this.#fitted && !this.#isInSight(drawing))) this.fit();
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

  /** Whether the cards on screen say more than their names. */
  get near(): boolean {
    return detailAt(this.#cy.zoom()) === "near";
  }

  /** Whether everything is fitted in and stays so when the page changes its size. */
  get fitted(): boolean {
    return this.#fitted;
  }

  #onChevron(part: Part, { x, y }: Point): boolean {
    const box = "node" in part ? this.#drawing?.boxes[part.node] : undefined;
    if (!box || !("node" in part) || !this.ink.isFolded(part.node)) return false;
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

  #paint(): void {
    this.ink.paint(this.#size, this.#cy.zoom(), this.#cy.pan());
  }
}
