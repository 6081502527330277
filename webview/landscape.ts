import { type Landscape, pointAt, type PathPoint } from "../src/recording/landscape";
import type { Cursor } from "../src/recording/moves";
import { fixed, short } from "../src/recording/text";
import { Asking } from "./asking";
import { frame, type Frame } from "./axes";
import { contour, type Grid, heightAt, heights } from "./contour";
import { drawing, element, mark } from "./dom";
import type { Scene, Store } from "./store";
import type { Palette } from "./theme";

const rings = 9;
/** Pixels of the coloured ground along each side. */
const fine = 132;

/** What a person does with a landscape. */
export interface LandscapeEvents {
  /** Asks for one of the moment at the cursor. */
  readonly landscape: () => void;
  readonly stopAsking: () => void;
  go(to: Cursor): void;
}

/** The loss around the way that the weights took, with the way on it. */
export class LandscapeView {
  readonly element: HTMLElement;
  readonly #asking: Asking;
  readonly #result = element("div", { class: "result" });
  #shown: Landscape | string | null = null;
  #points: SVGElement[] = [];
  #here: SVGElement | null = null;
  #now: HTMLElement | null = null;
  #ground: (() => void) | null = null;

  constructor(
    private readonly store: Store,
    private palette: Palette,
    private readonly events: LandscapeEvents,
  ) {
    const { landscape, stopAsking } = events;
    this.#asking = new Asking("Draw the loss landscape", landscape, stopAsking);
    this.element = element(
      "section",
      { class: "landscape" },
      element("h2", {}, "Loss landscape"),
      this.#asking.element,
      this.#result,
    );
  }

  show(scene: Scene): void {
    // In a file there is nothing that could run it again.
    this.element.hidden = this.store.run?.place === "alone";
    const asked = this.store.asked.get("landscape") ?? null;
    this.#asking.show(asked, this.store.run?.canRun === true);
    const outcome = asked?.what === "landscape" ? asked.outcome : null;
    if (outcome !== this.#shown || !this.#result.hasChildNodes()) {
      this.#shown = outcome;
      this.#ground = null;
      this.#points = [];
      if (outcome === null) {
        const hint =
          "Runs the forward of the iteration at the cursor with other weights, and shows the loss around the way that training took.";
        this.#result.replaceChildren(...(asked ? [] : [still(hint)]));
      } else if (typeof outcome === "string") this.#result.replaceChildren(still(outcome));
      else this.#draw(outcome);
    }
    if (outcome !== null && typeof outcome === "object") this.#follow(outcome, scene);
  }

  recolor(palette: Palette): void {
    this.palette = palette;
    this.#ground?.();
  }

