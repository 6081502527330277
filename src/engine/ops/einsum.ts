import { composite } from "../apply";
import { runtimeError } from "../errors";
import type { Tensor } from "../tensor";

/** One operand as a tensor whose dims carry labels: letters, and "0", "1" … for the dims of an ellipsis. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

function unique(labels: readonly string[]): string[] {
  return [...new Set(labels)];
}

function parse(equation: string): { inputs: string[]; output: string | null } {
  const [left = "", right, ...more] = equation.replaceAll(" ", "").split("->");
  const wrong = /[^a-zA-Z.]/.exec(left.replaceAll(",", "") + (right ?? ""));
  if (wrong !== null || more.length > 0) {
    throw runtimeError(
      `einsum(): invalid subscript given at index ${wrong?.index ?? 0} in the equation string, subscripts must be in [a-zA-Z]`,
      'Write it as "ij,jk->ik".',
    );
  }
  return { inputs: left.split(","), output: right ?? null };
}

/** The labels of one operand's subscripts, its ellipsis as dims numbered from the last. */
function labelled(subscripts: string, x: Tensor, k: number): string[] {
  const [before = "", after, ...more] = subscripts.split("...");
  const named = before.length + (after?.length ?? 0);
  const rank = x.shape.length;
  if (more.length > 0 || subscripts.replace("...", "").includes(".")) {
    throw runtimeError(`einsum(): found '.' for operand ${k} that is not part of any ellipsis`, 'Write "..." once.');
  }
  if (after === undefined ? named !== rank : named > rank) {
    throw runtimeError(
      after === undefined
        ? `einsum(): the number of subscripts in the equation (${named}) does not match the number of dimensions (${rank}) for operand ${k} and no ellipsis was given`
        : `einsum(): the number of subscripts in the equation (${named}) is more than the number of dimensions (${rank}) for operand ${k}`,
      "Write one letter for each dim.",
    );
  }
  const hidden = Array.from({ length: rank - named }, (_, d) => String(rank - named - 1 - d));
  return Array.from(before).concat(after === undefined ? [] : hidden, Array.from(after ?? ""));
}

function outputLabels(output: string | null, operands: readonly Labelled[], equation: string): string[] {
  const all = operands.flatMap(({ labels }) => labels);
  const hidden = unique(all.filter((label) => /\d/.test(label))).sort((a, b) => Number(b) - Number(a));
  if (output === null) {
    const subscripts = equation.replaceAll(/[^a-zA-Z]/g, "");
    const once = Array.from(subscripts)
      .filter((label) => subscripts.split(label).length === 2)
      .sort();
    return [...hidden, ...once];
  }
  const [before = "", after] = output.split("...");
  const made = Array.from(before).concat(after === undefined ? [] : hidden, Array.from(after ?? ""));
  made.forEach((label, k) => {
    if (!all.includes(label)) {
      throw runtimeError(
        `einsum(): output subscript ${label} does not appear in the equation for any input operand`,
        "Take it out of the output.",
      );
    }
    if (made.indexOf(label) !== k) {
      throw runtimeError(
        `einsum(): output subscript ${label} appears more than once in the output`,
        "Name each output dim once.",
      );
    }
  });
  return made;
}

/** A label that stands twice takes the diagonal of its dims. */
function withoutRepeats({ x, labels }: Labelled, k: number): Labelled {
  const second = labels.findIndex((label, k) => labels.indexOf(label) !== k);
  if (second === -1) return { x, labels };
  const label = labels[second] ?? "";
  const first = labels.indexOf(label);
  if (x.size(first) !== x.size(second)) {
    throw runtimeError(
      `einsum(): subscript ${label} is repeated for operand ${k} but the sizes don't match, ${x.size(second)} != ${x.size(first)}`,
      "A diagonal needs equal sizes.",
    );
  }
  const rest = labels.filter((_, k) => k !== first && k !== second);
  return withoutRepeats({ x: x.diagonal(0, first, second), labels: [...rest, label] }, k);
}

function sizesOf(operands: readonly Labelled[]): Map<string, number> {
  const found = new Map<string, number>();
  operands.forEach(({ x, labels }, k) => {
    labels.forEach((label, d) => {
      const size = x.size(d);
      const seen = found.get(label) ?? 1;
      if (seen !== 1 && size !== 1 && seen !== size) {
        throw runtimeError(
          `einsum(): subscript ${label} has size ${size} for operand ${k} which does not broadcast with previously seen size ${seen}`,
          "Dims of one letter have one size.",
        );
      }
      found.set(label, size === 1 ? seen : size);
    });
  });
  return found;
}

