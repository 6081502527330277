import type { Graph, GraphNode } from "./graph";
import type { NodeMoment } from "./moment";
import type { Value } from "./value";

/**
 * The nodes that a query finds, in the graph's order: by name, op or shape ("[2, 3]"), "line 12" by the line that
 * made it, "has nan" and "has inf" by value or gradient. Several words must all be met. Nothing for an empty query.
 */
export function find(
  query: string,
  graph: Graph,
  moments: readonly NodeMoment[],
  lineOf: (site: number) => number | undefined,
): number[] {
  const asked = query.trim().toLowerCase();
  if (asked === "") return [];
  const tests = testsOf(asked, lineOf);
  return graph.nodes.filter((node) => tests.every((test) => test(node, moments[node.index]))).map(({ index }) => index);
}

type Test = (node: GraphNode, moment: NodeMoment | undefined) => boolean;

function testsOf(query: string, lineOf: (site: number) => number | undefined): Test[] {
  const tests: Test[] = [];
  const rest = query
    .replaceAll(/\bline\s+(\d+)\b/g, (_, line: string) => {
      tests.push(({ site }) => site >= 0 && lineOf(site) === Number(line) - 1);
      return " ";
    })
    .replaceAll(/\bhas\s+(nan|inf(?:inity)?)\b/g, (_, what: string) => {
      const bad = what === "nan" ? Number.isNaN : (x: number) => Math.abs(x) === Infinity;
      const counted = what === "nan" ? "nans" : "infs";
      tests.push((_node, moment) => [moment?.value, moment?.gradient.value].some((value) => has(value, bad, counted)));
      return " ";
    })
    .replaceAll(/\[[^\]]*\]?/g, (shape) => {
      const wanted = shape.replaceAll(/\s/g, "");
      tests.push(({ kind, shape: of }) => kind !== "number" && `[${of.join(",")}]`.startsWith(wanted));
      return " ";
    });
  for (const word of rest.split(/\s+/).filter(Boolean))
    tests.push(({ label, op, symbol, module }) =>
      [label, op, symbol, module.at(-1) ?? ""].some((text) => text.toLowerCase().includes(word)),
    );
  return tests;
}

function has(value: Value | null | undefined, bad: (x: number) => boolean, counted: "nans" | "infs"): boolean {
  if (!value) return false;
  if (value.data === null) return value.stats[counted] > 0;
  for (let k = 0; k < value.data.length; k++) if (bad(value.data[k] ?? 0)) return true;
  return false;
}
