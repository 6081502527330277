import { short, whole } from "./text";

/** A node of the graph, and which of its elements. */
export interface Link {
  readonly node: number;
  readonly element: number;
}

/** What a piece is about; surfaces choose the colour. */
export type Hue = "value" | "gradient" | "update" | "";

/** A piece of a line of mathematics: what it says, not how it looks. */
export type Piece =
  /** A number of this moment; `link` is where it comes from. */
  | { readonly kind: "number"; readonly text: string; readonly hue: Hue; readonly link?: Link }
  /** A variable or an op's result, with index letters ("ij") or none. */
  | { readonly kind: "name"; readonly text: string; readonly index: string; readonly hue: Hue; readonly link?: Link }
  /** ∂L/∂x. */
  | { readonly kind: "slope"; readonly by: string; readonly index: string; readonly link?: Link }
  /** An operator or a bracket; `prefix` is a minus that belongs to what follows it. */
  | { readonly kind: "sign"; readonly text: string; readonly prefix?: true }
  | { readonly kind: "sum"; readonly index: string }
  | { readonly kind: "power"; readonly base: Line; readonly exponent: Line }
  | { readonly kind: "fraction"; readonly above: Line; readonly below: Line }
  | { readonly kind: "root" | "size"; readonly inside: Line }
  | { readonly kind: "words"; readonly text: string };

/** Pieces from left to right. */
export type Line = readonly Piece[];

/** A number as a piece. */
export function number(x: number, hue: Hue = "", link?: Link): Piece {
  const text = Number.isSafeInteger(x) ? whole(x) : short(x);
  return link === undefined ? { kind: "number", text, hue } : { kind: "number", text, hue, link };
}

/** An operator or a bracket as a piece. */
export function sign(text: string): Piece {
  return { kind: "sign", text };
}

/** The minus before what it negates. */
export const minus: Piece = { kind: "sign", text: "−", prefix: true };

/** Words as a piece. */
export function words(text: string): Piece {
  return { kind: "words", text };
}

/** A number that stands after an operator: in brackets when it is negative. */
export function operand(x: number, hue: Hue = "", link?: Link): Line {
  const piece = number(x, hue, link);
  return x < 0 ? [sign("("), piece, sign(")")] : [piece];
}

const raised = new Map(Array.from("0123456789−ᵀy", (letter, k) => [letter, Array.from("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀʸ")[k]]));
const lowered: Readonly<Record<string, string>> = { i: "ᵢ", j: "ⱼ", k: "ₖ", l: "ₗ", m: "ₘ", n: "ₙ" };

/** A line as plain text: "∂L/∂w = Σᵢ ∂L/∂yPredᵢ · Xᵢ". */
export function lineText(line: Line): string {
  let text = "";
  let tight = true;
  for (const piece of line) {
    let next = pieceText(piece);
    if (next === "") continue;
    if (piece.kind === "fraction" && next.startsWith("−") && /[+−·/]$/.test(text)) next = `(${next})`;
    text += tight || /^[)\],]/.test(next) ? next : ` ${next}`;
    tight = /[([√]$/.test(next) || (piece.kind === "sign" && piece.prefix === true);
  }
  return text;
}

function pieceText(piece: Piece): string {
  switch (piece.kind) {
    case "number":
    case "sign":
    case "words":
      return piece.text;
    case "name":
      return piece.text + indexText(piece.index);
    case "slope":
      return `∂L/∂${piece.by}${indexText(piece.index)}`;
    case "sum":
      return `Σ${indexText(piece.index)}`;
    case "power": {
      const [base, exponent] = [lineText(piece.base), lineText(piece.exponent)];
      const letters = Array.from(exponent, (letter) => raised.get(letter));
      if (!letters.includes(undefined)) return base + letters.join("");
      return `${base}^${piece.exponent.length > 1 || piece.exponent[0]?.kind === "power" ? `(${exponent})` : exponent}`;
    }
    case "fraction":
      return `${bracketed(piece.above, isSum)} / ${bracketed(piece.below, (line) => line.length > 1 || isRatio(line))}`;
    case "size":
      return `|${lineText(piece.inside)}|`;
    case "root": {
      const inside = lineText(piece.inside);
      return piece.inside.length > 1 || isRatio(piece.inside) ? `√(${inside})` : `√${inside}`;
    }
  }
}

function bracketed(line: Line, needed: (line: Line) => boolean): string {
  return needed(line) ? `(${lineText(line)})` : lineText(line);
}

/** Whether a line has a plus or a minus outside of its brackets. */
function isSum(line: Line): boolean {
  let depth = 0;
  return line.some((piece) => {
    if (piece.kind !== "sign") return false;
    if (piece.text.endsWith("(")) depth++;
    else if (piece.text === ")") depth--;
    return depth === 0 && piece.prefix !== true && (piece.text === "+" || piece.text === "−");
  });
}

function isRatio(line: Line): boolean {
  return line.length === 1 && line[0]?.kind === "fraction";
}

/** Index letters below the line, numbers in brackets. */
function indexText(index: string): string {
  if (index === "") return "";
  const letters = Array.from(index, (letter) => lowered[letter]);
  return letters.includes(undefined) ? `[${index}]` : letters.join("");
}
