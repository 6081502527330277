import uPlot from "uplot";
import type { Finding } from "../src/recording/finding";
import type { Move } from "../src/recording/moves";
import type { Series } from "../src/recording/segment";
import { fixed, short } from "../src/recording/text";
import { element, mark, say } from "./dom";
import { Halts } from "./halts";
import { choice } from "./kit";
import { Marks } from "./marks";
import { tickText } from "./scales";
import type { Store } from "./store";
import type { Palette } from "./theme";
import { thinned } from "./thinned";

const axisWidth = 64;
const rightGap = 14;

/** The curve of the loss (or of another series) over the iterations, and the scrubber under it. */
export class Timeline {
  readonly element: HTMLElement;
  readonly #chart = element("div", { class: "chart" });
  readonly #scrubber = element("input", { type: "range", min: 0, max: 0, step: 1, class: "scrubber" });
  readonly #value = element("span", { class: "mono now" });
  readonly #others = element("span", { class: "others" });
  readonly #marks: Marks;
  readonly #halts: Halts;
  readonly #series;
  readonly #scale;
  #plot: uPlot | null = null;
  /** What the plot was made for: while that is the same, a growing run gives it data and nothing else. */
  #made = "";
  #shown: Series | undefined;
  #key: string | null = null;
  #iteration = -1;
  #hue = "";
  #pending = false;