  #draw(landscape: Landscape): void {
    const { axes, losses, path, loss, what, notes } = landscape;
    const [x, y] = axes;
    if (!x) return;
    const finite = Array.from(losses).filter(Number.isFinite);
    const range = { low: Math.min(...finite), high: Math.max(...finite) };
    const spread = Math.max(range.high - range.low, Math.abs(range.high) * 1e-6, Number.MIN_VALUE);
    const up = y ?? { name: loss, low: range.low - 0.04 * spread, high: range.high + 0.04 * spread };
    const axis = frame(x, up, y ? 232 : 190);
    this.#points = path.map((point, k) => this.#point(point, k, path, axis, landscape));
    this.#here = drawing("circle", { r: 5, class: "here" });
    const way = path.map((point, k) => `${k === 0 ? "M" : "L"}${axis.x(point.x)} ${axis.y(point.y)}`).join("");
    const picture = drawing(
      "svg",
      { viewBox: `0 0 ${axis.width} ${axis.height}`, role: "group", class: "figure", "aria-label": labelOf(landscape) },
      ...axis.ticks,
      ...(y ? ringsOf(landscape, axis) : [drawing("path", { d: curve(landscape, axis), class: "curve" })]),
      drawing("path", { d: way, class: "way" }),
      ...this.#points,
      this.#here,
    );
    const canvas = y ? element("canvas", { width: fine, height: fine, class: "ground", "aria-hidden": "true" }) : null;
    if (canvas) {
      this.#ground = () => paint(canvas, landscape, this.palette);
      this.#ground();
      place(canvas, axis);
    }
    const levels = heights(losses, rings);
    this.#now = element("p", { class: "mono dim" });
    const drawn = element("div", { class: "picture-of" }, canvas, picture);
    this.#result.replaceChildren(
      drawn,
      this.#now,
      still(y ? `${what} Rings at ${levels.map(short).join(", ")}.` : what),
      ...notes.map(still),
    );
    drawn.scrollIntoView({ block: "nearest" });
  }

  #point(point: PathPoint, k: number, path: readonly PathPoint[], axis: Frame, landscape: Landscape): SVGElement {
    const label = this.#where(point, k, path, landscape);
    const made = drawing(
      "circle",
      {
        cx: axis.x(point.x),
        cy: axis.y(point.y),
        r: 3,
        class: "stop",
        role: "button",
        tabindex: 0,
        "aria-label": label,
      },
      titled(label),
    );
    const go = (): void => this.events.go({ segment: point.segment, step: point.step });
    made.addEventListener("click", go);
    made.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      go();
    });
    return made;
  }

  #where({ segment, x, y }: PathPoint, k: number, path: readonly PathPoint[], { axes, loss }: Landscape): string {
    const label = this.store.outline.labels[segment] ?? "";
    const end = k > 0 && path[k - 1]?.segment === segment ? `end of ${label}` : label;
    const [first, second] = axes;
    // The axes of a plane among many weights are none of them.
    if (second && first?.name.includes(" ")) return end;
    return `${end}: ${first?.name ?? ""} ${fixed(x)}, ${second?.name ?? loss} ${fixed(y)}`;
  }

  #follow(landscape: Landscape, { index, step }: Scene): void {
    const at = pointAt(landscape.path, index, step);
    const point = landscape.path[at];
    const drawn = this.#points[at];
    this.#points.forEach((each, k) => mark(each, "aria-current", k === at ? "step" : null));
    if (!point || !drawn || !this.#here) return;
    mark(this.#here, "cx", drawn.getAttribute("cx"));
    mark(this.#here, "cy", drawn.getAttribute("cy"));
    this.#now?.replaceChildren(this.#where(point, at, landscape.path, landscape));
  }
}

function ringsOf({ side, losses, axes: [x, y] }: Landscape, axis: Frame): SVGElement[] {
  if (!x || !y) return [];
  const across = (k: number): number => axis.x(x.low + ((x.high - x.low) * k) / (side - 1));
  const up = (k: number): number => axis.y(y.low + ((y.high - y.low) * k) / (side - 1));
  return heights(losses, rings).map((height) => {
    const pieces = contour({ side, values: losses }, height);
    const d = pieces.map(([x0, y0, x1, y1]) => `M${across(x0)} ${up(y0)}L${across(x1)} ${up(y1)}`).join("");
    return drawing("path", { d, class: "ring" }, titled(short(height)));
  });
}

function curve({ losses, axes: [x] }: Landscape, axis: Frame): string {
  if (!x) return "";
  let pen = "M";
  return Array.from(losses, (loss, k) => {
    if (!Number.isFinite(loss)) {
      pen = "M";
      return "";
    }
    const piece = `${pen}${axis.x(x.low + ((x.high - x.low) * k) / (losses.length - 1))} ${axis.y(loss)}`;
    pen = "L";
    return piece;
  }).join("");
}

/** The ground in bands between the rings: the lower, the stronger. */
function paint(canvas: HTMLCanvasElement, { side, losses }: Landscape, palette: Palette): void {
  const context = canvas.getContext("2d");
  const pixels = context?.createImageData(fine, fine);
  if (!context || !pixels) return;
  const [red = 0, green = 0, blue = 0] = (/\d+(, \d+)*/.exec(palette.value)?.[0] ?? "").split(", ").map(Number);
  const grid: Grid = { side, values: losses };
  const levels = heights(losses, rings);
  for (let row = 0; row < fine; row++)
    for (let column = 0; column < fine; column++) {
      const scale = (side - 1) / (fine - 1);
      const height = heightAt(grid, column * scale, (fine - 1 - row) * scale);
      const band = levels.filter((level) => height > level).length;
      const strength = Number.isFinite(height) ? 0.62 * (1 - band / (rings + 1)) : 0;
      pixels.data.set([red, green, blue, Math.round(255 * strength)], 4 * (row * fine + column));
    }
  context.putImageData(pixels, 0, 0);
}

/** The canvas stands behind the picture's inside, whatever its size. */
function place(canvas: HTMLCanvasElement, { inside, width, height }: Frame): void {
  const part = (of: number, whole: number): string => `${(100 * of) / whole}%`;
  canvas.style.left = part(inside.left, width);
  canvas.style.top = part(inside.top, height);
  canvas.style.width = part(inside.right - inside.left, width);
  canvas.style.height = part(inside.bottom - inside.top, height);
}

function labelOf({ axes: [x, y], loss }: Landscape): string {
  return y ? `${loss} over ${x?.name ?? ""} and ${y.name}` : `${loss} over ${x?.name ?? ""}`;
}

function titled(text: string): SVGElement {
  const title = drawing("title", {});
  title.textContent = text;
  return title;
}

function still(text: string): HTMLElement {
  return element("p", { class: "dim still" }, text);
}
