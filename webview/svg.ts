import type { Box } from "./cards";
import type { Pen } from "./pen";

/** Writes down as SVG what is painted with it: text stays text. */
export class SvgPen implements Pen {
  fillStyle: Pen["fillStyle"] = "black";
  strokeStyle: Pen["strokeStyle"] = "black";
  lineWidth = 1;
  globalAlpha = 1;
  font = "";
  textAlign: CanvasTextAlign = "left";
  /** Text stands on its line, whatever else is asked for. */
  textBaseline: CanvasTextBaseline = "alphabetic";
  readonly #parts: string[] = [];
  #path = "";
  #dash: readonly number[] = [];

  constructor(
    private readonly box: Box,
    private readonly ruler: Pick<CanvasRenderingContext2D, "font" | "measureText">,
  ) {}

  /** The document, with what it shows as its title. */
  document(title: string): string {
    const { x, y, width, height } = this.box;
    const view = [x, y, width, height].map(number).join(" ");
    const size = `width="${number(width)}" height="${number(height)}"`;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="${view}" role="img" xml:space="preserve">`,
      `<title>${escaped(title)}</title>`,
      ...this.#parts,
      "</svg>",
      "",
    ].join("\n");
  }

  beginPath(): void {
    this.#path = "";
  }

  closePath(): void {
    this.#path += "Z";
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${number(x)} ${number(y)}`;
  }

  /** The first point of a path is where it begins. */
  lineTo(x: number, y: number): void {
    this.#path += `${this.#path === "" ? "M" : "L"}${number(x)} ${number(y)}`;
  }

  bezierCurveTo(...points: [number, number, number, number, number, number]): void {
    this.#path += `C${points.map(number).join(" ")}`;
  }

  arc(x: number, y: number, radius: number, start: number, end: number): void {
    const middle = (start + end) / 2;
    this.lineTo(x + radius * Math.cos(start), y + radius * Math.sin(start));
    // SVG draws no arc that ends where it begins, so each is drawn in two halves.
    for (const angle of [middle, end]) {
      const to = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
      this.#path += `A${[radius, radius, 0, 0, 1, ...to].map(number).join(" ")}`;
    }
  }

  roundRect(
    x: number,
    y: number,
    width: number,
    height: number,
    radii: number | DOMPointInit | Iterable<number | DOMPointInit> = 0,
  ): void {
    const r = Math.min(typeof radii === "number" ? radii : 0, width / 2, height / 2);
    const corner = (dx: number, dy: number): string => `a${[r, r, 0, 0, 1, dx, dy].map(number).join(" ")}`;
    const [across, down] = [number(width - 2 * r), number(height - 2 * r)];
    this.moveTo(x + r, y);
    this.#path += `h${across}${corner(r, r)}v${down}${corner(-r, r)}h-${across}${corner(-r, -r)}v-${down}${corner(r, -r)}Z`;
  }

  fill(): void {
    this.#parts.push(`<path d="${this.#path}"${this.#color("fill", this.fillStyle)}/>`);
  }

  stroke(): void {
    const dash = this.#dash.length === 0 ? "" : ` stroke-dasharray="${this.#dash.map(number).join(" ")}"`;
    const line = `${this.#color("stroke", this.strokeStyle)} stroke-width="${number(this.lineWidth)}"${dash}`;
    this.#parts.push(`<path d="${this.#path}" fill="none"${line}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const place = `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
    this.#parts.push(`<rect ${place}${this.#color("fill", this.fillStyle)}/>`);
  }

  fillText(text: string, x: number, y: number): void {
    const [, italic, bold, size = "", family = ""] = /^(italic )?(600 )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const look = [
      `font-family="${escaped(family)}" font-size="${number(Number(size))}"`,
      italic === undefined ? "" : ' font-style="italic"',
      bold === undefined ? "" : ' font-weight="600"',
      this.textAlign === "center" ? ' text-anchor="middle"' : "",
      this.#color("fill", this.fillStyle),
    ];
    this.#parts.push(`<text x="${number(x)}" y="${number(y)}" ${look.join("")}>${escaped(text)}</text>`);
  }

  measureText(text: string): TextMetrics {
    this.ruler.font = this.font;
    return this.ruler.measureText(text);
  }

  setLineDash(dash: Iterable<number>): void {
    this.#dash = [...dash];
  }

  /** Many programs that read SVG know no `rgba()`. */
  #color(attribute: "fill" | "stroke", style: Pen["fillStyle"]): string {
    const text = typeof style === "string" ? style : "none";
    const [, rgb, alpha = "1"] = /^rgba\((.*), ([\d.]+)\)$/.exec(text) ?? [];
    const opacity = this.globalAlpha * Number(alpha);
    const color = rgb === undefined ? text : `rgb(${rgb})`;
    return ` ${attribute}="${color}"${opacity === 1 ? "" : ` ${attribute}-opacity="${number(opacity)}"`}`;
  }
}

function number(x: number): string {
  return String(Math.round(x * 100) / 100);
}

/** Text inside an element or an attribute; XML has no room for most control characters. */
function escaped(text: string): string {
  return text
    .replace(/\p{Cc}/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
