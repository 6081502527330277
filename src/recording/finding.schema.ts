import * as v from "valibot";
import { findingKinds, severities, type Finding } from "./finding";

const whole = v.pipe(v.number(), v.integer());
const count = v.pipe(whole, v.minValue(0));
const range = { line: count, column: count, endLine: count, endColumn: count };
/** Checks a finding that was sent. */
export const findingSchema = v.object({
  id: v.string(),
  kind: v.picklist(findingKinds),
  severity: v.picklist(severities),
  title: v.string(),
  cause: v.string(),
  remedy: v.string(),
  segment: count,
  step: count,
  /** −1: none. */
  node: whole,
  place: v.nullable(v.object({ file: v.string(), ...range })),
  related: v.array(v.object({ file: v.string(), ...range, message: v.string() })),
  path: v.array(count),
}) satisfies v.GenericSchema<Finding>;
