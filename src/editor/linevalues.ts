import type { Program } from "../recording/format";
import type { Cursor } from "../recording/moves";
import type { Recording } from "../recording/recording";
import type { OutlineData } from "../recording/segment";
import { fixed, short, valueText } from "../recording/text";
import { variableOf, type Held } from "../recording/variable";

/** What the variables that are written on a line hold. */
export interface LineValues {
  /** 0-based line of the recorded source. */
  readonly line: number;
  readonly parts: readonly LineValue[];
}

/** "w = 0.3000  ∇ −30" */
export interface LineValue {
  readonly value: string;
  /** The `.grad` of a leaf, "" for none. */
  readonly gradient: string;
}

/** A constant that is written as a number says it itself. */
const literal = /^\s*=\s*-?[\d._]+(e[+-]?\d+)?\s*[;,]?\s*(\/\/.*)?$/i;
const room = 34;
/** A line says so many values at most. */
const most = 3;

/** The values at the ends of the lines that write variables, at a cursor. */
export function lineValues(
  recording: Recording,
  outline: OutlineData,
  cursor: Cursor,
  program: Program,
): readonly LineValues[] {
  const lines = new Map<number, LineValue[]>();
  const texts = program.text.split("\n");
  for (const { id, name, kind, declaration } of program.bindings) {
    if (kind === "import" || kind === "function" || kind === "parameter") continue;
    if (kind === "const" && literal.test((texts[declaration.line] ?? "").slice(declaration.endColumn))) continue;
    const parts = lines.get(declaration.line) ?? [];
    if (parts.length >= most) continue;
    const held = variableOf(recording, outline, cursor, id)?.held;
    const part = held && partOf(name, held);
    if (!part) continue;
    parts.push(part);
    lines.set(declaration.line, parts);
  }
  return [...lines].map(([line, parts]) => ({ line, parts })).sort((a, b) => a.line - b.line);
}

/** Null for what a line has no room for. */
function partOf(name: string, held: Held): LineValue | null {
  switch (held.type) {
    case "number":
      return {
        value: `${name} = ${Number.isInteger(held.number) ? short(held.number) : fixed(held.number)}`,
        gradient: "",
      };
    case "boolean":
    case "null":
      return { value: `${name} = ${held.text}`, gradient: "" };
    case "tensor": {
      const { value, grad } = held.tensor;
      if (!value) return null;
      const gradient = grad
        ? grad.shape.length === 0 && grad.data
          ? short(grad.data[0] ?? NaN)
          : valueText(grad, room)
        : "";
      return { value: `${name} = ${valueText(value, room)}`, gradient };
    }
    default:
      return null;
  }
}
