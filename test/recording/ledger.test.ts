import assert from "node:assert/strict";
import { ledgerOf, type Ledger } from "../../src/recording/ledger";
import { graphOf } from "../../src/recording/graph";
import { Recording } from "../../src/recording/recording";
import { stepsOf } from "../../src/recording/steps";
import { iteration, recorded, type Recorded } from "./recorded";

const told = ({ entries, zeroed }: Ledger): string[] => [
  ...(zeroed ? [`${zeroed.kind} by ${zeroed.by}, line ${zeroed.line + 1}`] : []),
  ...entries.map(
    ({ kind, amount, sum, by, line, at }) => `${kind} ${amount} by ${by}, line ${line + 1}: ${sum} @${at.segment}`,
  ),
];

function ledger({ recording, outline }: Recorded, epoch: number, step?: number): Ledger {
  const segment = iteration(outline, epoch);
  const { graph, tensors } = graphOf(recording, segment);
  const node = graph.nodes.findIndex(({ label }) => label === "w");
  const last = step ?? stepsOf(recording, segment).steps.findLastIndex(({ kind }) => kind === "accumulate");
  const cursor = { segment: outline.segments.indexOf(segment), step: last };
  return ledgerOf(recording, outline, cursor, tensors[node] ?? -1, 0);
}

const program = (after: string): string => `import { noGrad, tensor } from "backstep";
const w = tensor(2, { requiresGrad: true });
for (let epoch = 0; epoch < 4; epoch++) {
  const a = w.mul(3);
  a.mul(w).backward();
  noGrad(() => w.sub_(w.grad!.mul(0)));
  ${after}
}`;

describe("the ledger of a leaf's .grad", function () {
  this.timeout(30_000);

  it("begins after the zeroing of the turn before", async () => {
    const of = await recorded(program("w.grad!.zero_();"));
    // y = 3w², so each backward brings 6w = 12.
    assert.deepEqual(told(ledger(of, 0)), ["added 12 by mul, line 4: 12 @1"]);
    assert.deepEqual(told(ledger(of, 2)), ["zeroed by zero_, line 7", "added 12 by mul, line 4: 12 @3"]);
    assert.deepEqual(told(ledger(of, 2, Infinity)), ["zeroed by zero_, line 7"]);
  });

  it("goes back over turns that did not zero, with the running sum", async () => {
    const of = await recorded(program("if (epoch === 1) w.grad = null;"));
    assert.deepEqual(told(ledger(of, 1)), ["added 12 by mul, line 4: 12 @1", "added 12 by mul, line 4: 24 @2"]);
    assert.deepEqual(told(ledger(of, 3)), [
      "nulled by null, line 7",
      "added 12 by mul, line 4: 12 @3",
      "added 12 by mul, line 4: 24 @4",
    ]);
  });

  it("tells of what else changed the field", async () => {
    const of = await recorded(program("w.grad!.mul_(0.5);"));
    assert.deepEqual(told(ledger(of, 1)), [
      "added 12 by mul, line 4: 12 @1",
      "changed null by mul_, line 7: 6 @1",
      "added 12 by mul, line 4: 18 @2",
    ]);
  });

  it("of what was kept in figures only: what happened, and no number", async () => {
    const of = await recorded(`import { noGrad, tensor } from "backstep";
const w = tensor(Array.from({ length: 5000 }, () => 1), { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  w.mul(3).sum().backward();
  noGrad(() => w.sub_(w.grad!));
  if (epoch > 5) w.grad = null;
}`);
    assert.deepEqual(told(ledger(of, 1)), ["added null by mul, line 4: null @1", "added null by mul, line 4: null @2"]);
  });

  it("says which segment it lacks where only a part of the recording is here", async () => {
    const { recording, outline } = await recorded(
      program("").replace("epoch < 4", "epoch < 4000").replace("w.mul(3)", "w.mul(3).add(0)"),
    );
    const last = outline.segments.length - 1;
    const segment = outline.segments[last];
    assert.ok(segment && recording.chunks > 2);
    const sparse = new Recording();
    const near = new Set([...recording.chunksFor(segment.firstRow, segment.endRow), recording.chunks - 2]);
    for (let k = 0; k < recording.chunks; k++)
      sparse.add(near.has(k) ? recording.chunkBytes(k) : recording.definitionsOf(k));
    const { graph, tensors } = graphOf(sparse, segment);
    const tensor = tensors[graph.nodes.findIndex(({ label }) => label === "w")] ?? -1;
    const found = ledgerOf(sparse, outline, { segment: last, step: 0 }, tensor, 0);
    assert.ok(found.missing >= 0 || found.cut);
  });
});
