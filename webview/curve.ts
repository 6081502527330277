import uPlot from "uplot";
import { fixed } from "../src/recording/text";
import { element, mark, say } from "./dom";
import { type Axis, axisOf, type Scale, tickText } from "./scales";
import type { Hue, Palette } from "./theme";
import { thinned } from "./thinned";

const height = 120;
/** Room for the numbers of the axis. */
const axisWidth = 54;

/** What a curve shows and how. */
export interface Shown {
  readonly title: string;
  readonly hue: Hue | "negative";
  /** By iteration; a list that grows in place is another one with another `version`. */
  readonly values: readonly (number | null)[];
  readonly version: number;
  readonly scale: Scale;
  /** The first and the last iteration that are drawn. */
  readonly from: number;
  readonly to: number;
  /** What an iteration is called: "epoch 3". */
  readonly nameOf: (iteration: number) => string;
}

/** One number per iteration as a curve with the cursor on it; a press goes to an iteration. */
export class Curve {
  readonly element: HTMLElement;
  readonly #title = element("h3");
  readonly #now = element("span", { class: "mono dim" });
  readonly #box = element("div", { role: "img", class: "curve" });
  readonly #left = element("p", { class: "dim caption" });
  #ends = "";
  #plot: uPlot | null = null;
  #axis: Axis | null = null;
  #shown: Shown | null = null;
  #iteration = -1;

  constructor(
    private palette: Palette,
    private readonly go: (iteration: number) => void,
  ) {
    this.element = element("section", { hidden: true }, this.#title, this.#now, this.#box, this.#left);
    this.#box.addEventListener("pointerdown", (event) => this.#drag(event));
    new ResizeObserver(() => {
      const width = this.#box.clientWidth;
      if (width > 0 && this.#plot && width !== this.#plot.width) this.#replot();
    }).observe(this.#box);
  }

  /** Draws a curve, or none. */
  draw(shown: Shown | null): void {
    mark(this.element, "hidden", shown === null);
    const before = this.#shown;
    this.#shown = shown;
    if (shown && before && same(shown, before)) return;
    this.#replot();
    if (shown) say(this.#title, shown.title);
    this.#say();
  }

  recolor(palette: Palette): void {
    this.palette = palette;
    this.#replot();
  }

  /** Marks the cursor's iteration. */
  show(iteration: number): void {
    if (iteration === this.#iteration) return;
    this.#iteration = iteration;
    this.#say();
    this.#plot?.redraw(false);
  }

  #replot(): void {
    this.#plot?.destroy();
    this.#plot = this.#shown && this.#plotOf(this.#shown);
  }

  #say(): void {
    const shown = this.#shown;
    if (!shown) return;
    const y = shown.values[this.#iteration];
    const now = y === undefined || y === null ? "" : `${fixed(y)} at ${shown.nameOf(this.#iteration)}`;
    say(this.#now, now);
    mark(this.#box, "aria-label", `${shown.title} over ${shown.values.length} iterations${this.#ends}. ${now}`);
  }

  #plotOf({ values, scale, hue, from, to }: Shown): uPlot {
    const { palette } = this;
    const drawn = values.slice(from, to + 1);
    const axis = (this.#axis = axisOf(scale, drawn));
    say(this.#left, leftOut(drawn, axis));
    const there = values.filter((x) => x !== null);
    this.#ends = there.length === 0 ? "" : `, from ${fixed(there[0] ?? NaN)} to ${fixed(there.at(-1) ?? NaN)}`;
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const numbers = new Map(axis.ticks.map((tick) => [axis.place(tick) ?? NaN, tick]));
    return new uPlot(
      {
        width: Math.max(80, this.#box.clientWidth),
        height,
        padding: [8, 8, 2, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false, range: [from, Math.max(to, from + 1)] }, y: { range: [axis.low, axis.high] } },
        axes: [
          { show: false },
          {
            size: axisWidth,
            stroke: palette.dim,
            font,
            grid: { stroke: palette.border, width: 1 },
            ticks: { show: false },
            splits: [...numbers.keys()],
            values: (_, splits) => splits.map((place) => tickText(numbers.get(place) ?? NaN)),
          },
        ],
        series: [{}, { stroke: palette[hue], width: 1.8, points: { show: drawn.length < 3 } }],
        hooks: { draw: [(plot) => this.#paintCursor(plot)] },
      },
      thinned([values], { from, to }, Math.max(1, this.#box.clientWidth * devicePixelRatio), (y) => axis.place(y)),
      this.#box,
    );
  }

  #paintCursor(plot: uPlot): void {
    const shown = this.#shown;
    if (!shown || this.#iteration < shown.from || this.#iteration > shown.to) return;
    const { ctx, bbox } = plot;
    const x = Math.round(plot.valToPos(this.#iteration, "x", true));
    const y = shown.values[this.#iteration];
    const place = y === undefined || y === null ? null : (this.#axis?.place(y) ?? null);
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = this.palette.foreground;
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (place !== null) {
      ctx.beginPath();
      ctx.arc(x, plot.valToPos(place, "y", true), 3.5 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.restore();
  }

  #drag(event: PointerEvent): void {
    const to = (at: PointerEvent): void => {
      const [plot, shown] = [this.#plot, this.#shown];
      if (!plot || !shown) return;
      const { left } = plot.over.getBoundingClientRect();
      const wanted = Math.round(plot.posToVal(at.clientX - left, "x"));
      const iteration = Math.max(shown.from, Math.min(shown.to, wanted));
      if (iteration !== this.#iteration) this.go(iteration);
    };
    event.preventDefault();
    this.#box.setPointerCapture(event.pointerId);
    to(event);
    this.#box.addEventListener("pointermove", to);
    this.#box.addEventListener("lostpointercapture", () => this.#box.removeEventListener("pointermove", to), {
      once: true,
    });
  }
}

/** What has no place on an axis, in words. */
function leftOut(values: Shown["values"], axis: Axis): string {
  const without = values.filter((x) => x !== null && axis.place(x) === null);
  const notFinite = without.filter((x) => !Number.isFinite(x)).length;
  const notAbove = without.length - notFinite;
  return [
    notAbove > 0 ? `${notAbove} not above zero: no place on a log axis; symlog shows them.` : "",
    notFinite > 0 ? `${notFinite} NaN or ∞.` : "",
  ]
    .filter((each) => each !== "")
    .join(" ");
}

function same(a: Shown, b: Shown): boolean {
  return (
    a.title === b.title &&
    a.hue === b.hue &&
    a.values === b.values &&
    a.version === b.version &&
    a.scale === b.scale &&
    a.from === b.from &&
    a.to === b.to
  );
}
