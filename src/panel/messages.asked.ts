import * as v from "valibot";
import type { Asked } from "../recording/asked";
import { slopeVerdicts } from "../recording/gradcheck";
import { count, doubles } from "./messages.parts";

const listOf = <T extends v.GenericSchema>(each: T) => v.pipe(v.array(each), v.readonly());
const slope = v.object({
  name: v.string(),
  analytic: v.number(),
  numeric: v.number(),
  error: v.number(),
  verdict: v.picklist(slopeVerdicts),
});
const gradcheck = v.object({
  segment: count,
  loss: v.string(),
  nodes: listOf(
    v.object({
      node: count,
      name: v.string(),
      leaf: v.boolean(),
      elements: count,
      slopes: listOf(slope),
      why: v.string(),
    }),
  ),
  notes: listOf(v.string()),
});
const landscape = v.object({
  loss: v.string(),
  what: v.string(),
  axes: listOf(v.object({ name: v.string(), low: v.number(), high: v.number() })),
  side: count,
  losses: doubles,
  path: listOf(v.object({ segment: count, step: count, x: v.number(), y: v.number() })),
  notes: listOf(v.string()),
});

/** How far the answer of re-runs is. */
export const asked = v.variant("what", [
  v.object({
    what: v.literal("gradcheck"),
    done: count,
    of: count,
    outcome: v.nullable(v.union([v.string(), gradcheck])),
  }),
  v.object({
    what: v.literal("landscape"),
    done: count,
    of: count,
    outcome: v.nullable(v.union([v.string(), landscape])),
  }),
]) satisfies v.GenericSchema<Asked>;
