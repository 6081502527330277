import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { Topology } from "../../src/layout/dot";
import { type CentredBox, layered, wireBetween } from "../../src/layout/layered";
import { type Layout, Layouts, type Orientation } from "../../src/layout/layout";

const worker = new URL("../../src/layout/worker.ts", import.meta.url);
const execArgv = ["--import", "tsx"];

/** The regression of the first picture: w·X − Y, squared, mean. */
const regression: Topology = {
  sizes: [132, 124, 124, 126, 126, 200, 140].map((width, i) => ({ width, height: i < 3 ? 60 : 72 })),
  edges: [
    { from: 0, to: 3 },
    { from: 1, to: 3 },
    { from: 3, to: 4 },
    { from: 2, to: 4 },
    { from: 4, to: 5 },
    { from: 5, to: 6 },
  ],
};

function grid(layers: number, width: number): Topology {
  const sizes = Array.from({ length: layers * width }, () => ({ width: 120, height: 72 }));
  const edges = sizes.flatMap((_, i) => {
    const layer = Math.floor(i / width);
    return layer === 0 ? [] : [0, 3].map((k) => ({ from: (layer - 1) * width + ((i + k) % width), to: i }));
  });
  return { sizes, edges };
}

function expectSound(layout: Layout, topology: Topology, orientation: Orientation): void {
  const x = (i: number): number => layout.centres[2 * i]!;
  const y = (i: number): number => layout.centres[2 * i + 1]!;
  topology.sizes.forEach((a, i) => {
    ok(x(i) - a.width / 2 > -1 && x(i) + a.width / 2 < layout.width + 1, `node ${i} is inside from left to right`);
    ok(y(i) - a.height / 2 > -1 && y(i) + a.height / 2 < layout.height + 1, `node ${i} is inside from top to bottom`);
    topology.sizes.slice(0, i).forEach((b, j) => {
      const apart =
        Math.abs(x(i) - x(j)) >= (a.width + b.width) / 2 || Math.abs(y(i) - y(j)) >= (a.height + b.height) / 2;
      ok(apart, `nodes ${i} and ${j} do not overlap`);
    });
  });
  topology.edges.forEach(({ from, to }, e) => {
    const along = orientation === "LR" ? x : y;
    ok(along(from) < along(to), `edge ${e} goes forward`);
    const [start, end] = [layout.starts[e]!, layout.starts[e + 1]!];
    ok(end - start >= 4 && (end - start) % 3 === 1, `edge ${e} is a cubic spline`);
    const near = (node: number, point: number): boolean =>
      Math.abs(layout.points[2 * point]! - x(node)) <= topology.sizes[node]!.width / 2 + 2 &&
      Math.abs(layout.points[2 * point + 1]! - y(node)) <= topology.sizes[node]!.height / 2 + 2;
    ok(near(from, start) && near(to, end - 1), `edge ${e} joins its two nodes`);
  });
}

describe("layout", () => {
  let layouts: Layouts;
  beforeEach(() => (layouts = new Layouts(worker, execArgv)));
  afterEach(() => layouts.dispose());

  for (const orientation of ["LR", "TB"] as const) {
    it(`lays out the regression by Graphviz, ${orientation}`, async () => {
      expectSound(await layouts.lay("r", regression, orientation), regression, orientation);
    });

    it(`lays out thousands of nodes in no time without Graphviz, ${orientation}`, () => {
      const small = grid(12, 20);
      expectSound(layered(small, orientation), small, orientation);
      const begin = performance.now();
      layered(grid(60, 100), orientation);
      ok(performance.now() - begin < 500);
    });
  }

  it("leads a wire that has to go back round both cards, through neither", () => {
    const giver = { x: 500, y: 300, width: 140, height: 80 };
    const takers = [
      { x: 300, y: 180, width: 160, height: 60 },
      { x: 300, y: 420, width: 160, height: 60 },
      { x: 300, y: 300, width: 160, height: 100 },
      { x: 520, y: 520, width: 90, height: 60 },
    ];
    const turned = ({ x, y, width, height }: CentredBox): CentredBox => ({ x: y, y: x, width: height, height: width });
    for (const taker of takers) {
      const wire = wireBetween(giver, taker, "LR");
      deepEqual([wire[0], wire[1]], [570, 300]);
      deepEqual(wire.slice(-2), [taker.x - taker.width / 2, taker.y]);
      for (const { x, y } of along(wire))
        for (const box of [giver, taker])
          ok(
            Math.abs(x - box.x) >= box.width / 2 - 1e-6 || Math.abs(y - box.y) >= box.height / 2 - 1e-6,
            `${x} ${y} lies in the card at ${box.x} ${box.y}`,
          );
      const down = wireBetween(turned(giver), turned(taker), "TB");
      deepEqual(
        down,
        wire.map((_, k) => wire[k % 2 === 0 ? k + 1 : k - 1]),
      );
    }
  });

  it("keeps two wires between the same nodes apart", async () => {
    const square: Topology = {
      sizes: [regression.sizes[0]!, regression.sizes[3]!],
      edges: [
        { from: 0, to: 1 },
        { from: 0, to: 1 },
      ],
    };
    const { points, starts } = await layouts.lay("s", square, "LR");
    const middle = (e: number): number => points[2 * (starts[e]! + 2) + 1]!;
    ok(Math.abs(middle(0) - middle(1)) > 3);
  });

  it("draws nothing of an empty graph", async () => {
    const { width, height, centres } = await layouts.lay("e", { sizes: [], edges: [] }, "LR");
    deepEqual([width, height, centres.length], [0, 0, 0]);
  });

  it("gives the same positions from memory", async () => {
    const first = await layouts.lay("r", regression, "LR");
    equal(await layouts.lay("r", regression, "LR"), first);
  });

  it("stops work that is aborted and goes on with the next", async () => {
    const stop = new AbortController();
    const long = layouts.lay("long", grid(30, 40), "LR", stop.signal);
    const queued = layouts.lay("queued", grid(3, 4), "LR", stop.signal);
    const next = layouts.lay("r", regression, "LR");
    setTimeout(() => stop.abort(new Error("newer")), 50);
    await rejects(long, /newer/);
    await rejects(queued, /newer/);
    expectSound(await next, regression, "LR");
  });

  it("draws plainly where the worker cannot start", async () => {
    const broken = new Layouts(new URL("missing.js", worker));
    expectSound(await broken.lay("r", regression, "LR"), regression, "LR");
    broken.dispose();
  });
});

/** Points on a spline: a start, then three points per cubic piece. */
function along(spline: readonly number[]): { x: number; y: number }[] {
  const found: { x: number; y: number }[] = [];
  const at = (k: number, part: number, t: number): number => {
    const [a = 0, b = 0, c = 0, d = 0] = [0, 2, 4, 6].map((next) => spline[k + next + part] ?? 0);
    return a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t * t * (1 - t) + d * t ** 3;
  };
  for (let k = 0; k + 7 < spline.length; k += 6)
    for (let t = 0; t <= 1; t += 1 / 32) found.push({ x: at(k, 0, t), y: at(k, 1, t) });
  return found;
}
