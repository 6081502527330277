import { strict as assert } from "node:assert";
import type { DebugProtocol as Dap } from "@vscode/debugprotocol";
import fc from "fast-check";
import { Evaluator } from "../../src/runner/evaluator";
import type { Session } from "../../src/session/session";
import { buildChild } from "../support/child";
import { refusal, Transcript } from "./client";
import { nested, session } from "./debugged";

const source = { path: "/snippet.ts" };
const at = { threadId: 1 };
/** Each request as VS Code makes it; what it needs of its arguments first. */
const requests: readonly (readonly [command: string, needed: object, more?: object])[] = [
  ["initialize", {}, { adapterID: "backstep", pathFormat: "path" }],
  ["attach", {}],
  ["scopes", { frameId: 0 }],
  ["variables", { variablesReference: 1 }, { filter: "named", start: 0, count: 3 }],
  ["evaluate", { expression: "loss" }, { frameId: 0, context: "watch" }],
  ["completions", { text: "lo", column: 3 }, { frameId: 0 }],
  ["setVariable", { variablesReference: 1, name: "loss", value: "1" }],
  ["setExpression", { expression: "loss", value: "1" }, { frameId: 0 }],
  ["setExceptionBreakpoints", { filters: ["zero"] }],
  ["setBreakpoints", { source }, { breakpoints: [{ line: 19 }] }],
  ["dataBreakpointInfo", { name: "loss" }, { variablesReference: 1 }],
  ["setDataBreakpoints", { breakpoints: [] }],
  ["restartFrame", { frameId: 0 }],
  ["gotoTargets", { source, line: 19 }],
  ["goto", { targetId: 3 }],
];
const others = [
  ...["launch", "disconnect", "restart", "next", "stepIn", "stepOut", "stepBack", "continue", "reverseContinue"],
  ...["pause", "threads", "stackTrace", "exceptionInfo", "configurationDone", "stepBackInto", "source", "nothing"],
];

describe("requests of a debug session that are none", () => {
  let recorded: Session;
  let evaluator: Evaluator;
  let client: Transcript;
  const crashes: unknown[] = [];
  const crashed = (error: unknown): unknown => crashes.push(error);
  before(async () => {
    recorded = await session(nested);
    evaluator = new Evaluator({ child: await buildChild() });
    process.on("unhandledRejection", crashed);
  });
  after(() => {
    process.off("unhandledRejection", crashed);
    evaluator.dispose();
  });
  beforeEach(async () => {
    client = new Transcript(recorded, evaluator);
    await client.start();
  });
  afterEach(async () => {
    const { stackFrames } = await client.send("stackTrace", at);
    assert.ok((stackFrames as Dap.StackFrame[]).length > 0, "it still answers");
    assert.deepEqual(crashes, []);
  });

  it("are refused with a sentence that says where it is wrong", async () => {
    for (const [command, needed, more] of requests) {
      for (const name of Object.keys({ ...needed, ...more })) {
        if (["adapterID", "pathFormat"].includes(name)) continue;
        const response = await client.answer(command, { ...needed, ...more, [name]: 0.5 });
        assert.equal(response.success, false, `${command} takes an odd ${name}`);
      }
      for (const name of Object.keys(needed)) {
        const rest = Object.entries(needed).filter(([each]) => each !== name);
        assert.equal(
          (await client.answer(command, Object.fromEntries(rest))).success,
          false,
          `${command} needs no ${name}`,
        );
      }
      for (const odd of [undefined, null, 7, "text"])
        assert.equal((await client.answer(command, odd)).success, false, `${command} takes ${String(odd)}`);
    }
    await client.send("setBreakpoints", { source, breakpoints: [{ line: 19 }, { line: "20" }] });
    assert.equal(
      client.lines.at(-1),
      'setBreakpoints refused: The request setBreakpoints cannot be read at breakpoints.1.line: Invalid type: Expected number but received "20".',
    );
  });

  it("are answered once, whatever is in them", async () => {
    const command = fc.constantFrom(...requests.map(([name]) => name), ...others);
    const number = fc.oneof(fc.integer({ min: -2, max: 30 }), fc.double());
    const text = fc.oneof(fc.string(), fc.constantFrom("loss", "x.at(0)", "binding 3 value x", "/snippet.ts", "named"));
    const fields = fc.record(
      {
        ...{ frameId: number, variablesReference: number, start: number, count: number, line: number },
        ...{ column: number, targetId: number, expression: text, value: text, name: text, text, context: text },
        ...{ filter: text, filters: fc.array(text), source: fc.record({ path: text }), granularity: text },
        breakpoints: fc.array(
          fc.record(
            { line: number, condition: text, hitCondition: text, logMessage: text, dataId: text },
            { requiredKeys: [] },
          ),
        ),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(command, fc.oneof({ weight: 4, arbitrary: fields }, fc.anything()), async (name, args) => {
        const response = await client.answer(name, args);
        assert.ok(response.success || refusal(response) !== "", `${name} is refused without a reason`);
      }),
      { numRuns: 400 },
    );
  });
});
