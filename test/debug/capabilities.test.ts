import { strict as assert } from "node:assert";
import type { DebugProtocol as Dap } from "@vscode/debugprotocol";
import { Evaluator } from "../../src/runner/evaluator";
import { Session } from "../../src/session/session";
import { chunksOf } from "../session/recorded";
import { buildChild } from "../support/child";
import { golden, Transcript } from "./client";
import { debugging, nested, ranWith, session } from "./debugged";

describe("what a debug session on a recording can do besides", () => {
  const given = debugging(1);

  it("goes back to the beginning of any call on the stack, and says so of one that is gone", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    await client.breakpoints({ line: 5 });
    await client.go("continue");
    await client.breakpoints();
    await client.go("restartFrame", { frameId: 1 });
    for (let i = 0; i < 4; i++) await client.go("stepIn");
    await client.go("restartFrame", { frameId: 0 });
    await client.go("next");
    await client.go("next");
    await client.send("restartFrame", { frameId: 9 });
    await client.go("restartFrame", { frameId: 1 });
    golden("frames", client.lines);
  });

  it("jumps to the statement on a line, in this iteration or beside it", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    for (const line of [20, 13, 8, 24, 22]) {
      const { targets } = await client.send("gotoTargets", { source: { path: "/snippet.ts" }, line });
      const [target] = targets as Dap.GotoTarget[];
      client.lines.push(`line ${line}: ${target?.label ?? "nowhere"}`);
      if (target) await client.go("goto", { targetId: target.id });
    }
    golden("goto", client.lines);
  });

  it("steps by single steps where instructions are asked for", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    const steps: string[] = [];
    const move = async (command: string): Promise<void> => {
      await client.go(command, { granularity: "instruction" });
      steps.push(`${given.recorded.cursor?.segment ?? -1}.${given.recorded.cursor?.step ?? -1}`);
    };
    for (const command of ["next", "next", "next", "stepBack", "stepBack", "stepBack"]) await move(command);
    assert.deepEqual(steps, ["2.1", "2.2", "2.3", "2.2", "2.1", "2.0"]);
  });

  it("stops at the first NaN and at an exploding gradient, both ways, and says what they are", async () => {
    const wild = await session(`import { noGrad, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 40; epoch++) {
  const loss = w.mul(x).sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(epoch < 20 ? 0.01 : 1e9)));
  w.grad!.zero_();
}
`);
    const client = new Transcript(wild, given.evaluator);
    await client.start();
    await client.send("exceptionInfo", { threadId: 1 });
    await client.exceptions("not-finite", "exploding");
    for (const command of ["continue", "continue", "continue", "reverseContinue", "reverseContinue"]) {
      await client.go(command);
      if (client.event.reason !== "exception") continue;
      const { exceptionId, description } = await client.send("exceptionInfo", { threadId: 1 });
      client.lines.push(`  ${String(exceptionId)}: ${String(description)}`);
    }
    golden("wild", client.lines);
  });

  it("ends an expression that would not end by itself; the next one is answered", async () => {
    const impatient = new Evaluator({ child: await buildChild(), budgetMs: 500 });
    try {
      const client = new Transcript(given.recorded, impatient);
      await client.start();
      const wide = "x.expand(2, 1000000).sum()";
      const endless = `x.at(0).expand(1000, 1000)${".matmul(x.at(0).expand(1000, 1000))".repeat(40)}`;
      const before = given.recorded.cursor;
      for (const text of [endless, "epoch", "epoch + 1", wide]) {
        client.lines.push(text.length > 60 ? `${text.slice(0, 60)}…` : text);
        await client.evaluate(text);
      }
      assert.deepEqual(given.recorded.cursor, before);
      await client.breakpoints({ line: 20, condition: endless }, { line: 19, condition: "epoch === 2" });
      await client.go("continue");
      await client.breakpoints({ line: 19, condition: "epoch === 2" });
      await client.go("continue");
      golden(
        "endless",
        client.lines.map((line) => line.replaceAll(endless, "(endless)")),
      );
    } finally {
      impatient.dispose();
    }
  });

  it("completes what is typed: variables that are seen from the frame, and what is behind a dot", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    await client.breakpoints({ line: 19 });
    await client.go("continue");
    for (const [text, frameId] of [
      ["", 0],
      ["", 1],
      ["1 + lo", 0],
      ["loss.", 0],
      ["x.sh", 0],
      ["nothing.", 0],
    ] as const) {
      const { targets } = await client.send("completions", { text, column: text.length + 1, frameId });
      const labels = (targets as Dap.CompletionItem[]).map(({ label }) => label);
      client.lines.push(`${text || "(nothing typed)"}: ${labels.join(", ")}`);
    }
    golden("completions", client.lines);
  });

  it("copies a value whole, and gives the elements of a long one in parts", async () => {
    const long = await session(`import { arange, tensor } from "backstep";
const few = tensor([-0.1, NaN, 3]);
const many = arange(250);
const minus = -3;
for (let turn = 0; turn < 2; turn++) many.mul(minus).sum();
`);
    const client = new Transcript(long, given.evaluator);
    await client.start();
    const evaluated = async (expression: string, context: string) =>
      (await client.send("evaluate", { expression, frameId: 0, context })).result;
    assert.equal(await evaluated("few", "hover"), "[−0.1, NaN, 3]");
    assert.equal(await evaluated("few", "clipboard"), '[-0.10000000149011612, "nan", 3]');
    assert.equal(await evaluated("minus", "hover"), "−3");
    assert.equal(await evaluated("minus", "clipboard"), "-3");
    const doubled = await evaluated("many.mul(2)", "clipboard");
    assert.deepEqual(
      JSON.parse(String(doubled)),
      Array.from({ length: 250 }, (_, k) => 2 * k),
    );
    const { scopes } = await client.send("scopes", { frameId: 0 });
    const { variables } = await client.send("variables", {
      variablesReference: (scopes as Dap.Scope[])[0]?.variablesReference,
    });
    const many = (variables as Dap.Variable[]).find(({ name }) => name === "many");
    assert.equal(many?.indexedVariables, 250);
    const part = async (args: object): Promise<string[]> => {
      const { variables: rows } = await client.send("variables", {
        variablesReference: many.variablesReference,
        ...args,
      });
      return (rows as Dap.Variable[]).map(({ name, value }) => `${name} ${value}`);
    };
    const named = await part({ filter: "named" });
    assert.equal(many.namedVariables, named.length);
    assert.deepEqual(named, ["shape [250]", "dtype int64", "requiresGrad false"]);
    const last = await part({ filter: "indexed", start: 200, count: 50 });
    assert.equal(last.length, 50);
    assert.equal(last[0], "[200] 200");
    const few = (variables as Dap.Variable[]).find(({ name }) => name === "few");
    assert.equal(few?.indexedVariables, undefined);
  });

  it("sets a watched expression, and refuses what is none", async () => {
    const client = new Transcript(given.recorded, given.evaluator, {
      tryOut: (setting) => ranWith(given.recorded, setting),
    });
    await client.start();
    await client.breakpoints({ line: 19, condition: "epoch === 2" });
    await client.go("continue");
    await client.send("setExpression", { expression: "x + 1", value: "3", frameId: 0 });
    await client.send("setExpression", { expression: "x", value: "loss <", frameId: 0 });
    const { value } = await client.send("setExpression", { expression: "x.at(1).at(0)", value: "5", frameId: 0 });
    assert.equal(value, "5");
  });

  it("sets a tensor that its iteration made: the moment is the same, and other iterations stay", async () => {
    const made = await session(`import { noGrad, tensor } from "backstep";
const w = tensor(1, { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const goal = tensor([3, epoch]);
  const loss = goal.sub(w).pow(2).sum();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.1)));
  w.grad = null;
}
`);
    const client = new Transcript(made, given.evaluator, { tryOut: (setting) => ranWith(made, setting) });
    await client.start();
    await client.breakpoints({ line: 6 });
    for (let i = 0; i < 2; i++) await client.go("continue");
    await client.set("Variables", "goal", "[5, 7]");
    await client.where("set");
    await client.evaluate("goal");
    await client.go("reverseContinue");
    await client.evaluate("goal");
    golden("set-made", client.lines);
  });

  it("stops a run that goes on when the session is ended, and lets it be when it is only left", async () => {
    const { chunks } = await chunksOf(nested);
    for (const terminateDebuggee of [true, false]) {
      const live = new Session({ id: "live", title: "snippet.ts", number: 1, origin: null, previous: null });
      let stopped = 0;
      const stop = (): Promise<void> => {
        stopped++;
        live.end("stopped", null, 1);
        return Promise.resolve();
      };
      const client = new Transcript(live, given.evaluator, { stop });
      const begun = client.begin();
      for (const chunk of chunks) live.add(chunk);
      live.refresh();
      await begun;
      await client.send("disconnect", { terminateDebuggee });
      assert.equal(stopped, terminateDebuggee ? 1 : 0);
      assert.ok(live.recording.rows > 0);
      live.dispose();
    }
  });
});
