import { deepEqual, equal, ok } from "node:assert/strict";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { layoutBy } from "../../src/layout/graphviz";
import { Keeping } from "../../src/layout/keeping";
import type { Layout, Orientation } from "../../src/layout/layout";
import { namesOf, topologyOf } from "../../src/panel/topology";
import { foldedOf, noFolds } from "../../src/recording/folds";
import { graphOf } from "../../src/recording/graph";
import { recorded } from "../recording/recorded";

const branches = `
const w = tensor(0.5, { requiresGrad: true });
const x = tensor(2);
for (let epoch = 0; epoch < 4; epoch++) {
  const h = w.mul(x).add(1);
  const y = epoch % 2 === 0 ? h.tanh().mul(3) : h.relu().sub(1).pow(2).sqrt();
  const loss = y.sub(4).pow(2);
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
}`;

const growing = `
const w = tensor(0.5, { requiresGrad: true });
for (let epoch = 0; epoch < 4; epoch++) {
  let h = tensor(2);
  for (let turn = 0; turn < 2 + (epoch * 3) % 4; turn++) h = h.mul(w).add(1);
  const loss = h.sub(4).pow(2);
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
}`;

// The last epoch stops before its backward.
const stopping = `
const w = tensor(0.5, { requiresGrad: true });
const x = tensor(2);
for (let epoch = 0; epoch < 4; epoch++) {
  const loss = w.mul(x).sub(4).pow(2);
  if (epoch === 3) break;
  loss.add(w.abs()).backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
}`;

interface Laid {
  readonly names: readonly string[];
  readonly boxes: readonly { x: number; y: number; width: number; height: number }[];
  readonly layout: Layout;
}

describe("positions of what stays", function () {
  this.timeout(30_000);
  let graphviz: Graphviz;
  before(async () => {
    graphviz = await Graphviz.load();
  });

  /** The graphs of all segments with one of their own, as they are come to one after the other. */
  async function walk(text: string, orientation: Orientation, keeping = new Keeping(orientation)): Promise<Laid[]> {
    const { recording, outline } = await recorded(text);
    return outline.segments
      .filter(({ kind }) => kind === "iteration")
      .map((segment) => {
        const folded = foldedOf(graphOf(recording, segment).graph, noFolds);
        const topology = topologyOf(folded);
        const names = namesOf(folded);
        const layout = keeping.lay(folded.key, names, topology, layoutBy(graphviz, topology, orientation));
        const boxes = topology.sizes.map((size, card) => ({
          ...{ x: layout.centres[2 * card] ?? NaN, y: layout.centres[2 * card + 1] ?? NaN },
          ...size,
        }));
        equal(layout.starts.length, topology.edges.length + 1);
        return { names: names.cards, boxes, layout };
      });
  }

  function expectStill(all: readonly Laid[]): void {
    const places = new Map<string, string>();
    for (const { names, boxes } of all) {
      equal(new Set(names).size, names.length);
      names.forEach((name, card) => {
        const at = `${boxes[card]?.x} ${boxes[card]?.y}`;
        equal(places.get(name) ?? at, at, name);
        places.set(name, at);
      });
      boxes.forEach((one, i) =>
        boxes.slice(i + 1).forEach((other) => {
          const apart = [
            Math.abs(one.x - other.x) - (one.width + other.width) / 2,
            Math.abs(one.y - other.y) - (one.height + other.height) / 2,
          ];
          ok(Math.max(...apart) > 0, `${names[i]} lies over another card`);
        }),
      );
    }
  }

  for (const orientation of ["LR", "TB"] as const)
    for (const [name, text] of [
      ["branches that alternate", branches],
      ["loops whose length depends on the data", growing],
      ["a last epoch that stops early", stopping],
    ] as const)
      it(`is kept through ${name}, ${orientation}`, async () => {
        const all = await walk(text, orientation);
        ok(new Set(all.map(({ layout }) => layout)).size > 1, "there is more than one graph");
        expectStill(all);
      });

  it("is where Graphviz had it in the first graph, and the second time the same", async () => {
    const [even, odd, again] = await walk(branches, "LR");
    equal(again?.layout, even?.layout);
    const shared = even?.names.filter((name) => odd?.names.includes(name)) ?? [];
    ok(shared.length >= 6);
  });

  it("goes on in a run that is run again, and not in a graph that has little in common", async () => {
    const keeping = new Keeping("LR");
    const [first] = await walk(branches, "LR", keeping);
    const [second] = await walk(branches.replace("tensor(0.5", "tensor(0.7"), "LR", keeping);
    deepEqual(second?.layout.centres, first?.layout.centres);
    const [other] = await walk(growing, "LR", keeping);
    const [alone] = await walk(growing, "LR");
    deepEqual(other?.layout.centres, alone?.layout.centres);
  });
});
