import type { Accumulator } from "./accumulator";
import { build } from "./build";
import { Node } from "./node";
import { opAt, plain } from "./op";
import { scalarShape } from "./shape";
import { entry, marks, type Tape } from "./tape";
import type { Tensor } from "./tensor";

/** The node of a cell; it and all that it leads to get theirs, the older first. */
export function nodeOf(tape: Tape, cell: number): Node {
  const found = tape.nodes.get(cell);
  if (found !== undefined) return found;
  const cells = [cell];
  const seen = new Set(cells);
  const visit = (operand: number): void => {
    if (operand < 0 || seen.has(operand) || tape.nodes.has(operand)) return;
    seen.add(operand);
    cells.push(operand);
  };
  for (let k = 0; k < cells.length; k++) {
    const each = cells[k] ?? 0;
    visit(tape.read(each, entry.a));
    if ((tape.read(each, entry.op) & marks.two) !== 0) visit(tape.read(each, entry.b));
  }
  let last = make(tape, cells.sort((x, y) => x - y)[0] ?? cell);
  for (let k = 1; k < cells.length; k++) last = make(tape, cells[k] ?? cell);
  return last;
}

/** Makes the node of a cell whose operands have theirs. */
function make(tape: Tape, cell: number): Node {
  const word = tape.read(cell, entry.op);
  const op = opAt(word & marks.op);
  const a = operandOf(tape, tape.read(cell, entry.a));
  const second = tape.read(cell, entry.b);
  const b = (word & marks.two) === 0 ? null : operandOf(tape, second);
  const call = b === null && second >= 0 ? tape.calls[second] : undefined;
  const needs = (a.edge === null ? 0 : 1) | (b === null || b.edge === null ? 0 : 2);
  const node = new Node(op, call ?? plain, op.masks?.[needs] ?? 0, b === null ? 1 : 2, tape.sequence(cell));
  node.a = a.tensor;
  node.edgeA = a.edge;
  node.b = b?.tensor ?? null;
  node.edgeB = b?.edge ?? null;
  node.scalar = true;
  node.saved(a.version, b?.version ?? 0);
  const output = build(tape.storage(cell), scalarShape, scalarShape, 0, tape.tensorId(cell));
  node.y = output;
  output.setMaker(node, 0);
  if ((word & marks.released) !== 0) node.release();
  tape.nodes.set(cell, node);
  return node;
}

interface Operand {
  readonly tensor: Tensor | null;
  readonly edge: Node | Accumulator | null;
  readonly version: number;
}

function operandOf(tape: Tape, operand: number): Operand {
  if (operand >= 0) {
    const edge = tape.nodes.get(operand) ?? null;
    return { tensor: edge?.y ?? null, edge, version: 0 };
  }
  const given = tape.given[-1 - operand];
  return { tensor: given?.tensor ?? null, edge: given?.place ?? null, version: given?.version ?? 0 };
}
