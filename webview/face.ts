import type { OtherMoment, PanelDifference } from "../src/panel/messages";
import { rowLetters } from "../src/recording/cards";
import type { GraphNode } from "../src/recording/graph";
import type { Owner } from "../src/recording/joined";
import type { Moment, NodeMoment } from "../src/recording/moment";
import { shapeText, short, valueText } from "../src/recording/text";
import type { Value } from "../src/recording/value";
import { type Face, type Row, toCome } from "./cards";

/** What the card of a node shows at a moment; `sum` is its gradient as the sum of what its uses brought, "" for one use. */
export function faceOf(
  node: GraphNode,
  at: NodeMoment,
  moment: Moment,
  width: number,
  { apart = "", sum = "", owner = "both" }: { apart?: string; sum?: string; owner?: Owner } = {},
): Face {
  const current = moment.step?.node === node.index;
  return {
    ...headingOf(node),
    rows: rowsOf(node, at, moment.root, rowLetters(width), sum),
    toCome: at.value === null,
    reached: at.gradient.state === "none" ? "value" : "gradient",
    touched: at.touched,
    current,
    apart,
    owner,
    folded: false,
  };
}

/** What the card of a node that only the run beside this one has shows at its moment. */
export function otherFace(node: GraphNode, { value, gradient, field, touched }: OtherMoment): Face {
  const labelled = field !== null;
  return {
    ...headingOf(node),
    rows: [
      row(labelled ? "value" : "", value ?? toCome, "value", touched === "value"),
      ...(node.requiresGrad ? [row(labelled ? "∂L" : "∂", gradient ?? toCome, "gradient", false)] : []),
      ...(labelled ? [row(".grad", field, "gradient", true)] : []),
    ],
    toCome: value === null,
    reached: gradient === null ? "value" : "gradient",
    touched,
    current: false,
    apart: "",
    owner: "there",
    folded: false,
  };
}

function headingOf({
  kind,
  label,
  named,
  symbol,
  shape,
}: GraphNode): Pick<Face, "title" | "named" | "symbol" | "note"> {
  const note = kind === "leaf" ? `${shapeText(shape)} leaf` : kind === "number" ? "number" : shapeText(shape);
  return { title: label, named, symbol, note };
}

/** How a node differs from its partner in the run beside this one, in few letters. */
export function apartText(difference: PanelDifference | undefined, tolerance: number): string {
  const { ofValue, ofGradient, apart } = difference ?? { ofValue: null, ofGradient: null, apart: null };
  if (ofValue !== null && ofValue > tolerance) return `Δ ${apart === null ? share(ofValue) : short(apart)}`;
  return ofGradient !== null && ofGradient > tolerance ? `Δ∂ ${share(ofGradient)}` : "";
}

/** "90 %" */
export function share(x: number): string {
  return Number.isFinite(x) ? `${short(Number((100 * x).toPrecision(3)))} %` : "∞";
}

function rowsOf(node: GraphNode, at: NodeMoment, root: string, room: number, sum: string): Row[] {
  const labelled = at.field.shown;
  const wide = labelled ? Math.max("value".length, gradientLabel(node).length) + 1 : 0;
  const text = (value: Value | null, taken: number): string => (value === null ? toCome : onCard(value, room - taken));
  const rows: Row[] = [row(labelled ? "value" : "", text(at.value, wide), "value", at.touched === "value")];
  if (node.requiresGrad) {
    const isRoot = root !== "" && node.label === root;
    const label = labelled || isRoot ? gradientLabel(node) : "∂";
    rows.push(row(label, gradientText(at, room - label.length - (label === "∂" ? 0 : 1), sum), "gradient", false));
  }
  if (labelled) {
    const field = at.field.value === null ? "null" : onCard(at.field.value, room - wide - (at.field.stale ? 6 : 0));
    rows.push(row(".grad", at.field.stale ? `${field} stale` : field, "gradient", true));
  }
  return rows;
}

/** "∂L/∂w" where the name is short, else "∂". */
export function gradientLabel(node: GraphNode): string {
  return node.named && node.label.length <= 3
    ? `∂L/∂${node.label}`
    : node.named && node.label === "loss"
      ? "∂L/∂L"
      : "∂L";
}

function gradientText({ gradient }: NodeMoment, room: number, sum: string): string {
  if (gradient.state === "none") return toCome;
  const share = gradient.state === "waiting" ? `${gradient.got} of ${gradient.of}` : "";
  for (const added of sum === "" ? [] : [sum, sum.replace(/ /g, "")]) {
    const text = [added, share].filter(Boolean).join(" ");
    if (text.length <= room) return text;
  }
  const value =
    gradient.value === null
      ? share === ""
        ? "not recorded"
        : ""
      : onCard(gradient.value, room - (share === "" ? 0 : share.length + 1));
  return [value, share].filter(Boolean).join(" ");
}

function row(label: string, text: string, hue: Row["hue"], strong: boolean): Row {
  return { label, text, hue, strong };
}

/** The card says the shape, so a value that is cut need not say how many there are. */
function onCard(value: Value, room: number): string {
  return valueText(value, room).replace(/…\] of \d+$/, "…]");
}
