/** The colours of the picture as `rgb(…)`, and its font, taken from the theme in use. */
export interface Palette {
  readonly background: string;
  readonly card: string;
  readonly border: string;
  readonly foreground: string;
  readonly dim: string;
  readonly value: string;
  readonly gradient: string;
  readonly update: string;
  readonly negative: string;
  readonly positive: string;
  readonly error: string;
  readonly warning: string;
  readonly focus: string;
  readonly mono: string;
  readonly highContrast: boolean;
}

/** The hue of each thing that can happen: values flow, gradients flow, parameters change. */
export type Hue = "value" | "gradient" | "update";

const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** Any CSS colour as Cytoscape and canvases understand it. */
function resolved(color: string): string {
  if (!pixel) return color;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = color;
  pixel.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, a = 255] = pixel.getImageData(0, 0, 1, 1).data;
  return a === 255 ? `rgb(${r}, ${g}, ${b})` : `rgba(${r}, ${g}, ${b}, ${(a / 255).toFixed(3)})`;
}

/** Reads the colours that page.css derives from the theme. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.body);
  const color = (name: string): string => resolved(style.getPropertyValue(`--${name}`).trim());
  const classes = document.body.classList;
  return {
    background: color("ground"),
    card: color("card"),
    border: color("card-border"),
    foreground: color("ink"),
    dim: color("dim"),
    value: color("value"),
    gradient: color("gradient"),
    update: color("update"),
    negative: color("negative"),
    positive: color("positive"),
    error: color("error"),
    warning: color("warning"),
    focus: color("focus"),
    mono: style.getPropertyValue("--mono").trim(),
    highContrast: classes.contains("vscode-high-contrast") || classes.contains("vscode-high-contrast-light"),
  };
}

/** Calls `changed` after the user picked another theme. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["style", "class"] });
  observer.observe(document.body, { attributeFilter: ["class", "data-vscode-theme-id"] });
}
