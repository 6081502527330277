import { apply } from "./apply";
import { build } from "./build";
import { inRule } from "./mode";
import { type DType, isFloating } from "./dtype";
import type { Node } from "./node";
import type { Attrs } from "./observer";
import { calling, type Saved, savedAs } from "./op";
import { asStrided, type Geometry, likeBase } from "./ops/strided";
import { sameShape, type Shape } from "./shape";
import type { Tensor } from "./tensor";

/** What each operand of a node gets for the gradients of its outputs, in the operand's shape and dtype. */
export function contributionsOf(
  node: Node,
  gradients: readonly (Tensor | null)[],
  create: boolean,
): readonly (Tensor | null)[] {
  node.check();
  const direct = create && !node.op.kernelLeads ? null : byKernels(node, gradients);
  if (!create) return direct ?? slowly(node, gradients, false);
  const made = slowly(node, gradients, true);
  return direct === null ? made : made.map((each, k) => withDigits(each, direct[k] ?? null, gradients));
}

/** The same tensor, with its history, in the memory of another; what a rule only hands on stays as it is. */
function withDigits(made: Tensor | null, direct: Tensor | null, gradients: readonly (Tensor | null)[]): Tensor | null {
  if (made === null || direct === null || gradients.includes(made)) return made;
  const same = build(direct.storage, direct.shape, direct.strides, direct.offset, made.id);
  same.inherit(made);
  return same;
}

function slowly(node: Node, gradients: readonly (Tensor | null)[], create: boolean): (Tensor | null)[] {
  return inRule(create, () => byRule(node, gradients));
}

let allowed = true;

/** @internal Switches gradient kernels off or on again, to hold them against the rules. */
export function allowKernels(on: boolean): void {
  allowed = on;
}

/** The gradient for operand `k` by the op's own gradient kernel; null where only its rule gives it. */
export function byKernel(node: Node, g: Tensor, k: number): Tensor | null {
  const { kernel } = node.op;
  return kernel === null || !allowed ? null : kernel(g, k, node);
}

/** All gradients by the op's own kernel; null where it has none for what is there. */
function byKernels(node: Node, gradients: readonly (Tensor | null)[]): (Tensor | null)[] | null {
  const [g] = gradients;
  if (!g || node.inner !== null || gradients.length > 1) return null;
  const made = new Array<Tensor | null>(node.arity);
  for (let k = 0; k < node.arity; k++) {
    const given = node.edgeAt(k) === null ? null : byKernel(node, g, k);
    if (given === null && node.edgeAt(k) !== null) return null;
    made[k] = given;
  }
  return made;
}

function byRule(node: Node, gradients: readonly (Tensor | null)[]): (Tensor | null)[] {
  if (node.inner !== null) return throughView(node, node.inner.node, node.inner.geometry, gradients[0] ?? null);
  const saved = savedOf(node);
  const { op } = node;
  const all = op.gradients?.(gradients, saved);
  const [g] = gradients;
  return node.edges.map((edge, k) => {
    if (edge === null) return null;
    const input = node.inputs[k];
    const made = all !== undefined ? all[k] : g ? op.rules[k]?.(g, saved) : null;
    return made && input ? fitted(made, input.shape, input.dtype) : null;
  });
}

function savedOf(node: Node): Saved<string, Attrs> {
  const kept: Record<string, Tensor> = {};
  node.op.inputs.forEach((name, k) => {
    const tensor = node.savedAt(k);
    if ((node.mask & (1 << k)) !== 0 && tensor !== undefined) kept[name] = tensor;
  });
  const output = node.outputs.at(-1);
  if ((node.mask & (1 << node.op.inputs.length)) !== 0 && output !== undefined) kept.y = output;
  return savedAs(kept, node.call, node.inputs);
}

/** Sums over what was broadcast and casts to the operand's dtype. */
export function fitted(gradient: Tensor, shape: Shape, dtype: DType): Tensor {
  const summed = sameShape(gradient.shape, shape) ? gradient : sumTo(gradient, shape);
  return isFloating(dtype) ? summed.to(dtype) : summed;
}

/** The gradient of a broadcast operand: summed over the dims that were added or stretched. */
function sumTo(gradient: Tensor, shape: Shape): Tensor {
  const lead = gradient.shape.length - shape.length;
  const dims = gradient.shape.flatMap((size, d) => (d < lead || (shape[d - lead] === 1 && size !== 1) ? [d] : []));
  const summed = dims.length === 0 ? gradient : gradient.sum(dims, { keepdim: true });
  return lead > 0 ? summed.view(shape) : summed;
}

/** The gradient of a base whose view was written in place: that part goes through the op, the rest passes. */
function throughView(node: Node, inner: Node, geometry: Geometry, gradient: Tensor | null): (Tensor | null)[] {
  if (gradient === null) return node.edges.map(() => null);
  const result = likeBase(gradient, geometry.base).copy_(gradient);
  const part = apply(asStrided, [result], calling(geometry));
  inner.check();
  const through = byRule(inner, [part.clone()]);
  const [own] = through;
  if (node.edges[0] !== null && own) part.copy_(own);
  return node.edges.map((edge, k) => (edge === null ? null : k === 0 ? result : (through[k] ?? null)));
}
