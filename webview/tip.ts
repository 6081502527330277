import type { Series } from "../src/recording/segment";
import { fixed } from "../src/recording/text";
import type { Tip } from "../src/recording/tip";
import type { Box } from "./cards";
import { drawing, element } from "./dom";
import { thinned } from "./thinned";

const width = 262;
const gap = 12;

/** The tooltip of a node: what it is, what it holds, where that came from, how it went over the run. */
export class TipView {
  readonly element = element("div", { class: "tip", role: "tooltip", hidden: true });

  /** Shows a tip and a short explanation under, over or beside a card, inside the graph's area. */
  show(
    tip: Tip,
    why: readonly string[],
    card: Box,
    area: { readonly width: number; readonly height: number },
    word: string,
  ): void {
    this.element.replaceChildren(
      element("h4", {}, element("b", {}, tip.title), element("span", { class: "dim" }, ` · ${tip.subtitle}`)),
      element(
        "table",
        { class: "mono" },
        ...tip.rows.map(({ label, text, hue }) =>
          element("tr", {}, element("td", {}, label), element("td", { class: hue === "" ? null : hue }, text)),
        ),
      ),
    );
    this.element.append(...why.map((line) => element("p", { class: "why" }, line)));
    if (tip.series) this.element.append(...sparkline(tip.series, tip.iteration, word));
    this.element.hidden = false;
    const { offsetHeight: height, offsetWidth: wide } = this.element;
    const below = card.y + card.height + gap;
    const above = card.y - gap - height;
    const fits = below + height <= area.height - 4;
    const beside = card.x + card.width + gap + wide <= area.width;
    const x = fits || above >= 4 || !beside ? card.x + 8 : card.x + card.width + gap;
    const y = fits ? below : above >= 4 ? above : beside ? card.y : area.height - height - 4;
    this.element.style.left = `${Math.round(Math.max(4, Math.min(area.width - wide - 4, x)))}px`;
    this.element.style.top = `${Math.round(Math.max(4, Math.min(area.height - height - 4, y)))}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}

function sparkline(series: Series, iteration: number, word: string): Element[] {
  const [w, h, edge] = [width - 28, 28, 3];
  const last = series.values.length - 1;
  const end = series.values[last] ?? null;
  const finite = (v: number): number | null => (Number.isFinite(v) ? v : null);
  const [at, drawn = []] = thinned([series.values], { from: 0, to: last }, w, finite);
  const [low, high] = extent(drawn.filter((v) => v !== null));
  const x = (i: number): number => edge + (i / Math.max(1, last)) * (w - 2 * edge);
  const y = (v: number): number => h - edge - ((v - low) / (high - low || 1)) * (h - 2 * edge);
  let path = "";
  let pen = "M";
  drawn.forEach((v, k) => {
    if (v !== null) path += `${pen}${x(at[k] ?? 0).toFixed(1)} ${y(v).toFixed(1)}`;
    pen = v === null ? "M" : "L";
  });
  const now = series.values[iteration];
  const shapes = [drawing("path", { d: path, class: series.kind === "gradient" ? "curve gradient" : "curve" })];
  if (now !== undefined && now !== null && Number.isFinite(now)) {
    shapes.push(drawing("circle", { cx: x(iteration), cy: y(now), r: 2.5 }));
  }
  const count = series.values.length;
  const plural = `${count} ${word}${count === 1 ? "" : /[sxz]$|tch$/.test(word) ? "es" : "s"}`;
  return [
    drawing("svg", { width: w, height: h, viewBox: `0 0 ${w} ${h}`, class: "spark", "aria-hidden": "true" }, ...shapes),
    element("div", { class: "dim over" }, `${series.name} over ${plural} → ${end === null ? "—" : fixed(end)}`),
  ];
}

function extent(numbers: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const x of numbers) {
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  return [low, high];
}
