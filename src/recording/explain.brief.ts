import { columnQuestion, type Column, type ColumnQuestion } from "./column";
import { whyGradient, type Why } from "./explain";
import { lineText, type Link } from "./maths";
import { rowOfStep } from "./moment";
import type { Recording } from "./recording";
import type { Segment } from "./segment";

/** Lines that are longer are two. */
const room = 84;

/** An explanation as a few lines of plain text, for where there is room for no more; empty when there is none yet. */
export function briefly(why: Why): readonly string[] {
  if (why.value === null) return [];
  const ending = why.meaning === "" ? why.sentences.slice(0, 1) : [why.meaning];
  if (why.sum !== null) return [lineText(why.sum), ...ending];
  const [use] = why.uses;
  const symbolic = use?.symbolic?.[0];
  if (!use?.numbers || symbolic === undefined) return ending;
  const numbers = lineText(use.numbers);
  const whole = `${lineText(symbolic)} ${numbers}`;
  const isScalar = why.left.kind === "slope" && why.left.index === "";
  const lines = isScalar && whole.length <= room ? [whole] : [lineText(symbolic), `${lineText([why.left])} ${numbers}`];
  return [...lines, ...ending];
}

/** Explains a gradient with the columns that it needs, each computed by `columnOf`. */
export async function wholeWhy(
  recording: Recording,
  segment: Segment,
  step: number,
  about: Link,
  columnOf: (question: ColumnQuestion) => Promise<Column | string>,
): Promise<Why | null> {
  const row = rowOfStep(recording, segment, step);
  const edges: number[] = [];
  const first = whyGradient(recording, segment, step, about, (edge) => void edges.push(edge));
  if (edges.length === 0) return first;
  const columns = new Map<number, Column | string>();
  for (const edge of edges) {
    const question = columnQuestion(recording, segment, row, edge, about.element);
    columns.set(edge, typeof question === "string" ? question : await columnOf(question));
  }
  return whyGradient(recording, segment, step, about, (edge) => columns.get(edge));
}
