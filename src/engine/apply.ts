import type { Accumulator } from "./accumulator";
import { build, isTensor } from "./build";
import { canCast, isFloating, rounders, scalarName } from "./dtype";
import { runtimeError } from "./errors";
import { result } from "./kernels/basic";
import { valueOf } from "./kernels/cell";
import { copied, overwrite } from "./kernels/loops";
import { isDense } from "./layout";
import { isGradEnabled, watcher } from "./mode";
import { Node } from "./node";
import type { Attrs } from "./observer";
import { type Call, made, maskOf, type Op, plain } from "./op";
import { numel, rowMajor, sameShape, scalarShape, sizes } from "./shape";
import { cellOf, isInferring } from "./storage";
import { taped } from "./tape";
import type { Tensor } from "./tensor";

/** Runs an op with one output: shape rule, forward, graph link and observer, for every op the engine has. */
export function apply(op: Op, inputs: readonly Tensor[], call: Call = plain): Tensor {
  const a = inputs[0];
  const b = inputs[1];
  if (op.scalar === null || a === undefined || inputs.length > 2) return general(op, inputs, call);
  return ofScalars(op, a, b ?? null, call) ?? general(op, inputs, call);
}

/** Runs an op with one operand and one output. */
export function applyOne(op: Op, a: Tensor, call: Call = plain): Tensor {
  return ofScalars(op, a, null, call) ?? general(op, [a], call);
}

/** Runs an op with two operands and one output. */
export function applyTwo(op: Op, a: Tensor, b: Tensor, call: Call = plain): Tensor {
  return ofScalars(op, a, b, call) ?? general(op, [a, b], call);
}

function general(op: Op, inputs: readonly Tensor[], call: Call): Tensor {
  const output = made(op, inputs, call);
  if (!isTensor(output)) throw new TypeError(`${op.name} has several outputs and must be run by applyMany.`);
  if (op.view) output.becomeView(inputs[0], isGradEnabled(), false);
  const node = isGradEnabled() ? linked(op, inputs, call) : null;
  if (node !== null) {
    node.y = output;
    if (isFloating(output.dtype)) output.setMaker(node, 0);
    node.save();
  }
  watcher()?.forward(op, inputs, call.numbers, call.attrs, [output]);
  return output;
}

/** The op on 0-d floats of one dtype, by its scalar rules; null where it has none or the operands are others. */
function ofScalars(op: Op, a: Tensor, b: Tensor | null, call: Call): Tensor | null {
  const rule = op.scalar;
  const { dtype } = a;
  if (rule === null || a.shape.length !== 0 || !isFloating(dtype) || isInferring()) return null;
  if (b !== null && (b.shape.length !== 0 || b.dtype !== dtype)) return null;
  const r = rounders[dtype];
  const second = b === null ? r(call.numbers[0] ?? 0) : valueOf(b);
  const value = op.basic === 0 ? rule.forward(valueOf(a), second, r) : result(op.basic, valueOf(a), second);
  const needs = op.differentiable && isGradEnabled() ? needsOf(a, b) : 0;
  const output =
    (needs === 0 || (b !== null && call !== plain) ? null : taped(op, call, a, b, needs, value)) ??
    build(cellOf(dtype, value), scalarShape, scalarShape, 0);
  if (needs !== 0 && output.isLeaf) {
    const node = linkedTo(op, call, a, b, needs);
    node.scalar = true;
    node.y = output;
    output.setMaker(node, 0);
    node.save();
  }
  const told = watcher();
  if (told === null) return output;
  if (told.scalar !== undefined) {
    const known = (a.isOnTapeOf(output) ? 1 : 0) | (b?.isOnTapeOf(output) === true ? 2 : 0);
    told.scalar(op, a, b, call.numbers, call.attrs, output, known);
  } else told.forward(op, b === null ? [a] : [a, b], call.numbers, call.attrs, [output]);
  return output;
}

