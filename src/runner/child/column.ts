import { type Tensor, tensor } from "../../engine/index";
import { isTensor } from "../../engine/build";
import { gradientsOf } from "../../engine/backward";
import { type Call, type Op, opsNamed, savedAs } from "../../engine/op";
import { fitted } from "../../engine/rule";
import type { Column, ColumnQuestion, Full } from "../../recording/column";

/**
 * The column ∂y/∂xᵢ out of the op's own gradient rule. The rule is linear in the gradient g that comes in, so the slope
 * of its element i by g is the whole column at once: Σⱼ gⱼ · ∂yⱼ/∂xᵢ is what the rule sent.
 */
export function columnOf(question: ColumnQuestion): Column {
  const operands = question.operands.map(made);
  const outputs = question.outputs.map(made);
  const operand = operands[question.operand];
  const call: Call = { attrs: question.attrs, numbers: question.numbers };
  const op = chosen(question, operands, call);
  if (operand === undefined) throw new Error(`${question.op} has no operand ${question.operand}.`);
  const gradients = question.gradients.map((each) => (each === null ? null : made(each).requiresGrad_()));
  const element = (given: readonly (Tensor | null)[]): Tensor | null => {
    const sent = ruleOf(op, question.operand, given, operands, outputs, call);
    return sent && fitted(sent, operand.shape, operand.dtype).reshape([-1]).select(0, question.element);
  };
  const sent = element(gradients);
  const asked = gradients.filter((each) => each !== null);
  // A rule that gives zeros whatever comes in has no history.
  const found = sent?.requiresGrad === true ? gradientsOf([sent], asked, [null], {}) : [];
  let next = 0;
  const slopes = gradients.map((each) =>
    each === null ? null : Float64Array.from(found[next++]?.toArray() ?? new Float64Array(each.numel())),
  );
  settle(slopes, question.gradients, element);
  sharpen(slopes, question.gradients, element);
  return { formula: op.formula[op.inputs[question.operand] ?? op.inputs[0] ?? ""] ?? "", names: op.inputs, slopes };
}

const mostUnsettled = 256;

/**
 * Where a rule holds an infinite factor, 0 · ∞ hides the slopes of its other places. There it is tried out: a place of
 * the gradient whose sign makes no difference to the element has the slope 0.
 */
function settle(
  slopes: readonly (Float64Array | null)[],
  gradients: readonly (Full | null)[],
  element: (given: readonly (Tensor | null)[]) => Tensor | null,
): void {
  const unsettled = slopes.flatMap((each, output) =>
    Array.from(each ?? []).flatMap((slope, place) => (Number.isNaN(slope) ? [{ output, place }] : [])),
  );
  if (unsettled.length === 0 || unsettled.length > mostUnsettled) return;
  const run = (output: number, place: number): number =>
    element(filled(gradients, (k, j) => (k === output && j === place ? -1 : 1)))?.item() ?? NaN;
  const all = run(-1, -1);
  for (const { output, place } of unsettled) {
    const without = run(output, place);
    const slope = Object.is(all, without) ? 0 : Number.isFinite(all - without) ? (all - without) / 2 : all;
    const column = slopes[output];
    if (column && !Number.isNaN(all)) column[place] = slope;
  }
}

/**
 * Where one place alone counts, as with ops that go element by element, its slope is what the rule sends for 1 there:
 * the slope of the rule may have digits of its own, as ATen's has where it keeps a logarithm from infinity.
 */
function sharpen(
  slopes: readonly (Float64Array | null)[],
  gradients: readonly (Full | null)[],
  element: (given: readonly (Tensor | null)[]) => Tensor | null,
): void {
  let only: { readonly column: Float64Array; readonly output: number; readonly place: number } | null = null;
  for (const [output, column] of slopes.entries()) {
    for (const [place, slope] of column?.entries() ?? []) {
      if (slope === 0 || column === null) continue;
      if (only !== null) return;
      only = { column, output, place };
    }
  }
  if (only === null) return;
  const { column, output, place } = only;
  const sent = element(filled(gradients, (k, j) => (k === output && j === place ? 1 : 0)))?.item();
  if (sent !== undefined && Number.isFinite(sent)) column[place] = sent;
}

/** Gradients like these with other elements. */
function filled(
  gradients: readonly (Full | null)[],
  of: (output: number, place: number) => number,
): readonly (Tensor | null)[] {
  return gradients.map((each, k) => each && made({ ...each, data: Array.from(each.data, (_, j) => of(k, j)) }));
}

function ruleOf(
  op: Op,
  k: number,
  gradients: readonly (Tensor | null)[],
  operands: readonly Tensor[],
  outputs: readonly Tensor[],
  call: Call,
): Tensor | null {
  const named: Record<string, Tensor> = {};
  op.inputs.forEach((name, at) => {
    const given = operands[at];
    if (given !== undefined) named[name] = given;
  });
  const last = outputs.at(-1);
  if (last !== undefined) named.y = last;
  const saved = savedAs(named, call, operands);
  if (op.gradients !== null) return op.gradients(gradients, saved)[k] ?? null;
  const [g] = gradients;
  const rule = op.rules[k];
  if (rule === null || rule === undefined || !g) throw new Error(`${op.name} sends operand ${k} no gradient.`);
  return rule(g, saved);
}

/** The op of that name that took these operands; where several could have, the one whose outputs are these. */
function chosen(
  { op: name, operands, numberNames, outputs }: ColumnQuestion,
  given: readonly Tensor[],
  call: Call,
): Op {
  const likely = opsNamed(name).filter(
    (op) =>
      op.differentiable &&
      (op.inputs.length === 0 || op.inputs.length === operands.length) &&
      op.numbers.length === numberNames.length &&
      op.numbers.every((each, k) => each === numberNames[k]),
  );
  const [only, ...more] = likely;
  if (only === undefined) throw new Error(`The engine has no gradient rule for ${name} with these operands.`);
  if (more.length === 0) return only;
  const far = likely.map((op) => distance(op, given, call, outputs));
  return likely[far.indexOf(Math.min(...far))] ?? only;
}

/** How far what an op makes of the operands is from what was recorded. */
function distance(op: Op, operands: readonly Tensor[], call: Call, outputs: readonly Full[]): number {
  try {
    const result = op.forward(operands, call);
    const made: readonly Tensor[] = isTensor(result) ? [result] : result;
    if (made.length !== outputs.length) return Infinity;
    return made.reduce((total, each, k) => {
      const data = outputs[k]?.data ?? [];
      const own = each.toArray();
      if (own.length !== data.length || String(each.shape) !== String(outputs[k]?.shape)) return Infinity;
      return own.reduce((sum, x, j) => sum + (Object.is(x, data[j]) ? 0 : Math.abs(x - (data[j] ?? NaN)) || 0), total);
    }, 0);
  } catch {
    return Infinity;
  }
}

function made({ shape, dtype, data }: Full): Tensor {
  const elements = dtype === "bool" ? Array.from(data, (x) => x !== 0) : Array.from(data);
  return tensor(elements, { dtype })
    .reshape([...shape])
    .detach();
}
