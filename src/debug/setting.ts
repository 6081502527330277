import { putOf } from "../recording/put";
import type { Put } from "../recording/change";
import type { Outcome } from "../recording/given.text";
import type { Place } from "../session/stops/way";
import type { Session } from "../session/session";
import type { Row } from "./variables";

/** A value that is set at a moment of a recording: what a run beside it does differently. */
export interface Setting {
  readonly put: Put;
  /** "w = 0.5 from epoch 7" */
  readonly text: string;
}

/** What setting a row to what an expression comes to means; a string says why it cannot be set. */
export async function settingOf(
  { recording, outline, stops }: Session,
  { cursor }: Place,
  row: Row | undefined,
  expression: string,
  depth: number,
): Promise<Setting | string> {
  if (!row?.set)
    return `${row?.name ?? "This"} cannot be set: only numbers that the source writes and tensors that nothing computes can.`;
  const place = stops.way.at(cursor);
  const answer = place && (await stops.conditions.at(expression, place, depth));
  if (!answer) return "There is no moment yet to set anything at.";
  if ("error" in answer) return answer.error;
  const numbers = numbersOf(answer.value);
  if (!numbers) return `${expression.trim()} is no number and no list of numbers.`;
  const put = putOf(recording, outline, cursor, row.set, numbers);
  if (typeof put === "string") return put;
  const segment = outline.segments[cursor.segment];
  const when = put.at === "turn" && segment ? ` from ${outline.label(segment)}` : "";
  return { put, text: `${row.path || row.name} = ${shown(numbers)}${when}` };
}

function numbersOf(value: Outcome): readonly number[] | null {
  if (value.type === "number") return [value.number];
  if (value.type === "tensor") return value.tensor.data && Array.from(value.tensor.data);
  if (value.type !== "list") return null;
  const all = value.items.map(numbersOf);
  return all.every((each) => each !== null) ? all.flat() : null;
}

function shown(numbers: readonly number[]): string {
  const text = numbers.length === 1 ? String(numbers[0]) : `[${numbers.join(", ")}]`;
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
