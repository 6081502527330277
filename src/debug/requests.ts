import type { DebugProtocol as Dap } from "@vscode/debugprotocol";
import * as v from "valibot";

const text = v.string();
const whole = v.pipe(v.number(), v.integer());
const count = v.pipe(whole, v.minValue(0));
const source = v.looseObject({ path: v.optional(text) });
const stepping = v.looseObject({ granularity: v.optional(v.picklist(["statement", "line", "instruction"])) });

/** What the adapter reads of the arguments of each request; others it does not look at. */
const requests: ReadonlyMap<string, v.GenericSchema> = new Map<string, v.GenericSchema>([
  ["initialize", v.looseObject({})],
  ["launch", v.looseObject({})],
  ["attach", v.looseObject({})],
  ["disconnect", v.optional(v.looseObject({ terminateDebuggee: v.optional(v.boolean()) }))],
  ["scopes", v.looseObject({ frameId: count })],
  [
    "variables",
    v.looseObject({
      variablesReference: count,
      filter: v.optional(v.picklist(["indexed", "named"])),
      start: v.optional(count),
      count: v.optional(count),
    }),
  ],
  ["evaluate", v.looseObject({ expression: text, frameId: v.optional(count), context: v.optional(text) })],
  ["completions", v.looseObject({ text, column: whole, frameId: v.optional(count) })],
  ["setVariable", v.looseObject({ variablesReference: count, name: text, value: text })],
  ["setExpression", v.looseObject({ expression: text, value: text, frameId: v.optional(count) })],
  ["setExceptionBreakpoints", v.looseObject({ filters: v.array(text) })],
  [
    "setBreakpoints",
    v.looseObject({
      source,
      breakpoints: v.optional(
        v.array(
          v.looseObject({
            line: whole,
            condition: v.optional(text),
            hitCondition: v.optional(text),
            logMessage: v.optional(text),
          }),
        ),
      ),
    }),
  ],
  [
    "dataBreakpointInfo",
    v.looseObject({ name: text, variablesReference: v.optional(count), frameId: v.optional(count) }),
  ],
  [
    "setDataBreakpoints",
    v.looseObject({ breakpoints: v.array(v.looseObject({ dataId: text, condition: v.optional(text) })) }),
  ],
  ["next", stepping],
  ["stepBack", stepping],
  ["restartFrame", v.looseObject({ frameId: count })],
  ["gotoTargets", v.looseObject({ source, line: whole })],
  ["goto", v.looseObject({ targetId: count })],
]);

/** Why the arguments of a request are not what the protocol says, "" where they are. */
export function trouble({ command, arguments: args }: Dap.Request): string {
  const schema = requests.get(command);
  const read = schema && v.safeParse(schema, args);
  if (!read || read.success) return "";
  const [issue] = read.issues;
  const place = v.getDotPath(issue);
  return `The request ${command} cannot be read${place === null ? "" : ` at ${place}`}: ${issue.message}.`;
}
