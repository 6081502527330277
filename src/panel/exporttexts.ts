import type { Session } from "../session/session";

/** What a run can be exported as. */
export const formats = [
  {
    format: "html",
    label: "HTML page",
    detail: "The whole recording with this page in it. Opens in any browser, without a network.",
  },
  { format: "svg", label: "SVG", detail: "The graph at this moment as a drawing, in the colours of the theme." },
  { format: "png", label: "PNG", detail: "The graph at this moment as a picture, in the colours of the theme." },
  {
    format: "dot",
    label: "Graphviz DOT",
    detail: "The graph at this moment, unfolded, with names, ops, shapes, values and gradients.",
  },
  { format: "csv", label: "CSV", detail: "Losses, parameters and gradients, a row for each iteration." },
] as const;

/** A way to export a run. */
export type Format = (typeof formats)[number];

/** Browsers open larger pages slowly. */
const large = 50_000_000;

/** What to ask before a page of so many bytes is written; "" for nothing. */
export function sizeQuestion(bytes: number): string {
  if (bytes <= large) return "";
  const size = `${Math.round(bytes / 1e6)} MB`;
  return `The page would have ${size}, and browsers take long to open it. A run with fewer iterations, or with fewer elements kept of each tensor (setting backstep.recording.elements), makes a smaller one.`;
}

/** "one-weight-epoch-3-step-5.svg": the run, and for what shows one moment the moment. */
export function fileName({ facts, outline, cursor }: Session, format: Format["format"]): string {
  const run = facts.title.replace(/\.([cm]?[jt]sx?|backstep)$/, "");
  const segment = outline.segments[cursor?.segment ?? -1];
  const whole = format === "html" || format === "csv" || !segment || !cursor;
  const moment = whole ? "" : ` ${outline.label(segment)} step ${cursor.step + 1}`;
  const plain = `${run}${moment}`.replace(/[^\p{L}\p{N}._]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
  return `${plain === "" ? "run" : plain.slice(0, 100)}.${format}`;
}
