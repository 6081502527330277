import type { Severity } from "../src/recording/finding";
import { type Box, type Face, paintCard, signRoom, veil } from "./cards";
import { type FrameDrawing, paintFrames } from "./frames";
import type { Load } from "./loads";
import type { Pen } from "./pen";
import type { Painting } from "./picture";
import { Sheet } from "./sheet";
import type { Palette } from "./theme";
import { boundsOf } from "./viewport";
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

/** Room around all of a graph in a picture. */
const margin = 24;
const everywhere: Sight = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };

/**
 * What a graph looks like at a moment: one canvas of wires, painted whole because wires cross, and one of cards above
 * it, of which a step repaints only those it changed.
 */
export class Ink {
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

  constructor(
    private palette: Palette,
    /** Told when there is something to paint. */
    private readonly changed: () => void,
  ) {}

  get canvases(): readonly HTMLCanvasElement[] {
    return [this.#under.canvas, this.#over.canvas];
  }

  /** Takes another graph; nothing is painted before a moment of it is shown. */
  draw(drawing: Drawing): void {
    this.#drawing = drawing;
    this.#lines = drawing.splines.map((spline) => [
      wireOf(spline, drawing.vertical, 1),
      wireOf(spline, drawing.vertical, -1),
    ]);
    this.#faces = [];
    this.#wires = [];
    this.#painted = "";
  }

  /** Shows a moment of the graph that is drawn. */
  show(faces: readonly Face[], wires: readonly Load[]): void {
    faces.forEach((face, i) => {
      if (face !== this.#faces[i]) this.#dirty.add(i);
    });
    this.#faces = faces;
    this.#wires = wires;
    this.changed();
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

  /** Whether a card can be opened. */
  isFolded(card: number): boolean {
    return this.#faces[card]?.folded === true;
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

  #repaint(): void {
    this.#painted = "";
    this.changed();
  }

  /** Paints what is in sight, or of that what changed. */
  paint({ width, height }: { readonly width: number; readonly height: number }, zoom: number, pan: Point): void {
    if (!this.#drawing || this.#faces.length === 0) return;
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
