/** The kinds of theme. */
export type ThemeKind = "light" | "dark" | "hc" | "hcLight";

/** The colours of a picture that cannot use the theme's own: the defaults of `backstep.value` and its like. */
const palette: Record<ThemeKind, { readonly line: Record<"value" | "gradient", string>; readonly dot: string }> = {
  light: { line: { value: "#652d90", gradient: "#a64d00" }, dot: "#000000" },
  dark: { line: { value: "#b180d7", gradient: "#f48b3c" }, dot: "#ffffff" },
  hc: { line: { value: "#d9a8ff", gradient: "#ffa657" }, dot: "#ffffff" },
  hcLight: { line: { value: "#5b1f8c", gradient: "#8f3d00" }, dot: "#000000" },
};

const width = 220;
const height = 36;
const margin = 4;
/** More points than this cannot be told apart at this width. */
const most = 2 * width;

/** A course of numbers as an SVG data URI, with a dot at the iteration in view; gaps where a number is not finite. */
export function sparkline(
  values: readonly (number | null)[],
  iteration: number,
  hue: "value" | "gradient",
  theme: ThemeKind,
): string {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity);
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  const x = (i: number) => round(margin + ((width - 2 * margin) * i) / Math.max(1, values.length - 1));
  const y = (value: number) =>
    round(high === low ? height / 2 : height - margin - ((height - 2 * margin) * (value - low)) / (high - low));
  const every = Math.max(1, Math.ceil(values.length / most));
  let path = "";
  let pen = "M";
  for (const [i, value] of values.entries()) {
    if (i % every !== 0 && i !== values.length - 1) continue;
    if (value === null || !Number.isFinite(value)) {
      pen = "M";
      continue;
    }
    path += `${pen}${x(i)} ${y(value)}`;
    pen = "L";
  }
  const { line, dot } = palette[theme];
  const now = values[iteration];
  const here =
    now !== undefined && now !== null && Number.isFinite(now)
      ? `<circle cx="${x(iteration)}" cy="${y(now)}" r="3" fill="${dot}"/>`
      : "";
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<path d="${path}" fill="none" stroke="${line[hue]}" stroke-width="1.5" stroke-linejoin="round"/>${here}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}
