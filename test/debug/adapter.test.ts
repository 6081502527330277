import { strict as assert } from "node:assert";
import { canonical } from "../../src/recording/canonical";
import { Session } from "../../src/session/session";
import { chunksOf } from "../session/recorded";
import { golden, Transcript } from "./client";
import { debugging, nested, ranWith, session } from "./debugged";

describe("a debug session on a recording", () => {
  const given = debugging(0);

  it("steps over statements, into calls, out of them, and all the way back", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    for (let i = 0; i < 8; i++) await client.go("next");
    for (let i = 0; i < 9; i++) await client.go("stepBack");
    for (let i = 0; i < 4; i++) await client.go("stepIn");
    await client.go("stepOut");
    await client.go("stepOut");
    for (let i = 0; i < 3; i++) await client.go("stepBackInto");
    await client.go("stepBackOut");
    golden("steps", client.lines);
  });

  it("runs to breakpoints in both directions, and to the ends without", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    await client.breakpoints({ line: 19 }, { line: 16 }, { line: 1 }, { line: 22 }, { line: 24, hitCondition: ">2" });
    for (let i = 0; i < 4; i++) await client.go("continue");
    for (let i = 0; i < 3; i++) await client.go("reverseContinue");
    await client.breakpoints({ line: 24, hitCondition: ">2" });
    for (let i = 0; i < 3; i++) await client.go("continue");
    for (let i = 0; i < 3; i++) await client.go("reverseContinue");
    await client.breakpoints();
    await client.go("continue");
    await client.go("reverseContinue");
    await client.go("stepBack");
    golden("breakpoints", client.lines);
  });

  it("shows variables, parameters with what the optimizer keeps, and the step", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    await client.breakpoints({ line: 20 });
    await client.go("continue");
    await client.go("continue");
    await client.variables("Variables", 2);
    await client.variables("Module", 1);
    await client.variables("Parameters", 2);
    await client.variables("This step");
    for (const text of [
      "loss",
      "out.grad",
      "net",
      "epoch",
      "loss.shape",
      "nothing",
      "x.at(1)",
      "net.lin.weight.grad!.norm()",
      "out.mul(2)",
      "!epoch",
      "loss!",
      "loss < 1 && epoch === 1",
      "loss <",
      "x.add_(1)",
    ])
      await client.evaluate(text);
    golden("variables", client.lines);
  });

  it("stops where a condition holds and prints what a log message says, both ways", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    await client.breakpoints(
      { line: 19, condition: "loss < 2.5" },
      { line: 20, logMessage: "{epoch}: {loss.item().toFixed(2)}" },
    );
    for (let i = 0; i < 3; i++) await client.go("continue");
    for (let i = 0; i < 2; i++) await client.go("reverseContinue");
    await client.breakpoints(
      { line: 19, condition: "epoch > 1", hitCondition: "2" },
      { line: 20, condition: "los < 1" },
      { line: 15, condition: "out" },
    );
    for (let i = 0; i < 4; i++) await client.go("continue");
    golden("conditions", client.lines);
  });

  it("stops where a variable or its gradient changes", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    await client.watch("Module", "epoch");
    for (let i = 0; i < 2; i++) await client.go("continue");
    await client.go("reverseContinue");
    await client.watch("Parameters", "lin.weight");
    for (let i = 0; i < 2; i++) await client.go("continue");
    await client.watch("Module", "x");
    await client.go("continue");
    golden("data", client.lines);
  });

  it("stops at the exceptional moments that are asked for", async () => {
    const failing = await session(`import { tensor } from "backstep";
const w = tensor([1, -1], { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = w.relu().mul(tensor([0, 1])).sum();
  loss.backward();
  if (epoch === 2) throw new Error("enough");
}
`);
    const client = new Transcript(failing, given.evaluator);
    await client.start();
    await client.exceptions("uncaught");
    await client.go("continue");
    await client.go("reverseContinue");
    await client.exceptions("zero");
    for (let i = 0; i < 3; i++) await client.go("continue");
    golden("exceptions", client.lines);
  });

  it("stops at the watchpoints of the run, at the same places both ways", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    const watchpoint = { label: "lin.weight", kind: "leaf", nth: 0 } as const;
    given.recorded.stops.watchpoints = [
      { ...watchpoint, side: "gradient", when: "sign", limit: 0 },
      { ...watchpoint, side: "value", when: "norm above", limit: 2 },
    ];
    for (let i = 0; i < 4; i++) await client.go("continue");
    for (let i = 0; i < 4; i++) await client.go("reverseContinue");
    given.recorded.stops.watchpoints = [];
    golden("watchpoints", client.lines);
  });

  it("says in place why an expression has no answer; the cursor stays", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    const before = given.recorded.cursor;
    for (const text of [
      "loss <",
      "nothing + 1",
      "[1].map((x) => x)",
      "x.matmul(x)",
      "x.at(7)",
      "process.exit()",
      "x.expand(100000, 100000, 1).sum()",
    ])
      await client.evaluate(text);
    assert.deepEqual(given.recorded.cursor, before);
    await client.breakpoints(
      { line: 19, condition: "loss <" },
      { line: 20, logMessage: "{los} and {loss.item() > 1}" },
    );
    for (let i = 0; i < 2; i++) await client.go("continue");
    for (let i = 0; i < 2; i++) await client.go("reverseContinue");
    golden("trouble", client.lines);
  });

  it("sets a value in a run beside this one, which is debugged from then on", async () => {
    const bytes = canonical(given.recorded.recording);
    const client = new Transcript(given.recorded, given.evaluator, {
      tryOut: (setting) => ranWith(given.recorded, setting),
    });
    await client.start();
    await client.breakpoints({ line: 19 });
    for (let i = 0; i < 3; i++) await client.go("continue");
    await client.evaluate("loss");
    await client.set("Module", "epoch", "7");
    await client.set("Variables", "loss", "1");
    await client.set("Parameters", "lin.weight", "nothing");
    await client.set("Parameters", "lin.weight", "[1, 2]");
    await client.set("Parameters", "lin.weight", "1 + 1");
    await client.where("set");
    await client.variables("Parameters");
    await client.evaluate("loss");
    await client.go("continue");
    await client.evaluate("loss");
    await client.go("reverseContinue");
    assert.deepEqual(canonical(given.recorded.recording), bytes);
    golden("set", client.lines);
  });

  it("sets a plain number from the write on that it holds there", async () => {
    const byHand = await session(`import { tensor } from "backstep";
let w = 0;
for (let epoch = 0; epoch < 4; epoch++) {
  const loss = tensor(w).sub(3).pow(2);
  w = w - 0.5 * (w - 3);
}
`);
    const client = new Transcript(byHand, given.evaluator, { tryOut: (setting) => ranWith(byHand, setting) });
    await client.start();
    await client.breakpoints({ line: 5, condition: "epoch > 0" });
    await client.go("reverseContinue");
    await client.go("reverseContinue");
    await client.variables("Variables");
    await client.set("Variables", "w", "w + 8");
    await client.variables("Variables");
    await client.go("continue");
    await client.variables("Variables");
    golden("set-number", client.lines);
  });

  it("debugs a run that goes on: breakpoints come to hold, continue waits at its tail, pause ends that", async () => {
    const slow = "await new Promise((later) => setTimeout(later, 80)); const last";
    const { chunks } = await chunksOf(nested.replace("const last", slow));
    assert.ok(chunks.length > 2, "it comes in pieces");
    const live = new Session({ id: "live", title: "snippet.ts", number: 1, origin: null, previous: null });
    const client = new Transcript(live, given.evaluator, {});
    const begun = client.begin();
    await client.breakpoints({ line: 19, condition: "epoch === 3" });
    const half = Math.ceil(chunks.length / 2);
    for (const chunk of chunks.slice(0, half)) live.add(chunk);
    live.refresh();
    await begun;
    live.move({ to: "first" });
    await new Promise((later) => setTimeout(later, 150));
    await client.where("moved");
    const running = client.go("continue");
    await new Promise((later) => setTimeout(later, 100));
    await client.send("pause", { threadId: 1 });
    await running;
    const going = client.go("continue");
    for (const chunk of chunks.slice(half)) live.add(chunk);
    live.end("done", null, 1);
    await going;
    const stops = client.lines.filter((line) => line.startsWith("continue"));
    assert.match(stops[0] ?? "", /Paused\)$/);
    assert.equal(stops[1], "continue → trainStep:19 < epoch 3 (snippet.ts):24 (breakpoint)");
  });

  it("restarts: rewinds where it was attached, begins anew where it was launched", async () => {
    for (const request of ["attach", "launch"] as const) {
      const client = new Transcript(given.recorded, given.evaluator);
      await client.start(request);
      await client.breakpoints({ line: 19 });
      await client.go("continue");
      await client.go("restart");
      await client.go("continue");
      golden(`restart-${request}`, client.lines);
    }
  });

  it("follows the cursor that others move", async () => {
    const client = new Transcript(given.recorded, given.evaluator);
    await client.start();
    given.recorded.move({ to: "phase", by: 1 });
    given.recorded.move({ to: "phase", by: 1 });
    await new Promise((later) => setTimeout(later, 150));
    await client.where("moved twice");
    golden("moved", client.lines);
  });
});
