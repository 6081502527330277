import { mkdirSync } from "node:fs";
import type { Session } from "../../src/session/session";
import { example, type Hosted, ran, type RunOptions } from "./hosted";
import { Pages } from "./pages";

const folder = "test/out/screens";
const sizes = [
  ["wide", 1080, 760],
  ["beside", 700, 760],
  ["bar", 300, 700],
] as const;

describe("screens of the page", function () {
  this.timeout(120_000);
  const pages = new Pages();
  let session: Session;
  before(async () => {
    mkdirSync(folder, { recursive: true });
    session = await ran(example("autograd"), "autograd.ts");
  });

  const open = async (
    name: string,
    of: Session,
    options: RunOptions = {},
    then?: (hosted: Hosted) => Promise<void>,
  ) => {
    of.move({ to: "cursor", segment: of.track.segmentOf(0), step: 3 });
    const hosted = await pages.open(of, options);
    await hosted.page.keyboard.press("ArrowDown");
    await hosted.settled();
    await then?.(hosted);
    await hosted.page.screenshot({ path: `${folder}/${name}.png` });
    await hosted.close();
  };

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const) {
    for (const [name, width, height] of sizes) {
      it(`${theme}, ${name}`, () => open(`${theme}-${name}`, session, { theme, width, height }));
    }
  }

  it("tooltip of a node, and the history of a parameter", () =>
    open("tip", session, {}, async (hosted) => {
      const { page } = hosted;
      await page.click("#tab-history");
      await page.mouse.move(80, 270);
      await page.waitForSelector(".tip:not([hidden])");
      await hosted.settled();
    }));

  it("a module and an optimizer", async () =>
    open("module", await ran(example("linear-regression"), "linear-regression.ts")));

  it("a network of many weights, near and far", async () => {
    const big = await ran(network, "network.ts");
    await open("network-far", big);
    await open("network-middle", big, {}, async (hosted) => {
      const { page } = hosted;
      for (let i = 0; i < 6; i++) await page.click("[title='Zoom in']");
      await hosted.settled();
    });
  });

  it("a failed run", async () =>
    open("failed", await ran(failing, "failing.ts"), { width: 700, height: 700, theme: "light" }));

  it("nothing yet", async () => {
    const hosted = await pages.open(null, { width: 700, height: 600 });
    await hosted.page.screenshot({ path: `${folder}/empty.png` });
    await hosted.close();
  });
});

/** Scalars only: two inputs, two layers of ten, one output. */
const network = `import { tensor, manualSeed, randn, noGrad, type Tensor } from "backstep";
manualSeed(1);
const sizes = [2, 10, 10, 1];
const weights = sizes.slice(1).map((n, l) => Array.from({ length: n }, () => Array.from({ length: sizes[l]! + 1 }, () => tensor(randn(1).item() as number, { requiresGrad: true }))));
const inputs = [tensor(0.5), tensor(-1)];
for (let epoch = 0; epoch < 3; epoch++) {
  let x: Tensor[] = inputs;
  for (const layer of weights) {
    const before = x;
    x = layer.map((ws) => {
      let sum = ws.at(-1)!;
      before.forEach((xi, i) => { sum = sum.add(ws[i]!.mul(xi)); });
      return sum.tanh();
    });
  }
  const loss = x[0]!.sub(1).pow(2);
  loss.backward();
  noGrad(() => { for (const w of weights.flat(2)) { w.sub_(w.grad!.mul(0.1)); w.grad = null; } });
}
`;

const failing = `import { noGrad, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 10; epoch++) {
  const yPred = w.mul(x);
  const loss = (epoch < 7 ? yPred : yPred.sub(y)).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`;