/** Runs an op with several outputs. */
export function applyMany(op: Op, inputs: readonly Tensor[], call: Call = plain): readonly Tensor[] {
  const given = made(op, inputs, call);
  const outputs = isTensor(given) ? [given] : given;
  finish(op, inputs, call, outputs);
  return outputs;
}

function finish(op: Op, inputs: readonly Tensor[], call: Call, outputs: readonly Tensor[]): void {
  if (op.view) for (const output of outputs) output.becomeView(inputs[0], isGradEnabled(), outputs.length > 1);
  if (isGradEnabled()) {
    const node = linked(op, inputs, call);
    if (node !== null) attach(node, outputs);
  }
  watcher()?.forward(op, inputs, call.numbers, call.attrs, outputs);
}

/** Bits of the operands that need a gradient. */
function needsOf(a: Tensor, b: Tensor | null): number {
  return (a.requiresGrad ? 1 : 0) | (b !== null && b.requiresGrad ? 2 : 0);
}

/** The graph node of a call with one operand or two, of which some need gradients. */
function linkedTo(op: Op, call: Call, a: Tensor, b: Tensor | null, needs: number): Node {
  // A node is newer than all it leads to, also than one that a view makes only when it is asked for.
  const edgeA = (needs & 1) === 0 ? null : a.edge();
  const edgeB = b === null || (needs & 2) === 0 ? null : b.edge();
  const count = b === null ? 1 : 2;
  const node = new Node(op, call, savedBits(op, needs, count), count);
  node.a = a;
  node.b = b;
  node.edgeA = edgeA;
  node.edgeB = edgeB;
  if (a.slot !== 0 || (b !== null && b.slot !== 0)) node.slots = [a.slot, b === null ? 0 : b.slot];
  return node;
}

/** The graph node of a call whose operands need gradients, or null. */
function linked(op: Op, inputs: readonly Tensor[], call: Call): Node | null {
  if (!op.differentiable) return null;
  const first = inputs[0];
  const second = inputs[1];
  if (first !== undefined && inputs.length < 3 && (op.masks !== null || op.inputs.length === 0)) {
    const few = needsOf(first, second ?? null);
    return few === 0 ? null : linkedTo(op, call, first, second ?? null, few);
  }
  let needs = 0;
  let slots: number[] | null = null;
  let edges: (Node | Accumulator | null)[] | null = null;
  for (let k = 0; k < inputs.length; k++) {
    const input = inputs[k];
    if (input === undefined || !input.requiresGrad) continue;
    if (k < 31) needs |= 1 << k;
    edges ??= new Array<Node | Accumulator | null>(inputs.length).fill(null);
    edges[k] = input.edge();
    if (input.slot !== 0) {
      slots ??= new Array<number>(inputs.length).fill(0);
      slots[k] = input.slot;
    }
  }
  if (edges === null) return null;
  return new Node(op, call, savedBits(op, needs, inputs.length), inputs.length).link(inputs, edges, slots);
}

/** The bits of what a call of an op saves, given those of the operands that need gradients. */
function savedBits(op: Op, needs: number, count: number): number {
  if (op.inputs.length === 0) return op.savesFrom < count ? (1 << count) - (1 << op.savesFrom) : 0;
  return op.masks !== null ? (op.masks[needs] ?? 0) : maskOf(op.inputs, op.saves, (k) => (needs & (1 << k)) !== 0);
}

function attach(node: Node, outputs: readonly Tensor[]): void {
  node.outputs = outputs;
  for (let k = 0; k < outputs.length; k++) {
    const output = outputs[k];
    if (output !== undefined && isFloating(output.dtype)) output.setMaker(node, k);
  }
  node.save();
}

const alone: readonly Tensor[] = [];

