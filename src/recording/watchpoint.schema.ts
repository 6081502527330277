import * as v from "valibot";
import { watchKinds, type Watchpoint } from "./watchpoint";

/** Checks a watchpoint that was kept, or that the page sent. */
export const watchpointSchema = v.object({
  label: v.string(),
  kind: v.picklist(["leaf", "op", "number"]),
  nth: v.pipe(v.number(), v.integer(), v.minValue(0)),
  side: v.picklist(["value", "gradient"]),
  when: v.picklist(watchKinds),
  limit: v.pipe(v.number(), v.finite()),
}) satisfies v.GenericSchema<Watchpoint>;