function summed({ x, labels }: Labelled, kept: (label: string) => boolean): Labelled {
  const gone = labels.flatMap((label, d) => (kept(label) ? [] : [d]));
  return gone.length === 0 ? { x, labels } : { x: x.sum(gone), labels: labels.filter(kept) };
}

/** The dims in an order of labels, brought together into groups. */
function grouped({ x, labels }: Labelled, groups: readonly (readonly string[])[]): Tensor {
  const order = groups.flat().map((label) => labels.indexOf(label));
  const moved = order.every((from, to) => from === to) ? x : x.permute(order);
  const shape = groups.map((group) => group.reduce((n, label) => n * x.size(labels.indexOf(label)), 1));
  return moved.reshape(shape);
}

/** Sum of products over the labels that are in both and not kept: one batched matrix product (sumproduct_pair, Linear.cpp). */
function product(a: Labelled, b: Labelled, isKept: (label: string) => boolean): Labelled {
  const left = summed(a, (label) => isKept(label) || b.labels.includes(label));
  const right = summed(b, (label) => isKept(label) || a.labels.includes(label));
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter(isKept);
  const inner = shared.filter((label) => !isKept(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));
  const result = grouped(left, [batch, rows, inner]).bmm(grouped(right, [batch, inner, columns]));
  const labels = [...batch, ...rows, ...columns];
  const size = (label: string) =>
    left.labels.includes(label) ? left.x.size(left.labels.indexOf(label)) : right.x.size(right.labels.indexOf(label));
  return { x: result.view(labels.map(size)), labels };
}

/** Dims of size 1 spread to the size their label has elsewhere. */
function spread({ x, labels }: Labelled, sizes: ReadonlyMap<string, number>): Labelled {
  const target = labels.map((label) => sizes.get(label) ?? 1);
  return target.every((size, d) => size === x.size(d)) ? { x, labels } : { x: x.expand(target), labels };
}

/**
 * The sum over all labels that the output lacks of the products of elements with equal labels: "ij,jk->ik" is a matrix
 * product, "ii->i" a diagonal, "..." stands for dims that broadcast. Without "->" the output has the labels that stand
 * once, in order of the alphabet. `einsum("ij,j->i", tensor([[1, 2], [3, 4]]), tensor([1, 1]))` is `[3, 7]`.
 * Shapes: one label for each dim → the sizes of the output's labels. Errors: sizes of a label that differ; more or
 * fewer operands than the equation has; an equation that cannot be read. Source: torch.einsum.
 */
export function einsum(equation: string, ...tensors: readonly Tensor[] | readonly [readonly Tensor[]]): Tensor {
  const given = tensors.flatMap((x) => x);
  return composite("einsum", given, { equation }, () => {
    const { inputs, output } = parse(equation);
    if (inputs.length !== given.length) {
      throw runtimeError(
        inputs.length > given.length
          ? "einsum(): fewer operands were provided than specified in the equation"
          : "einsum(): more operands were provided than specified in the equation",
        `The equation has ${inputs.length}, and ${given.length} were given.`,
      );
    }
    const operands = given
      .map((x, k) => ({ x, labels: labelled(inputs[k] ?? "", x, k) }))
      .map((operand, k) => withoutRepeats(operand, k));
    const wanted = outputLabels(output, operands, equation.split("->")[0] ?? "");
    const sizes = sizesOf(operands);
    const [first, ...rest] = operands.map((operand) => spread(operand, sizes));
    if (first === undefined)
      throw runtimeError("einsum(): must provide at least one operand", "Give one for each term.");
    const result = rest.reduce((sofar, next, k) => {
      const later = [...wanted, ...rest.slice(k + 1).flatMap(({ labels }) => labels)];
      return product(sofar, next, (label) => later.includes(label));
    }, first);
    const last = summed(result, (label) => wanted.includes(label));
    const order = wanted.map((label) => last.labels.indexOf(label));
    return order.every((from, to) => from === to) && given.length > 1 ? last.x : last.x.permute(order);
  });
}