/** Runs the in-place form of an op: the result of its forward overwrites `target`, whose history it becomes. */
export function applyInPlace(op: Op, target: Tensor, others: readonly Tensor[] = alone, call: Call = plain): Tensor {
  const other = others[0];
  const needs =
    isGradEnabled() && isFloating(target.dtype) && (target.requiresGrad || others.some((each) => each.requiresGrad));
  checkWritable(op, target, needs || (isGradEnabled() && target.needsThroughBase));
  for (const each of others) if (each.storageId === target.storageId) checkApart(op, target, each);
  const inputs = other === undefined ? [target] : others.length === 1 ? [target, other] : [target, ...others];
  if (op.writes !== null && !needs && others.length < 2 && op.writes(target, other ?? null, call)) {
    target.storage.version++;
    watcher()?.updated(op.inPlace, inputs, call.numbers, call.attrs, target);
    return target;
  }
  const given = made(op, inputs, call);
  const result = isTensor(given) ? given : given[0];
  if (result === undefined) return target;
  checkResult(op, target, result);
  const node = needs ? linked(op, inputs, call) : null;
  if (node !== null && (node.mask & 1) !== 0) node.inputs = [before(target), ...others];
  node?.save();
  overwrite(target, result);
  target.storage.version++;
  if (node !== null) target.rebase(node);
  node?.saveOutput();
  watcher()?.updated(op.inPlace, inputs, call.numbers, call.attrs, target);
  return target;
}

/** The tensor as it was before an in-place write: its old values and history under the same id. */
function before(target: Tensor): Tensor {
  const copy = build(copied(target, target.dtype), target.shape, rowMajor(target.shape), 0, target.id);
  copy.inherit(target);
  return copy;
}

function checkWritable(op: Op, target: Tensor, needs: boolean): void {
  if (target.isInference() && !isInferring()) {
    throw runtimeError(
      "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.",
      `Call .clone() before .${op.inPlace.name}(), or use noGrad() in place of inferenceMode().`,
    );
  }
  if (needs) target.checkRebase(op.inPlace.name);
  if (overlaps(target) && !idempotent.has(op.name)) {
    throw runtimeError(
      "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.",
      `.expand() made these elements share memory: call .clone() before .${op.inPlace.name}().`,
    );
  }
}

/** Refuses an operand that lies partly where the result goes, as PyTorch's get_overlap_status decides it. */
function checkApart(op: Op, target: Tensor, other: Tensor): void {
  const [n, m] = [numel(target.shape), numel(other.shape)];
  if (other === target || n === 0 || !isDense(target) || !isDense(other)) return;
  const [to, at] = [target.origin, other.origin];
  const same = to === at && n === m;
  if (same ? target.strides.every((stride, d) => stride === other.strides[d]) : to >= at + m || at >= to + n) return;
  throw runtimeError(
    "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.",
    `Both are views of one tensor: call .clone() on the operand of .${op.inPlace.name}().`,
  );
}

/** Ops that may write one place several times, as PyTorch lets them. */
const idempotent = new Set(["fill", "zero"]);

function overlaps({ shape, strides }: Tensor): boolean {
  for (let d = 0; d < shape.length; d++) if (strides[d] === 0 && (shape[d] ?? 1) > 1) return true;
  return false;
}

function checkResult(op: Op, target: Tensor, result: Tensor): void {
  if (!sameShape(target.shape, result.shape)) {
    throw runtimeError(
      `output with shape ${sizes(target.shape)} doesn't match the broadcast shape ${sizes(result.shape)}`,
      `.${op.inPlace.name}() cannot grow a tensor: use .${op.name}() and keep its result.`,
    );
  }
  if (!canCast(result.dtype, target.dtype)) {
    throw runtimeError(
      `result type ${scalarName(result.dtype)} can't be cast to the desired output type ${scalarName(target.dtype)}`,
      `Use .${op.name}(), whose result has the wider dtype, or convert the tensor first with .to("${result.dtype}").`,
    );
  }
}

/** Runs `body` as one step with child steps (cross entropy, a Linear). */
export function composite<T extends Tensor | readonly Tensor[]>(
  name: string,
  inputs: readonly Tensor[],
  attrs: Attrs,
  body: () => T,
): T {
  const told = watcher();
  if (told === null) return body();
  told.opened(name, inputs, attrs);
  let outputs: readonly Tensor[] = [];
  try {
    const result = body();
    outputs = isTensor(result) ? [result] : result;
    return result;
  } finally {
    told.closed(outputs);
  }
}
