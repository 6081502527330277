import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { layoutBy } from "../../src/layout/graphviz";
import { Laying } from "../../src/panel/laying";
import type { ToPageOf } from "../../src/panel/messages";
import { pairAt, swapped } from "../../src/panel/pair";
import { Uis } from "../../src/panel/uis";
import { foldedOf, noFolds } from "../../src/recording/folds";
import { graphOf } from "../../src/recording/graph";
import { asOne } from "../../src/recording/joined";
import { Session } from "../../src/session/session";
import { chunksOf } from "../session/recorded";

const network = (layers: string): string => `import { nn, optim, tensor } from "backstep";
const model = new nn.Sequential(${layers});
const x = tensor([[0, 1], [1, 1]]);
const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = model(x).sub(1).pow(2).mean();
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}
`;

async function ran(id: string, layers: string): Promise<Session> {
  const session = new Session({ id, title: id, number: 1, origin: null, previous: null });
  for (const chunk of (await chunksOf(network(layers))).chunks) session.add(chunk);
  session.end("done", null, 1);
  return session;
}

describe("two runs as one graph", function () {
  this.timeout(30_000);
  let graphviz: Graphviz;
  let flat: Session;
  let deep: Session;
  before(async () => {
    graphviz = await Graphviz.load();
    flat = await ran("flat", "new nn.Linear(2, 3), new nn.Tanh(), new nn.Linear(3, 1)");
    deep = await ran(
      "deep",
      "new nn.Linear(2, 3), new nn.Tanh(), new nn.Linear(3, 3), new nn.ReLU(), new nn.Linear(3, 1)",
    );
  });

  /** Where each card stands, by what it is called, as a page is told. */
  async function places(session: Session): Promise<Map<string, string>> {
    const segment = session.track.segmentOf(1);
    const laid = await new Promise<ToPageOf<"layout">>((sent) => {
      const lay = (_: string, topology: Parameters<typeof layoutBy>[1]): Promise<ReturnType<typeof layoutBy>> =>
        Promise.resolve(layoutBy(graphviz, topology, "LR"));
      new Laying({ lay, log: (text) => ok(false, text) }, sent).layOut(session, segment, "LR", noFolds);
    });
    const { graph } = graphOf(session.recording, session.outline.segments[segment]!);
    const joined = pairAt(session, segment)?.joined;
    const folded = foldedOf(joined ? asOne(graph, joined) : graph, noFolds);
    equal(laid.key, folded.key);
    equal(laid.centres.length, 2 * folded.cards.length);
    return new Map(
      folded.cards.map(({ node, group }, card) => {
        const at = `${laid.centres[2 * card]!.toFixed(1)} ${laid.centres[2 * card + 1]!.toFixed(1)}`;
        return [at, node?.label ?? group?.name ?? ""];
      }),
    );
  }

  it("stands in the same places whichever of them is looked at", async () => {
    const alone = await places(flat);
    flat.beside = { session: deep, iteration: null, tolerance: 1e-5 };
    deep.beside = { session: flat, iteration: null, tolerance: 1e-5 };
    const [one, two] = [await places(flat), await places(deep)];
    deepEqual([...one.keys()].sort(), [...two.keys()].sort());
    notEqual(one.size, alone.size);
    for (const [at, label] of one) equal(two.get(at), label, `at ${at}`);
  });

  it("is looked at from the other side at the moment that matches", () => {
    const uis = new Uis({ get: () => undefined, update: () => Promise.resolve() });
    uis.set("flat", { ...uis.of("flat", null), orientation: "TB", selected: 2 });
    flat.move({ to: "iterationIndex", index: 2 });
    equal(swapped(flat, uis), deep);
    equal(deep.track.iteration(deep.cursor?.segment ?? -1), 2);
    equal(deep.beside?.session, flat);
    deepEqual([uis.of("deep", null).orientation, uis.of("deep", null).selected], ["TB", null]);
    flat.beside = { session: flat, iteration: 0, tolerance: 1e-5 };
    equal(swapped(flat, uis), null);
  });
});
