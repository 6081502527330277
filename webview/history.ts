import uPlot from "uplot";
import type { Series } from "../src/recording/segment";
import { fixed } from "../src/recording/text";
import { element, say } from "./dom";
import type { Palette } from "./theme";
import { brief, curveOf } from "./timeline";

/** Room left and right of a curve in its section. */
const inset = 14;

/** Curves of one node over the iterations: its value, its gradient. */
export class History {
  readonly element = element("div", { class: "history" });
  #curves: readonly Series[] = [];
  #plots: { plot: uPlot; now: HTMLElement; series: Series }[] = [];
  #word = "";
  #number: (iteration: number) => number = (iteration) => iteration;
  #iteration = -1;

  constructor(private palette: Palette) {
    new ResizeObserver(() => {
      const width = this.element.clientWidth - 2 * inset;
      if (width > 0) for (const { plot } of this.#plots) plot.setSize({ width, height: 120 });
    }).observe(this.element);
  }

  /** Draws other curves; `number` is what an iteration is called. */
  draw(curves: readonly Series[], word: string, number: (iteration: number) => number): void {
    this.#curves = curves;
    this.#word = word;
    this.#number = number;
    for (const { plot } of this.#plots) plot.destroy();
    this.#plots = [];
    this.element.replaceChildren();
    for (const series of curves) this.#add(series);
  }

  recolor(palette: Palette): void {
    this.palette = palette;
    this.draw(this.#curves, this.#word, this.#number);
    this.show(this.#iteration);
  }

  /** Marks an iteration on the curves. */
  show(iteration: number): void {
    this.#iteration = iteration;
    for (const { plot, now, series } of this.#plots) {
      const y = series.values[iteration];
      say(now, y === undefined || y === null ? "" : `${fixed(y)} at ${this.#word} ${this.#number(iteration)}`);
      plot.redraw(false);
    }
  }

  #add(series: Series): void {
    const now = element("span", { class: "mono dim" });
    const name = series.kind === "gradient" ? `${series.name}.grad` : series.name;
    const box = element("section", {}, element("h3", {}, name), now);
    this.element.append(box);
    const values = series.values.map((y) => (y !== null && Number.isFinite(y) ? y : null));
    const { palette } = this;
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const line = { stroke: palette.border, width: 1 };
    const plot = new uPlot(
      {
        width: Math.max(80, this.element.clientWidth - 2 * inset),
        height: 120,
        padding: [8, 8, 2, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false } },
        axes: [
          { show: false },
          {
            size: 54,
            stroke: palette.dim,
            font,
            grid: line,
            ticks: { show: false },
            space: 26,
            values: (_, splits) => splits.map(brief),
          },
        ],
        series: [{}, { stroke: curveOf(series, palette), width: 1.8, points: { show: values.length < 3 } }],
        hooks: { draw: [(of) => this.#mark(of, series)] },
      },
      [values.map((_, i) => i), values],
      box,
    );
    this.#plots.push({ plot, now, series });
  }

  #mark(plot: uPlot, series: Series): void {
    const y = series.values[this.#iteration];
    if (y === undefined || y === null || !Number.isFinite(y)) return;
    const { ctx } = plot;
    ctx.save();
    ctx.fillStyle = this.palette.foreground;
    ctx.beginPath();
    const at = plot.valToPos(this.#iteration, "x", true);
    ctx.arc(at, plot.valToPos(y, "y", true), 3.5 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.restore();
  }
}
