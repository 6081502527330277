import { callOf, type Column, notRecorded, outputsOf } from "./column";
import { type Use, useOf } from "./explain.use";
import { nameIn } from "./naming";
import { gradientsOf, type Contribution } from "./gradients";
import { graphOf, type Graph } from "./graph";
import { placeText } from "./indices";
import { type Line, type Link, number, operand, type Piece, sign } from "./maths";
import { rowOfStep } from "./moment";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { shapeText, short, valueText } from "./text";
import { elementsOf, type Value } from "./value";

/** What is known of a wire's column for an element: undefined while it is still computed, a sentence when it cannot be. */
export type Columns = (edge: number, element: number) => Column | string | undefined;

/** A use with what it is called and where it is. */
export interface PlacedUse extends Partial<Use> {
  readonly edge: number;
  /** "yPred = mul, line 9" */
  readonly title: string;
  readonly sent: number;
  /** The column is on its way. */
  readonly pending: boolean;
  /** Why it cannot be written out, "" when it can. */
  readonly trouble: string;
}

/** Why the gradient of one element is what it is. */
export interface Why {
  readonly about: Link;
  /** "∂L/∂w" */
  readonly left: Piece;
  /** The gradient at this element; null when there is none to explain. */
  readonly value: number | null;
  /** What the shapes do, for more than scalars; "" else. */
  readonly shapes: string;
  /** What the number says, in one sentence; "" as long as it is not whole. */
  readonly meaning: string;
  /** The sum over several uses, or the seed; null when there is one use. */
  readonly sum: Line | null;
  readonly uses: readonly PlacedUse[];
  /** What else is to be known of it. */
  readonly sentences: readonly string[];
}

const mostUses = 6;

/** Explains ∂L/∂x of one element of a node at the moment after a step. */
export function whyGradient(
  recording: Recording,
  segment: Segment,
  step: number,
  about: Link,
  columns: Columns,
): Why | null {
  const { graph } = graphOf(recording, segment);
  const node = graph.nodes[about.node];
  if (node === undefined || node.kind === "number") return null;
  const name = nameIn(graph, about.node);
  const index = elementsOf(node.shape) === 1 ? "" : placeText(node.shape, about.element);
  const left: Piece = { kind: "slope", by: name, index };
  const none = (sentence: string): Why => ({
    ...{ about, left, value: null, shapes: "", meaning: "", sum: null, uses: [] },
    sentences: [sentence],
  });
  if (!node.requiresGrad) return none(`${name} requires no gradient, so backward does not go there.`);
  const row = rowOfStep(recording, segment, step);
  const gradients = gradientsOf(recording, segment);
  const pass = gradients.passAt(row);
  const { got, of, value } = gradients.at(about.node, row, pass);
  if (got === 0) return none(`No backward pass has reached ${name} yet.`);
  const total = elementOf(value, about.element);
  if (total === null) return none(`The gradient of ${name} was ${notRecorded} in full: it has too many elements.`);
  const came = gradients.contributions(about.node, row, pass);
  const { parts, replaced } = withoutSum(came, about.element);
  const seed = parts.find(({ edge }) => edge < 0);
  const wired = parts.filter(({ edge }) => edge >= 0);
  const uses = wired
    .slice(0, mostUses)
    .map((each) => placed(recording, segment, graph, row, each, { ...about, whole: of < 2 }, columns));
  const sentences: string[] = [];
  const root = gradients.rootName(pass);
  if (seed !== undefined) sentences.push(seedSentence(name, node.shape));
  if (wired.length > 1 || of > 1)
    sentences.push(
      got < of
        ? `${name} was used in ${of} places. What came back from ${got} of ${of} has arrived; the rest is still to come.`
        : `${name} was used in ${of} places; what comes back from each adds up.`,
    );
  if (replaced !== null) sentences.push(`A hook then changed it to ${short(replaced)}.`);
  const v = seedOf(gradients.rootOf(pass), graph, () => gradients.contributions(gradients.rootOf(pass), row, pass));
  if (seed === undefined && v !== "") sentences.push(`Backward began with L = v · ${root}, where v = ${v}.`);
  const whole = got >= of && seed === undefined;
  const summed = parts.length > 1 || seed !== undefined;
  return {
    about,
    left,
    value: total,
    shapes: shapesOf(graph, about.node, wired),
    meaning: whole ? meaning(node.kind === "leaf", name, index, v === "" ? root : "L", total) : "",
    sum: summed ? sumLine(left, parts, about, graph, total, seed?.value) : null,
    uses,
    sentences,
  };
}

/** The contributions without the sum of them that a rule was given; what a hook made of it is told apart. */
function withoutSum(
  came: readonly Contribution[],
  element: number,
): { parts: readonly Contribution[]; replaced: number | null } {
  const parts = came.filter(({ replaces }) => !replaces);
  const whole = came.findLast(({ replaces }) => replaces);
  if (whole === undefined) return { parts, replaced: null };
  const sum = parts.reduce((total, { value }) => total + (elementOf(value, element) ?? NaN), 0);
  const given = elementOf(whole.value, element);
  const same =
    given === null || Object.is(sum, given) || Math.abs(sum - given) <= 1e-5 * (Math.abs(sum) + Math.abs(given));
  return { parts, replaced: same ? null : given };
}

