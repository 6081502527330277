import { deepEqual, ok } from "node:assert/strict";
import { find } from "../../src/recording/find";
import { graphOf } from "../../src/recording/graph";
import { momentOf } from "../../src/recording/moment";
import { stepsOf } from "../../src/recording/steps";
import { Session } from "../../src/session/session";
import { chunksOf } from "../session/recorded";

const text = `import { nn, tensor } from "backstep";
const x = tensor([[1, 2, 3], [4, 5, 6]]);
const lin = new nn.Linear(3, 2);
const bias = tensor([1, NaN], { requiresGrad: true });
const scale = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  const y = lin(x).add(bias).relu();
  const loss = y.mul(scale).sum().div(tensor(0)).abs();
  loss.backward();
}
`;

describe("finding nodes", () => {
  let found: (query: string) => string[];

  before(async () => {
    const session = new Session({ id: "a", title: "a.ts", number: 1, origin: null, previous: null });
    for (const chunk of (await chunksOf(text)).chunks) session.add(chunk);
    session.end("done", null, 9);
    const { recording, outline, track } = session;
    const segment = outline.segments[track.segmentOf(0)]!;
    const { graph } = graphOf(recording, segment);
    const last = stepsOf(recording, segment).steps.findIndex(({ kind }) => kind === "rule") - 1;
    const { nodes } = momentOf(recording, segment, last);
    found = (query) =>
      find(query, graph, nodes, (site) => recording.site(site)?.line).map((node) => graph.nodes[node]?.label ?? "");
  });

  it("finds by name, op, shape and line, in the graph's order", () => {
    ok(found("bias").includes("bias"));
    deepEqual(found("SCALE"), ["scale"]);
    deepEqual(found("relu"), ["y"]);
    ok(found("[2, 3]").includes("x"));
    deepEqual(found("line 8").at(-1), "loss");
    deepEqual(found("line 7 relu"), ["y"]);
  });

  it("finds what holds a NaN, and nothing for nothing", () => {
    ok(found("has NaN").includes("bias"));
    ok(!found("has nan").includes("x"));
    deepEqual(found("has nan line 8").at(-1), "loss");
    deepEqual(found("  "), []);
    deepEqual(found("nobody is called so"), []);
  });
});
