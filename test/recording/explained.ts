import { columnQuestion } from "../../src/recording/column";
import { whyGradient, type Why } from "../../src/recording/explain";
import { whyValue } from "../../src/recording/explain.value";
import { whyUpdate } from "../../src/recording/explain.update";
import { graphOf } from "../../src/recording/graph";
import { lineText } from "../../src/recording/maths";
import { rowOfStep } from "../../src/recording/moment";
import type { Segment } from "../../src/recording/segment";
import { stepsOf } from "../../src/recording/steps";
import { columnOf } from "../../src/runner/child/column";
import { iteration, type Recorded } from "./recorded";

/** The node that is called so in a segment; the last of several. */
export function nodeNamed({ recording }: Recorded, segment: Segment, label: string): number {
  const node = graphOf(recording, segment).graph.nodes.findLastIndex((each) => each.label === label);
  if (node < 0) throw new Error(`no node is called ${label}`);
  return node;
}

/** Why a gradient is what it is in an iteration, with columns computed by the engine; by default once backward is over. */
export function why(
  of: Recorded,
  label: string,
  { element = 0, at = 0, step }: { element?: number; at?: number; step?: number } = {},
): Why {
  const { recording, outline } = of;
  const segment = iteration(outline, at);
  const last = step ?? stepsOf(recording, segment).steps.findLastIndex(({ kind }) => kind === "accumulate");
  const about = { node: nodeNamed(of, segment, label), element };
  const found = whyGradient(recording, segment, last, about, (edge, i) => {
    const question = columnQuestion(recording, segment, rowOfStep(recording, segment, last), edge, i);
    return typeof question === "string" ? question : columnOf(question);
  });
  if (found === null) throw new Error(`${label} has no gradient to explain`);
  return found;
}

/** All lines and sentences of an explanation as text. */
export function told(of: Why): string[] {
  return [
    ...(of.shapes === "" ? [] : [of.shapes]),
    ...(of.sum === null ? [] : [lineText(of.sum)]),
    ...of.uses.flatMap((use) => [
      ...(use.trouble === "" ? [] : [use.trouble]),
      ...(use.symbolic ?? []).map(lineText),
      ...(use.numbers ? [lineText(use.numbers)] : []),
      ...(use.sentences ?? []),
    ]),
    ...of.sentences,
    ...(of.meaning === "" ? [] : [of.meaning]),
  ];
}

/** How the update of a leaf is explained in an iteration; by default at its last step. */
export function update(of: Recorded, label: string, { element = 0, at = 0, step = Infinity } = {}): string[] {
  const { recording, outline } = of;
  const segment = iteration(outline, at);
  const last = Math.min(step, stepsOf(recording, segment).steps.length - 1);
  const found = whyUpdate(recording, segment, last, { node: nodeNamed(of, segment, label), element });
  if (found === null) return [];
  const lines = found.lines.flatMap(({ symbolic, numbers }) => [lineText(symbolic), lineText(numbers)]);
  return [`${found.done ? "done" : "to come"} ${found.by}`.trim(), ...lines, ...found.sentences];
}

/** How a value is explained in an iteration, at its last step. */
export function valueOf(of: Recorded, label: string, { element = 0, at = 0 } = {}): string[] {
  const { recording, outline } = of;
  const segment = iteration(outline, at);
  const last = stepsOf(recording, segment).steps.length - 1;
  const found = whyValue(recording, segment, last, { node: nodeNamed(of, segment, label), element });
  return found === null ? [] : [...found.lines.map(lineText), ...found.sentences];
}
