import type { Result } from "./given";
import { fixed, short, valueText } from "./text";
import type { Value } from "./value";

/** What an expression came to. */
export type Outcome = Exclude<Result, { error: string }>["value"];

const room = 60;

/** What an expression came to, in one line. */
export function givenText(value: Outcome): string {
  switch (value.type) {
    case "number":
      return numberText(value.number);
    case "text":
      return JSON.stringify(value.text);
    case "boolean":
      return String(value.on);
    case "null":
    case "undefined":
      return value.type;
    case "unknown":
      return value.reason.replace(/^is /, "");
    case "module":
      return "Module";
    case "list":
      return `[${value.items.map(givenText).join(", ")}]`;
    case "tensor": {
      const { shape, dtype, data } = value.tensor;
      const held: Value | null = data && { shape, dtype, data };
      return held ? valueText(held, room) : "not recorded";
    }
  }
}

/** A plain number as the Variables view has it: integers as they are, others with up to four decimals. */
export function numberText(x: number): string {
  return Number.isInteger(x) ? short(x) : fixed(x).replace(/0+$/, "");
}
