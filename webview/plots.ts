import { type Plot, plotsAt } from "../src/recording/plots";
import { short } from "../src/recording/text";
import type { Value } from "../src/recording/value";
import { type Axis, frame } from "./axes";
import { drawing, element } from "./dom";
import { type LandscapeEvents, LandscapeView } from "./landscape";
import type { Scene, Store } from "./store";
import type { Palette } from "./theme";

const height = 180;
/** More points than this are drawn in equal strides. */
const mostPoints = 2000;

interface Range {
  low: number;
  high: number;
}

/** What the program drew, as it was at the cursor. */
export class PlotsView {
  readonly element = element("div", { class: "sections plots" });
  readonly #drawn = element("div", { class: "sections" });
  readonly #landscape: LandscapeView;
  /** The axes keep what they had to show before, so that what moves is the line. */
  #axes: { run: string; x: Range; y: Range } | null = null;
  #shown = "";

  constructor(
    private readonly store: Store,
    palette: Palette,
    events: LandscapeEvents,
  ) {
    this.#landscape = new LandscapeView(store, palette, events);
    this.element.append(this.#drawn, this.#landscape.element);
  }

  recolor(palette: Palette): void {
    this.#landscape.recolor(palette);
  }

  show(scene: Scene): void {
    this.#landscape.show(scene);
    const at = `${this.store.run?.id ?? ""} ${scene.index} ${scene.step} ${this.store.recording.rows}`;
    if (at === this.#shown) return;
    const { recording, outline } = this.store;
    const { plots, missing } = plotsAt(recording, outline, { segment: scene.index, step: scene.step });
    for (const segment of missing) this.store.want(segment);
    this.#shown = missing.length === 0 ? at : "";
    if (plots.length === 0) {
      const hint =
        "Nothing is drawn here yet. plot.scatter(x, y), plot.line(x, y) and plot.image(t) in the program draw into this tab.";
      this.#drawn.replaceChildren(element("p", { class: "hint dim" }, hint));
      return;
    }
    const lines = plots.filter(({ kind }) => kind !== "image");
    const images = plots.filter(({ kind }) => kind === "image");
    this.#drawn.replaceChildren(
      ...(lines.length > 0 ? [this.#figure(lines)] : []),
      ...images.map(({ names, values }) => picture(names[0] ?? "", values[0] ?? null)),
    );
  }

  #figure(plots: readonly Plot[]): HTMLElement {
    const known = this.#axes?.run === this.store.run?.id ? this.#axes : null;
    const axes = (this.#axes = known ?? {
      run: this.store.run?.id ?? "",
      x: { low: Infinity, high: -Infinity },
      y: { low: Infinity, high: -Infinity },
    });
    for (const { values } of plots) {
      grow(axes.x, values[0]);
      grow(axes.y, values[1]);
    }
    const axis = frame(padded(axes.x), padded(axes.y), height);
    const parts = plots.flatMap((plot, k) => marks(plot, axis.x, axis.y, k));
    const names = plots.map(({ names: [nx = "", ny = ""] }) => `${ny || "y"} over ${nx || "x"}`);
    const svg = drawing(
      "svg",
      {
        viewBox: `0 0 ${axis.width} ${axis.height}`,
        role: "img",
        "aria-label": `Plot of ${names.join(", ")}`,
        class: "figure",
      },
      ...axis.ticks,
      ...parts,
    );
    const legend = element(
      "p",
      { class: "drawn dim" },
      ...plots.map(({ kind }, k) => element("span", { class: `${kind} hue-${k % hues}` }, names[k] ?? "")),
    );
    return element("section", {}, element("h3", {}, "Plot"), svg, legend);
  }
}

/** How many hues there are before they come again. */
const hues = 4;

function marks(
  { kind, values: [xs, ys] }: Plot,
  x: (v: number) => number,
  y: (v: number) => number,
  k: number,
): SVGElement[] {
  if (!xs?.data || !ys?.data) return [];
  const points: [number, number][] = [];
  const stride = Math.max(1, Math.ceil(xs.data.length / mostPoints));
  for (let i = 0; i < xs.data.length; i += stride) {
    const [px, py] = [xs.data[i] ?? NaN, ys.data[i] ?? NaN];
    if (Number.isFinite(px) && Number.isFinite(py)) points.push([px, py]);
  }
  if (kind === "scatter")
    return points.map(([px, py]) =>
      drawing("circle", { cx: x(px), cy: y(py), r: 3, class: `scatter hue-${k % hues}` }),
    );
  const sorted = [...points].sort(([a], [b]) => a - b);
  const path = sorted.map(([px, py], i) => `${i === 0 ? "M" : "L"}${x(px)} ${y(py)}`).join("");
  return [drawing("path", { d: path, class: `line hue-${k % hues}` })];
}

function grow(range: Range, value: Value | null | undefined): void {
  const data = value?.data ?? [];
  for (let k = 0; k < data.length; k++) {
    const x = data[k] ?? NaN;
    if (!Number.isFinite(x)) continue;
    range.low = Math.min(range.low, x);
    range.high = Math.max(range.high, x);
  }
}

/** A little more than there is to see; something around a single number. */
function padded({ low, high }: Range): Axis {
  const span = high > low ? high - low : Math.abs(high) || 1;
  return { name: "", low: low - 0.05 * span, high: (high > low ? high : low + span) + 0.05 * span };
}

function picture(name: string, value: Value | null): HTMLElement {
  const title = element("h3", {}, name || "Picture");
  if (!value?.data)
    return element("section", {}, title, element("p", { class: "dim still" }, "Its elements were not recorded."));
  const { data, shape } = value;
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const channels = shape.length === 3 ? (shape[0] ?? 1) : 1;
  const canvas = element("canvas", {
    width: columns,
    height: rows,
    role: "img",
    "aria-label": `${name || "Picture"}, ${rows} by ${columns}`,
    class: "picture",
  });
  const range: Range = { low: Infinity, high: -Infinity };
  grow(range, value);
  const context = canvas.getContext("2d");
  const pixels = context?.createImageData(columns, rows);
  if (!context || !pixels) return element("section", {}, title);
  const size = rows * columns;
  for (let k = 0; k < size; k++) {
    for (let c = 0; c < 3; c++) {
      const x = data[channels === 3 ? c * size + k : k] ?? NaN;
      pixels.data[4 * k + c] = range.high > range.low ? (255 * (x - range.low)) / (range.high - range.low) : 128;
    }
    pixels.data[4 * k + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return element(
    "section",
    {},
    title,
    canvas,
    element("p", { class: "dim still" }, `from ${short(range.low)} to ${short(range.high)}`),
  );
}