function placed(
  recording: Recording,
  segment: Segment,
  graph: Graph,
  row: number,
  { edge, value }: Contribution,
  { element, whole }: { readonly element: number; readonly whole: boolean },
  columns: Columns,
): PlacedUse {
  const to = graph.edges[edge]?.to ?? -1;
  const line = recording.site(graph.nodes[to]?.site ?? -1)?.line;
  const op = graph.nodes[to];
  const title = `${op?.label ?? ""}${op?.named === true ? ` = ${op.op}` : ""}${line === undefined ? "" : `, line ${line + 1}`}`;
  const sent = elementOf(value, element) ?? NaN;
  const own = { edge, title, sent, pending: false, trouble: "" };
  const call = callOf(recording, segment, row, edge);
  if (typeof call === "string") return { ...own, trouble: `Its operands were ${call} in full.` };
  const column = columns(edge, element);
  if (column === undefined) return { ...own, pending: true };
  if (typeof column === "string") return { ...own, trouble: column };
  const outputs = outputsOf(recording, segment, edge);
  return { ...own, ...useOf({ graph, edge, call, outputs, element, column, sent, whole }) };
}

function sumLine(
  left: Piece,
  parts: readonly Contribution[],
  about: Link,
  graph: Graph,
  total: number,
  seed: Value | undefined,
): Line {
  const [only] = parts;
  if (parts.length === 1 && seed !== undefined && only !== undefined)
    return [left, sign("="), number(total, "gradient")];
  const line: Piece[] = [left, sign("=")];
  parts.slice(0, mostUses).forEach(({ edge, value }, k) => {
    const x = elementOf(value, about.element) ?? NaN;
    const to = graph.edges[edge]?.to;
    const link = to === undefined ? undefined : { node: to, element: 0 };
    if (k > 0) line.push(sign("+"));
    line.push(...(k === 0 ? [number(x, "gradient", link)] : operand(x, "gradient", link)));
  });
  if (parts.length > mostUses) line.push(sign("+"), { kind: "words", text: `… (${parts.length} in all)` });
  return [...line, sign("="), number(total, "gradient")];
}

function seedSentence(name: string, shape: readonly number[]): string {
  return elementsOf(shape) === 1 && shape.length === 0
    ? `Backward begins here: L is ${name} itself, so when ${name} changes, L changes just as much.`
    : `Backward begins here with L = v · ${name}, where v is the gradient it was given: this is v.`;
}

/** The v of L = v · y in a few numbers, "" where the root is one number. */
function seedOf(root: number, graph: Graph, came: () => readonly Contribution[]): string {
  if ((graph.nodes[root]?.shape.length ?? 0) === 0) return "";
  const seed = came().find(({ edge }) => edge < 0);
  if (seed === undefined) return "";
  return seed.value.data === null
    ? `${shapeText(seed.value.shape)}, ${notRecorded} in full`
    : valueText(seed.value, 32);
}

/** What a gradient says, for someone who never met one. */
function meaning(leaf: boolean, name: string, index: string, root: string, gradient: number): string {
  const what = index === "" ? name : `${name}[${index}]`;
  const end = root === "" || root === name ? "L" : root;
  if (Number.isNaN(gradient)) return `A gradient that is NaN says nothing: look for the step that made the first one.`;
  if (gradient === 0) return `Changing ${what} a little does not change ${end}.`;
  const size = Math.abs(gradient) === 1 ? "just as much" : `by ${short(Math.abs(gradient))} times that`;
  const direction = gradient < 0 ? "falls" : "grows";
  const advice = leaf ? ` To bring ${end} down, ${what} should ${gradient < 0 ? "grow" : "shrink"}.` : "";
  return `If ${what} grows a little, ${end} ${direction} ${size}.${advice}`;
}

/** What the shapes do on the way back through the first use; "" for a number. */
function shapesOf(graph: Graph, node: number, wired: readonly Contribution[]): string {
  const x = graph.nodes[node];
  const y = graph.nodes[graph.edges[wired[0]?.edge ?? -1]?.to ?? -1];
  if (x === undefined || elementsOf(x.shape) === 1) return "";
  const [own, other] = [`the shape of ${nameIn(graph, node)}, ${shapeText(x.shape)}`, shapeText(y?.shape ?? [])];
  if (y === undefined || (other === shapeText(x.shape) && y.symbol !== "@"))
    return `The gradient has ${own}: one number for each element. Here is one of them.`;
  const slopes = `${elementsOf(y.shape)} × ${elementsOf(x.shape)} slopes`;
  return `The gradient that came in has the shape of ${nameIn(graph, y.index)}, ${other}; the one that goes out has ${own}. The Jacobian between them, ${slopes}, is never built. Here is one element.`;
}

/** One line for a link on the way to the loss: "∂L/∂sub[0] = 0.25 · 2 · (−2) = −1"; null as long as it is not known. */
export function linkLine(why: Why): Line | null {
  if (why.sum !== null) return why.sum;
  const [use] = why.uses;
  if (use === undefined || use.numbers === undefined || use.numbers === null) return null;
  const passed = use.numbers.filter(({ kind }) => kind === "number").length === 1 && use.from;
  const through = use.symbolic?.at(-1)?.find((piece, k) => k > 0 && piece.kind === "slope");
  const same = passed && through?.kind === "slope" ? [sign("="), { ...through, index: "" }] : [];
  return [why.left, ...same, ...use.numbers];
}

function elementOf(value: Value | null, element: number): number | null {
  return value === null || value.data === null ? null : (value.data[element] ?? null);
}
