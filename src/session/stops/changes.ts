import { momentStateOf, tensorMoment, variableOf } from "../../recording/variable";
import type { Session } from "../session";
import type { Value } from "../../recording/value";
import type { Place } from "./way";

/** A variable or a tensor, and which side of it can change. */
export interface Watchable {
  readonly of: "binding" | "tensor";
  readonly id: number;
  readonly side: "value" | "grad";
}

/** A data breakpoint: stops where something got another value. */
export interface Watch extends Watchable {
  readonly breakpoint: number;
  readonly name: string;
  readonly condition: string | undefined;
}

/** A watch as the one text that DAP keeps of it, and back; null for a text that is none. */
export const dataId = {
  of: ({ of, id, side }: Watchable, name: string): string => `${of} ${id} ${side} ${name}`,
  read: (text: string): (Watchable & { readonly name: string }) | null => {
    const [, of, id, side, name = ""] = /^(binding|tensor) (\d+) (value|grad) (.*)$/.exec(text) ?? [];
    if ((of !== "binding" && of !== "tensor") || (side !== "value" && side !== "grad")) return null;
    return { of, id: Number(id), side, name };
  },
};

/** Whether what is watched holds something else at `now` than at `before`. */
export function changed(session: Session, watch: Watchable, before: Place, now: Place): boolean {
  return !alike(heldAt(session, watch, before), heldAt(session, watch, now));
}

function heldAt({ recording, outline }: Session, { of, id, side }: Watchable, { cursor }: Place): unknown {
  const segment = outline.segments[cursor.segment];
  if (!segment) return undefined;
  if (of === "tensor") return tensorMoment(recording, segment, cursor.step, id)[side];
  if (momentStateOf(recording, segment, cursor.step).state.binding(id) === "not yet") return undefined;
  const held = variableOf(recording, outline, cursor, id)?.held;
  if (held?.type === "tensor") return held.tensor[side];
  if (held?.type === "number") return held.number;
  return held && "text" in held ? held.text : undefined;
}

function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isValue(a) || !isValue(b) || a.shape.join() !== b.shape.join()) return false;
  const [x, y] = [a.data, b.data];
  if (x === null || y === null) return a.stats?.norm === b.stats?.norm && a.stats?.mean === b.stats?.mean;
  for (let k = 0; k < x.length; k++) if (!Object.is(x[k], y[k])) return false;
  return true;
}

function isValue(x: unknown): x is Value {
  return typeof x === "object" && x !== null && "shape" in x && "data" in x;
}
