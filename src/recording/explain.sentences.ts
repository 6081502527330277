import { conventionOf, gateOf } from "./conventions";
import type { Term } from "./explain.terms";
import type { Used } from "./explain.use";
import { placeText } from "./indices";
import { nameIn } from "./naming";
import { elementsOf } from "./value";

/** What is to be said of a use: why there is a sum, what a mean does, what is agreed on at a corner. */
export function sentencesOf(used: Used, terms: readonly Term[]): string[] {
  const { graph, call, element, edge } = used;
  const wire = graph.edges[edge];
  const [x, y] = [nameIn(graph, wire?.from ?? -1), nameIn(graph, wire?.to ?? -1)];
  const shape = call.operands[call.operand]?.shape ?? [];
  const one = elementsOf(shape) === 1 ? x : `${x}[${placeText(shape, element)}]`;
  const sentences: string[] = [];
  if (terms.length > 1)
    sentences.push(
      `${one} was used for ${placesOf(used, terms, y)}, so its gradient is the sum of ${terms.length} contributions.`,
    );
  else if (terms.length === 0) sentences.push(`${one} has no effect on ${y} here, so nothing comes back.`);
  if (call.op === "mean" && terms.length === 1) {
    const n = elementsOf(shape) / Math.max(1, elementsOf(call.outputs[0]?.shape ?? []));
    sentences.push(`The mean divides by ${n}, so each of the ${n} elements counts one ${ordinal(n)}.`);
  }
  sentences.push(gateOf(call, element, one), conventionOf(call, element, one));
  if (differs(used, terms))
    sentences.push(`What was recorded differs from this: it went another way than ${call.op}'s own rule.`);
  return sentences.filter((each) => each !== "");
}

/** "all 4 elements of yPred", "2 of the 6 elements of h". */
function placesOf({ call, graph }: Used, terms: readonly Term[], y: string): string {
  const count = terms.length;
  const outputs = new Set(terms.map(({ node }) => node));
  if (outputs.size > 1) return `${count} elements of ${[...outputs].map((node) => nameIn(graph, node)).join(", ")}`;
  const all = elementsOf(call.outputs[0]?.shape ?? []);
  if (count < all) return `${count} of the ${all} elements of ${y}`;
  return `${count === 2 ? "both" : `all ${count}`} elements of ${y}`;
}

/** Whether the terms do not make what was recorded, by more than what rounding can do where terms cancel. */
function differs({ sent, column }: Used, terms: readonly Term[]): boolean {
  if (!column.slopes[0]) return false;
  let [total, size, came] = [0, 0, 0];
  for (const { g, slope } of terms) {
    came += Math.abs(g);
    if (g === 0 || slope === 0) continue;
    total += g * slope;
    size += Math.abs(g * slope);
  }
  return Math.abs(total - sent) > 1e-3 * (size + Math.abs(sent)) + 1e-6 * came;
}

function ordinal(n: number): string {
  return n === 2 ? "half" : n === 3 ? "third" : n === 4 ? "quarter" : `${n}th`;
}
