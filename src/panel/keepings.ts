import { Keeping } from "../layout/keeping";
import type { Orientation } from "../layout/layout";
import type { Folds } from "../recording/folds";
import type { Facts } from "../session/session";

const remembered = 64;
const known = new Map<string, Keeping>();

/** Where the graphs of a run stand as long as they are folded so; a run that was run again goes on with its predecessor's. */
export function keepingOf(
  { id, previous }: Pick<Facts, "id" | "previous">,
  orientation: Orientation,
  { depth, toggled }: Folds,
): Keeping {
  const keyOf = (run: string): string => `${run} ${orientation} ${depth ?? "auto"} ${toggled.join(" ")}`;
  const keeping = known.get(keyOf(id)) ?? known.get(keyOf(previous ?? "")) ?? new Keeping(orientation);
  known.delete(keyOf(id));
  known.set(keyOf(id), keeping);
  const oldest = known.keys().next();
  if (known.size > remembered && oldest.done !== true) known.delete(oldest.value);
  return keeping;
}