  constructor(
    private readonly store: Store,
    private palette: Palette,
    private readonly move: (move: Move) => void,
    find: (finding: Finding) => void,
  ) {
    this.#marks = new Marks(store, find);
    this.#halts = new Halts(store, (cursor) => this.move({ to: "cursor", ...cursor }));
    this.#chart.append(this.#marks.element);
    this.#series = choice("Curve", (key) => {
      this.#key = key;
      this.refresh();
    });
    this.#scale = choice("Scale", (value) => store.set({ logarithmic: value === "log" }));
    this.#scale.element.classList.add("scale");
    this.#scrubber.addEventListener("input", () => this.#go(Number(this.#scrubber.value)));
    this.element = element(
      "footer",
      { class: "time", "aria-label": "Timeline" },
      element(
        "div",
        { class: "row" },
        this.#series.element,
        this.#value,
        this.#others,
        element("span", { class: "space" }),
        element("span", { class: "keys dim" }, "←/→ step · ↑/↓ phase · PgUp/PgDn epoch · Space play · F fit"),
        this.#scale.element,
      ),
      this.#chart,
      this.#halts.element,
      this.#scrubber,
    );
    new ResizeObserver(() => this.#resize()).observe(this.#chart);
    this.#chart.addEventListener("pointerdown", (event) => this.#drag(event));
  }

  /** The run grew or another curve is to be shown; drawn at most once a frame. */
  refresh(): void {
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => {
      this.#pending = false;
      this.#draw();
    });
  }

  /** The findings are others. */
  markFindings(): void {
    this.#marks.place(this.#plot);
  }

  /** The stops are others. */
  markStops(): void {
    this.#halts.place(this.#plot);
  }

  recolor(palette: Palette): void {
    this.palette = palette;
    this.#clear();
    this.refresh();
  }

  /** Puts the cursor's line at an iteration (−1: between iterations), in the hue of the phase. */
  show(iteration: number, hue: string): void {
    if (iteration === this.#iteration && hue === this.#hue) return;
    this.#hue = hue;
    if (iteration >= 0) this.#iteration = iteration;
    this.#say();
    this.#plot?.redraw(false);
  }

  #draw(): void {
    const { series, iterations } = this.store.outline;
    mark(this.element, "hidden", iterations < 2 || series.length === 0);
    if (iterations < 2 || series.length === 0) return;
    this.#shown = series.find((s) => s.key === this.#key) ?? series.find((s) => s.kind === "loss") ?? series[0];
    const name = (s: Series): string => (s.kind === "gradient" ? `${s.name}.grad` : s.name);
    this.#series.show(
      series.map((s) => [s.key, name(s)] as const),
      this.#shown?.key ?? "",
    );
    this.#scale.show(
      [
        ["linear", "linear"],
        ["log", "log"],
      ],
      this.store.ui.logarithmic ? "log" : "linear",
    );
    this.#scrubber.max = String(iterations - 1);
    mark(this.#scrubber, "aria-label", `${this.store.outline.word}, scrub`);
    if (this.#shown) this.#plotted(this.#shown);
    else this.#clear();
    this.#say();
  }

  #clear(): void {
    this.#plot?.destroy();
    this.#plot = null;
    this.#made = "";
    this.#marks.place(null);
    this.#halts.place(null);
  }

  #plotted(series: Series): void {
    const { logarithmic } = this.store.ui;
    const drawable = (y: number): number | null => (Number.isFinite(y) && (!logarithmic || y > 0) ? y : null);
    const beside = this.store.beside?.series.find(({ key }) => key === series.key);
    const curves = beside ? [series.values, beside.values] : [series.values];
    const [ours, theirs] = [series.values.length, beside?.values.length ?? 0];
    const columns = Math.max(1, this.#chart.clientWidth * devicePixelRatio);
    const data = thinned(curves, { from: 0, to: Math.max(ours, theirs) - 1 }, columns, drawable);
    const made = `${series.kind} ${logarithmic} ${ours < 3} ${beside && theirs < 3}`;
    if (this.#plot && made === this.#made) return this.#plot.setData(data);
    this.#clear();
    this.#made = made;
    this.#plot = this.#plotOf(series, data);
  }

  #plotOf(series: Series, data: uPlot.AlignedData): uPlot {
    const { palette } = this;
    const [, values, others] = data;
    const line = { stroke: palette.border, width: 1 };
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    return new uPlot(
      {
        width: this.#chart.clientWidth,
        height: this.#chart.clientHeight,
        padding: [8, rightGap, 6, 0],
        legend: { show: false },
        cursor: { show: false },
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- its enum exists in types only
        scales: { x: { time: false }, y: { distr: this.store.ui.logarithmic ? 3 : 1 } },
        axes: [
          { show: false },
          {
            size: axisWidth,
            stroke: palette.dim,
            font,
            grid: line,
            ticks: { show: false },
            gap: 6,
            space: 26,
            // On a logarithmic axis uPlot leaves some places without a number.
            values: (_, splits) => splits.map((y) => (Number.isFinite(y) ? tickText(y) : "")),
          },
        ],
        series: [
          {},
          { stroke: curveOf(series, palette), width: 2, spanGaps: false, points: { show: (values?.length ?? 0) < 3 } },
          ...(others
            ? [{ stroke: palette.foreground, width: 1.5, dash: [6, 4], points: { show: others.length < 3 } }]
            : []),
        ],
        hooks: { draw: [(plot) => this.#paintCursor(plot), (plot) => this.#mark(plot)] },
      },
      data,
      this.#chart,
    );
  }

  #mark(plot: uPlot): void {
    this.#marks.place(plot);
    this.#halts.place(plot);
  }

  #go(iteration: number): void {
    this.move({ to: "iterationIndex", index: iteration });
  }

  #paintCursor(plot: uPlot): void {
    if (this.#iteration < 0) return;
    const { ctx } = plot;
    const x = Math.round(plot.valToPos(this.#iteration, "x", true));
    const y = this.#shown?.values[this.#iteration];
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle =
      this.#hue === "gradient"
        ? this.palette.gradient
        : this.#hue === "update"
          ? this.palette.update
          : this.palette.value;
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(x, plot.bbox.top - 4 * devicePixelRatio);
    ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
    ctx.stroke();
    if (y !== undefined && y !== null && Number.isFinite(y) && (y > 0 || !this.store.ui.logarithmic)) {
      ctx.beginPath();
      ctx.arc(x, plot.valToPos(y, "y", true), 4 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.restore();
  }

  #say(): void {
    const at = Math.max(0, this.#iteration);
    const value = this.#shown?.values[at];
    const text = value === undefined ? "" : value === null ? "—" : fixed(value);
    say(this.#value, text);
    const beside = this.store.beside;
    const theirs = beside?.series.find(({ key }) => key === this.#shown?.key)?.values[at];
    if (beside && theirs !== undefined) {
      say(this.#others, `┄ ${Number.isNaN(theirs) ? "—" : fixed(theirs)} in ${beside.name}`);
      this.#tell(at, text);
      return;
    }
    const others = this.store.outline.series.filter((s) => s !== this.#shown && s.kind === "value").slice(0, 3);
    say(this.#others, others.map((s) => `${s.name} → ${shortOr(s.values[at])}`).join("   "));
    this.#tell(at, text);
  }

  #tell(at: number, text: string): void {
    if (this.#scrubber.value !== String(at)) this.#scrubber.value = String(at);
    const label = this.store.outline.labels[this.store.outline.segmentOf(at)] ?? "";
    mark(this.#scrubber, "aria-valuetext", `${label}, ${this.#shown?.name ?? ""} ${text}`);
  }

  #drag(event: PointerEvent): void {
    const to = (at: PointerEvent): void => {
      if (!this.#plot) return;
      const { left } = this.#plot.over.getBoundingClientRect();
      const iteration = Math.round(this.#plot.posToVal(at.clientX - left, "x"));
      const last = this.store.outline.iterations - 1;
      const wanted = Math.max(0, Math.min(last, iteration));
      if (wanted !== this.#iteration) this.#go(wanted);
    };
    event.preventDefault();
    this.#chart.setPointerCapture(event.pointerId);
    to(event);
    this.#chart.addEventListener("pointermove", to);
    this.#chart.addEventListener("lostpointercapture", () => this.#chart.removeEventListener("pointermove", to), {
      once: true,
    });
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#chart;
    if (width === 0 || height === 0) return;
    this.#plot?.setSize({ width, height });
    this.refresh();
  }
}

function shortOr(x: number | null | undefined): string {
  return x === null || x === undefined ? "—" : short(x);
}

/** The colour of a curve: what flows forward, what flows back. */
export function curveOf(series: Series, palette: Palette): string {
  return series.kind === "loss" ? palette.negative : series.kind === "gradient" ? palette.gradient : palette.value;
}
