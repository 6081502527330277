import type { ColumnQuestion } from "./column";
import { short } from "./text";

type Call = Omit<ColumnQuestion, "element">;

/** Where functions have a corner, and the slope that is taken there. */
const corners: Readonly<Record<string, readonly [at: number, slope: string]>> = {
  relu: [0, "0, as to its left"],
  abs: [0, "0, halfway between −1 and 1"],
  leakyRelu: [0, "that of its left side"],
  rrelu: [0, "that of its left side"],
  elu: [0, "that of its left side"],
  selu: [0, "that of its left side"],
  softshrink: [0, "0"],
  sign: [0, "0"],
};

/** Steps that are level almost everywhere. */
const level = new Set(["sign", "floor", "ceil", "round", "trunc"]);

/** What a gate did with the gradient of an element, as a sentence; "" for what is no gate, and at its corner. */
export function gateOf(call: Call, element: number, name: string): string {
  const x = call.operands[call.operand]?.data[element] ?? NaN;
  const op = call.op.replace(/_$/, "");
  if (op !== "relu" || x === 0 || Number.isNaN(x)) return "";
  return x > 0
    ? `${name} is ${short(x)}, above 0, so relu lets the gradient through.`
    : `${name} is ${short(x)}, below 0, so relu lets nothing through.`;
}

/** What is agreed on where a function has no slope of its own at this element, as a sentence; "" where it has one. */
export function conventionOf(call: Call, element: number, name: string): string {
  const x = call.operands[call.operand]?.data[element] ?? NaN;
  const op = call.op.replace(/_$/, "");
  if (level.has(op)) return `${op} is level between its jumps, so its slope counts as 0 everywhere.`;
  const corner = corners[op];
  if (corner !== undefined && x === corner[0])
    return `${op} has a corner at ${short(corner[0])}, and ${name} is exactly there: the slope taken there is ${corner[1]}.`;
  if ((op === "clamp" || op === "hardtanh") && (x === call.attrs.min || x === call.attrs.max))
    return `${name} lies exactly on a bound of ${op}: ${op === "clamp" ? "there the gradient still passes" : "there none passes"}.`;
  if (op === "maximum" || op === "minimum") return tieOfTwo(call, op, element, name);
  if (op === "max" || op === "min" || op === "amax" || op === "amin") return tieOfMany(call, op, element, name);
  return "";
}

function tieOfTwo(call: Call, op: string, element: number, name: string): string {
  const [a, b] = call.operands;
  if (a === undefined || b === undefined || String(a.shape) !== String(b.shape)) return "";
  return a.data[element] === b.data[element]
    ? `${name} and the other are equal, so ${op} gives half of the gradient to each.`
    : "";
}

function tieOfMany(call: Call, op: string, element: number, name: string): string {
  const data = call.operands[0]?.data ?? [];
  const whole = call.outputs.length === 1 && call.outputs[0]?.data.length === 1;
  const best = call.outputs[0]?.data[0];
  if (!whole || data[element] !== best) return "";
  const ties = Array.from(data).filter((x) => x === best).length;
  return ties > 1 ? `${name} ties with ${ties - 1} other${ties > 2 ? "s" : ""}: ${op} gives each an equal share.` : "";
}
