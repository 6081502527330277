import type { Put } from "./change";
import { rowOfStep } from "./moment";
import type { Cursor } from "./moves";
import type { Recording } from "./recording";
import type { OutlineData } from "./segment";
import { startOf } from "./start";

/** What a re-run can give another value: a number variable, or a leaf with its elements. */
export type Settable =
  | { readonly of: "number"; readonly binding: number }
  | {
      readonly of: "leaf";
      readonly tensor: number;
      readonly elements: readonly number[];
      /** The one element that is meant; null: all of them. */
      readonly at: number | null;
    };

/** How a re-run gives something other numbers at a cursor; a string says why it cannot. */
export function putOf(
  recording: Recording,
  { segments }: OutlineData,
  cursor: Cursor,
  settable: Settable,
  numbers: readonly number[],
): Put | string {
  const segment = segments[cursor.segment];
  if (!segment) return "There is no moment yet to set anything at.";
  const [number] = numbers;
  if (number === undefined) return "A number is wanted.";
  if (settable.of === "number") {
    if (numbers.length > 1) return "A single number is wanted.";
    const { binding } = settable;
    const last = rowOfStep(recording, segment, cursor.step);
    let nth = -1;
    for (let row = 0; row <= last; row++) {
      const form = recording.form(row);
      if (form.kind === "write" && form.ref === binding) nth++;
    }
    return nth < 0 ? "It is not written yet." : { at: "write", binding, nth, number };
  }
  const { tensor, elements: now, at } = settable;
  const count = at === null ? now.length : 1;
  if (numbers.length !== 1 && numbers.length !== count)
    return `${numbers.length} numbers are too ${numbers.length < count ? "few" : "many"} for ${count} elements.`;
  const elements = now.map((x, k) => (at === null ? (numbers[k] ?? number) : k === at ? number : x));
  const isOlder = startOf(recording, segment).state.tensor(tensor) !== undefined;
  return segment.turn < 0 || !isOlder
    ? { at: "made", tensor, elements }
    : { at: "turn", turn: segment.turn, tensor, binding: -1, elements };
}
