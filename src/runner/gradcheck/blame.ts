import { between, takersOf } from "../../recording/cone";
import type { Finding, FindingLink, FindingPlace } from "../../recording/finding";
import { judged, type CheckedNode } from "../../recording/gradcheck";
import type { Graph, GraphNode } from "../../recording/graph";
import { stepsOf } from "../../recording/steps";
import type { Loss } from "../loss";

/**
 * Where wrong gradients come from. A node's is wrong although those of all that was made from it are right: then a rule
 * in between is wrong, or the way is cut there.
 */
export function blame(loss: Loss, segment: number, checked: readonly CheckedNode[]): Finding[] {
  const { graph } = loss.drawn;
  const verdicts = new Map(checked.map((each) => [each.node, judged(each)]));
  const found = new Map<string, Finding>();
  const take = (finding: Finding): void => void found.set(finding.id, finding);
  for (const { node, name } of checked) {
    if (verdicts.get(node) !== "wrong") continue;
    const takers = upToKnown(graph, node, verdicts);
    if (takers.some(({ index }) => verdicts.get(index) === "wrong")) continue;
    const cut = takers.find(({ index, requiresGrad }) => !requiresGrad && reaches(loss, index));
    if (cut) {
      take(cutAt(loss, segment, cut, name));
      continue;
    }
    const rules = takers.filter(({ requiresGrad, index }) => requiresGrad && reaches(loss, index));
    const own = rules.filter(({ index }) => definitionOf(loss, index) !== null);
    // The engine's rules are held against differences by its tests; a rule of the program is not.
    const suspects = own.length > 0 ? own : rules;
    for (const rule of new Set(suspects)) take(wrongRule(loss, segment, rule, name, new Set(suspects).size === 1));
  }
  return [...found.values()];
}

/** What a node is taken by, and through those of which nothing is known (views) what takes them. */
function upToKnown(graph: Graph, node: number, verdicts: ReadonlyMap<number, string>): GraphNode[] {
  const found = new Set<number>();
  const queue = [...(takersOf(graph)[node] ?? [])];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    const known = (verdicts.get(at) ?? "unknown") !== "unknown" || graph.nodes[at]?.requiresGrad !== true;
    if (!known) queue.push(...(takersOf(graph)[at] ?? []));
  }
  return [...found].flatMap((index) => graph.nodes[index] ?? []);
}

function reaches(loss: Loss, node: number): boolean {
  return between(loss.drawn.graph, node, loss.gradients.rootOf(loss.pass)).size > 0;
}

function wrongRule(loss: Loss, segment: number, rule: GraphNode, name: string, sure: boolean): Finding {
  const definition = definitionOf(loss, rule.index);
  const call = placeOf(loss, rule.site);
  const what = definition ? `The backward of ${rule.op}` : `The gradient rule of ${rule.op}`;
  const given = rule.named ? `∂${loss.name}/∂${rule.label}` : "what it is given";
  return {
    ...base(loss, segment, rule),
    id: `wrong-gradient ${rule.site} ${rule.op}`,
    severity: "error",
    title: `${what} ${sure ? "is" : "may be"} wrong`,
    cause: `${sentence(given)} agrees with differences of ${loss.name}, and the ∂${loss.name}/∂${name} that it makes of it does not.`,
    remedy: definition
      ? "Correct what it returns for that argument, and check again."
      : "A hook or an in-place change on the way can do this too.",
    place: definition ?? call,
    related: definition && call ? [{ ...call, message: "called here" } satisfies FindingLink] : [],
  };
}

function cutAt(loss: Loss, segment: number, cut: GraphNode, name: string): Finding {
  return {
    ...base(loss, segment, cut),
    id: `wrong-gradient ${cut.site} ${cut.op}`,
    severity: "note",
    title: `∂${loss.name}/∂${name} leaves a way out`,
    cause: `${name} also reaches ${loss.name} through ${cut.op}, which lets no gradient back, so differences see more than the gradient does.`,
    remedy: "Leave it where the program means it so.",
    place: placeOf(loss, cut.site),
    related: [],
  };
}

function base(
  { recording, segment: at, drawn }: Loss,
  segment: number,
  { index }: GraphNode,
): Pick<Finding, "kind" | "segment" | "step" | "node" | "path"> {
  const { steps } = stepsOf(recording, at);
  const rule = steps.findIndex(({ kind }, k) => kind === "rule" && drawn.stepOrigins[k] === index);
  const step =
    rule >= 0
      ? rule
      : Math.max(
          0,
          steps.findIndex(({ node }) => node === index),
        );
  return { kind: "wrong-gradient", segment, step, node: index, path: [] };
}

/** Where the backward of a custom function is defined, null for an op of the engine. */
function definitionOf({ recording, segment, drawn }: Loss, node: number): FindingPlace | null {
  const { steps } = stepsOf(recording, segment);
  const row = steps[steps.findIndex(({ kind }, k) => kind === "rule" && drawn.stepOrigins[k] === node)]?.row ?? -1;
  for (let at = row - 1; at >= segment.firstRow; at--) {
    const { kind, ref } = recording.form(at);
    if (kind === "rule" || kind === "backward") return null;
    const fn = kind === "enter" && ref >= 0 ? recording.fn(ref) : null;
    if (!fn || !/(^|\.)backward$/.test(fn.name)) continue;
    const program = recording.programs.find(({ functions }) => functions.includes(fn));
    const { line, column } = fn.range;
    const endColumn = program?.text.split("\n")[line]?.length ?? column + 1;
    return program ? { file: program.file, line, column, endLine: line, endColumn } : null;
  }
  return null;
}

function placeOf({ recording }: Loss, site: number): FindingPlace | null {
  const range = recording.site(site);
  if (!range) return null;
  const { line, column, endLine, endColumn } = range;
  return { file: recording.programOfSite(site)?.file ?? "", line, column, endLine, endColumn };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
