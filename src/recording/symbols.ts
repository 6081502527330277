import { whole } from "./text";

const symbols: Readonly<Record<string, string>> = {
  add: "+",
  sub: "−",
  rsub: "−",
  mul: "×",
  div: "÷",
  pow: "ˣʸ",
  neg: "−",
  abs: "|x|",
  exp: "eˣ",
  log: "ln",
  sqrt: "√",
  sum: "Σ",
  mean: "μ",
  var: "σ²",
  std: "σ",
  max: "↑",
  min: "↓",
  matmul: "@",
  mm: "@",
  mv: "@",
  addmm: "@",
  outer: "@",
  mseLoss: "Δ²",
  t: "⊤",
  bmm: "@",
  dot: "·",
  linear: "@",
  eq: "=",
  ne: "≠",
  lt: "<",
  le: "≤",
  gt: ">",
  ge: "≥",
  where: "?",
  relu: "∠",
  sigmoid: "σ",
  tanh: "∿",
  sin: "∿",
  cos: "∿",
  reshape: "▭",
  view: "▭",
  flatten: "▭",
  transpose: "⊤",
  permute: "⊤",
  expand: "⇔",
  at: "[ ]",
  slice: "[ ]",
  select: "[ ]",
  cat: "⧺",
  stack: "⧺",
};

/** Sign of an op for a card's badge: "×" for mul, "ƒ" for what has none of its own. */
export function symbolOf(op: string, attrs: string): string {
  const name = op.replace(/_$/, "");
  if (name === "pow") return attrs === "2" ? "ˣ²" : attrs === "3" ? "ˣ³" : "ˣʸ";
  return symbols[name] ?? "ƒ";
}

/** Sign between two operands in a line of text, undefined for ops that are written as calls. */
export function infixOf(op: string): string | undefined {
  switch (op) {
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "matmul":
    case "dot":
      return symbols[op];
    default:
      return undefined;
  }
}

/** An op's attributes in a few words: "dim 1, keepdim"; shapes as "[2, 3]". What its name says, and all dims of an input of `rank`, go without saying. */
export function attrsText(op: string, attrs: Readonly<Record<string, unknown>>, rank: number): string {
  if (op === "t") return "";
  const parts: string[] = [];
  for (const [name, value] of Object.entries(attrs)) {
    if (name === "reduction" && value === "mean") continue;
    if (name === "dim" && Array.isArray(value) && value.length === rank && attrs["keepdim"] !== true) continue;
    if (name === "dim" && Array.isArray(value) && value.length === 1) parts.push(`dim ${String(value[0])}`);
    else if (value === true) parts.push(name);
    else if (typeof value === "number") parts.push(`${name} ${whole(value)}`);
    else if (typeof value === "string") parts.push(name === "dtype" ? value : `${name} ${value}`);
    else if (Array.isArray(value) && value.length > 0)
      parts.push(`${name === "shape" || name === "size" ? "" : `${name} `}[${value.map(String).join(", ")}]`);
  }
  return parts.join(", ");
}
