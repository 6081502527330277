import { deepEqual, equal, match } from "node:assert/strict";
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import type { Session } from "../../src/session/session";
import { axed } from "./axed";
import { example, type Hosted, ran, type RunOptions } from "./hosted";
import { Pages, pickNode } from "./pages";

const folder = "test/out/screens";

/** A layer, a corner, a sum over uses: more than scalars. */
const layered = `import { mseLoss, nn, noGrad, tensor } from "backstep";
const x = tensor([[1, 2, 3], [0, 1, -1]]);
const y = tensor([[2, 4], [1, 0]]);
const W = tensor([[1, 0], [0.5, -0.5], [0, 0.25]], { requiresGrad: true });
const b = tensor([0.1, 0.2], { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const h = x.mm(W).add(b);
  const out = h.relu().add(h.mul(0.1));
  const loss = mseLoss(out, y);
  loss.backward();
  noGrad(() => { W.sub_(W.grad!.mul(0.1)); b.sub_(b.grad!.mul(0.1)); });
  W.grad = null;
  b.grad = null;
}
`;

/** One weight in two places: a = 6 and b = −8, so 6 comes back through b and −8 · 3 through a. */
const forked = `import { noGrad, tensor } from "backstep";
const w = tensor(2, { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const a = w.mul(3);
  const b = w.sub(10);
  const loss = a.mul(b);
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad = null;
}
`;

const adaptive = `import { optim, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const w = tensor(0, { requiresGrad: true });
const optimizer = new optim.Adam([w], { lr: 0.1 });
for (let epoch = 0; epoch < 5; epoch++) {
  const loss = w.mul(x).sub(1).pow(2).mean();
  loss.backward();
  optimizer.step();
  optimizer.zeroGrad();
}
`;

describe("the Explain tab", function () {
  this.timeout(60_000);
  const pages = new Pages();
  let session: Session;
  let layers: Session;
  let adam: Session;
  let fork: Session;
  let hosted: Hosted;
  let page: Page;

  before(async () => {
    mkdirSync(folder, { recursive: true });
    [session, layers, adam, fork] = await Promise.all([
      ran(example("autograd"), "autograd.ts"),
      ran(layered, "layers.ts"),
      ran(adaptive, "adam.ts"),
      ran(forked, "fork.ts"),
    ]);
  });

  /** Opens at the end of the first iteration's backward. */
  const open = async (options: RunOptions = {}, of = session): Promise<void> => {
    hosted = await pages.openAtBackward(of, options);
    page = hosted.page;
    await answered();
  };
  const answered = async (): Promise<void> => {
    await hosted.settled();
    await page.waitForFunction(() => !document.querySelector(".waiting"));
    await hosted.settled();
  };
  const text = async (selector = ".why"): Promise<string> => (await texts(selector))[0] ?? "";
  const texts = async (selector: string): Promise<string[]> =>
    Promise.all((await page.locator(selector).all()).map(async (each) => (await each.evaluate(spoken)).trim()));
  const pick = async (name: string): Promise<void> => {
    await pickNode(page, name);
    await answered();
  };
  /** Puts the mouse on the wire between two nodes, and waits for what its tooltip says. */
  const wire = async (from: string, to: string): Promise<string> => {
    const box = await page.locator(".graph").boundingBox();
    const items = await page.locator("[role=treeitem]").allTextContents();
    const ends = [from, to].map((name) => `n${items.findIndex((each) => each.split(" ")[0] === name)}`);
    const at = await page.evaluate(([source, target]) => {
      interface Wire {
        data(name: string): string;
        renderedMidpoint(): { x: number; y: number };
      }
      const stage = document.querySelector(".stage");
      const cy = Reflect.get(Reflect.get(stage ?? {}, "_cyreg") ?? {}, "cy") as { edges(): { toArray(): Wire[] } };
      const found = cy
        .edges()
        .toArray()
        .find((each) => each.data("source") === source && each.data("target") === target);
      return found?.renderedMidpoint();
    }, ends);
    await page.mouse.move((box?.x ?? 0) + (at?.x ?? 0), (box?.y ?? 0) + (at?.y ?? 0));
    await page.waitForSelector(".tip:not([hidden])");
    return page.locator(".tip").innerText();
  };
  /** Goes back to the step that says so. */
  const stepTo = async (pattern: RegExp): Promise<void> => {
    for (let k = 0; k < 20 && !pattern.test((await page.locator(".step").textContent()) ?? ""); k++) {
      await page.keyboard.press("ArrowLeft");
      await hosted.settled();
    }
    match((await page.locator(".step").textContent()) ?? "", pattern);
    await answered();
  };
  const shoot = (name: string) => page.screenshot({ path: `${folder}/explain-${name}.png` });

  it("is what a newcomer sees first: why the gradient of the weight is −30", async () => {
    await open();
    equal(await page.locator("vscode-panel-tab[aria-selected=true]").innerText(), "Explain");
    equal(await text(".why h3"), "Why is ∂L / ∂w = −30 ?");
    const lines = await texts(".why > .line");
    deepEqual(lines, ["∂L / ∂w = ∑ i ∂L / ∂yPred i · X i", "= −1 · 1 + −2 · 2 + −3 · 3 + −4 · 4 = −30"]);
    match(await text(), /w was used for all 4 elements of yPred, so its gradient is the sum of 4 contributions\./);
    match(await text(), /If w grows a little, l falls by 30 times that\. To bring l down, w should grow\./);
  });

  it("goes link by link towards the loss", async () => {
    await open();
    for (const value of ["−1", "−1", "0.25", "1"]) {
      const ask = page.locator("button.ask");
      equal(await ask.innerText(), `Where does ${value} come from?`);
      await ask.click();
      await answered();
    }
    const rows = await texts(".way li .line");
    deepEqual(rows, [
      "∂L / ∂yPred 0 = ∂L / ∂sub = −1",
      "∂L / ∂sub 0 = 0.25 · 2 · ( −2 ) = −1",
      "∂L / ∂pow 0 = 1 / 4 = 0.25",
      "∂L / ∂l = 1",
    ]);
    equal(await page.locator("button.ask").count(), 0);
  });

  it("a number leads to the node it comes from", async () => {
    await open();
    await page.locator(".why > .line").nth(1).getByRole("button", { name: "−2", exact: false }).first().click();
    await answered();
    equal(await text(".why h3"), "Why is ∂L / ∂yPred 1 = −2 ?");
    equal(await page.locator(".about h2").innerText(), "yPred");
    equal(await page.locator(".choice .chosen").innerText(), "−2");
    deepEqual(hosted.posted("select").at(-1)?.node !== null, true);
  });

  it("a number leads there by keyboard too, also from within a power", async () => {
    await open();
    const first = page.locator(".why > .line").nth(1).getByRole("button").first();
    await first.focus();
    await page.keyboard.press("Enter");
    await answered();
    equal(await text(".why h3"), "Why is ∂L / ∂yPred 0 = −1 ?");
    await page.waitForFunction(() => document.activeElement?.matches(".why .link") === true);
    await page.keyboard.press("Enter");
    await answered();
    equal(await text(".why h3"), "Why is ∂L / ∂sub 0 = −1 ?");
    await pick("pow\\(2\\)");
    const inside = page.locator(".formula .base button").first();
    match((await inside.getAttribute("title")) ?? "", /^sub/);
    await inside.focus();
    await page.keyboard.press(" ");
    await answered();
    equal(await page.locator(".about h2").innerText(), "sub");
    await page.waitForSelector("[aria-label='Play (Space)']");
  });

  it("a fan-out is a sum on the card, and waits for what is still to come", async () => {
    await open({}, fork);
    const card = async (): Promise<string> =>
      (await page.locator("[role=treeitem]").allTextContents()).find((each) => each.startsWith("w ")) ?? "";
    match(await card(), /∂L\/∂w 6−24=−18/);
    equal((await texts(".why > .line"))[0], "∂L / ∂w = 6 + ( −24 ) = −18");
    deepEqual(await page.locator(".why h4").allInnerTexts(), [
      "6 through b = sub, line 5",
      "−24 through a = mul, line 4",
    ]);
    await stepTo(/∂L\/∂w = 6/);
    match(await card(), /∂L\/∂w 6\.0000 1 of 2/);
    await pick("w");
    match(await text(), /What came back from 1 of 2 has arrived; the rest is still to come\./);
  });

  it("each wire tells what came back along it, and its place in the sum", async () => {
    await open({}, fork);
    match(await wire("w", "a"), /w → a · \[\] · a, line 4[\s\S]*carries\s+2\.0000[\s\S]*brings back\s+−24\.0000/);
    match(await page.locator(".tip").innerText(), /came as\s+2 of 2 to w[\s\S]*all together\s+6 − 24 = −18/);
    await stepTo(/∂L\/∂w = 6/);
    match(await page.locator(".tip").innerText(), /brings back\s+—\s+1 of 2 so far\s+6\.0000/);
    await page.mouse.move(2, 2);
    await hosted.close();
    await open();
    match(await wire("yPred", "sub"), /brings back\s+\[−1, −2, −3, −4\]\s+RMS\s+2\.7386/);
  });

  it("a node's tooltip says why in a line, once it is worked out", async () => {
    await open();
    const box = await page.locator(".graph").boundingBox();
    const at = await page.evaluate(() => {
      const stage = document.querySelector(".stage");
      const cy = Reflect.get(Reflect.get(stage ?? {}, "_cyreg") ?? {}, "cy") as {
        getElementById(id: string): { renderedPosition(): { x: number; y: number } };
      };
      return cy.getElementById("n0").renderedPosition();
    });
    await page.mouse.move((box?.x ?? 0) + at.x, (box?.y ?? 0) + at.y);
    await page.waitForSelector(".tip .why");
    deepEqual(await page.locator(".tip .why").allInnerTexts(), [
      "∂L/∂w = Σᵢ ∂L/∂yPredᵢ · Xᵢ = −1 · 1 + −2 · 2 + −3 · 3 + −4 · 4 = −30",
      "If w grows a little, l falls by 30 times that. To bring l down, w should grow.",
    ]);
    await shoot("tip");
  });

  it("of a matrix: shapes, one element, its row and its column", async () => {
    await open({}, layers);
    await pick("W");
    match(
      await text(),
      /The gradient that came in has the shape of mm, \[2, 2\]; the one that goes out has the shape of W, \[3, 2\]\. The Jacobian between them, 4 × 6 slopes, is never built\./,
    );
    await page.locator(".choice button").nth(3).click();
    await answered();
    // Σᵢ xᵢ₁ · ∂L/∂hᵢ₁ with ∂L/∂h = 0.1 · 2 (out − y) / 4, as relu is 0 in this column.
    equal(await text(".why h3"), "Why is ∂L / ∂W 1, 1 = −0.4033 ?");
    match(await text(), /= 2 · −0\.2003 \+ 1 · \( ?−0\.0028 ?\) = −0\.4033|= −0\.2003 · 2 \+ −0\.0028 · 1 = −0\.4033/);
    deepEqual(await page.locator(".why .heat .lit").allInnerTexts(), ["−0.2003", "−0.0028", "2", "1"]);
    deepEqual(await page.locator(".why .caption").allInnerTexts(), ["∂L/∂mm [2, 2] · column 1", "x [2, 3] · column 1"]);
    equal(await page.locator(".choice .chosen").evaluate((e) => e === document.activeElement), true);
  });

  it("says what is agreed on at a corner, and shows a fan-out as a sum", async () => {
    await open({}, layers);
    await pick("h");
    match(await text(), /h was used in 2 places; what comes back from each adds up\./);
    equal(await page.locator(".why h4").count(), 2);
  });

  it("says what there is not yet, and what never will be", async () => {
    await open();
    await page.keyboard.press("ArrowUp");
    await answered();
    await pick("w");
    match(await text(), /No backward pass has reached w yet\./);
    await pick("X");
    match(await text(), /X requires no gradient, so backward does not go there\./);
  });

  it("begins with what the step is about: value, gradient or update, and then the rest", async () => {
    const titles = async (): Promise<string[]> =>
      (await texts(".explain > section h3")).map((each) => each.replace(/ [=·].*| SGD.*| line.*/, ""));
    await open();
    deepEqual(await titles(), [
      "Why is ∂L / ∂w",
      "Update",
      "Ledger of w.grad",
      "Why is w",
      "Nudge w",
      "Check",
      "What if",
    ]);
    await page.keyboard.press("ArrowDown");
    await answered();
    equal((await titles())[0], "Update");
    match(await text(".explain"), /w ← w − w\.grad · learningRate = 0 − \( −30 \) · 0\.01 = 0\.3/);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await answered();
    equal((await titles())[0], "Why is l");
    match(await text(".explain"), /l = ∑ i pow i \/ 4 = \( 4 \+ 16 \+ 36 \+ 64 \) \/ 4 = 30/);
  });

  it("says that .grad is not this backward's gradient where nothing emptied it", async () => {
    const forgotten = await ran(example("forgotten-zero"), "forgotten-zero.ts");
    await open({}, forgotten);
    forgotten.move({ to: "iterationIndex", index: 2 });
    await answered();
    match(
      await text(".explain"),
      /w\.grad is not ∂L\/∂w here: it adds up 3 backwards, for nothing emptied it between them\./,
    );
    deepEqual(
      (await page.locator(".ledger tr").allInnerTexts()).map((each) => each.replace(/\s+/g, " ").trim()),
      [
        "epoch 0 · mul, line 13 −30 −30",
        "epoch 1 · mul, line 13 −25.5 −55.5",
        "epoch 2 · mul, line 13 −17.175 −72.675",
        ".grad now −72.675",
      ],
    );
  });

  it("goes one link further by itself where a number was only passed on", async () => {
    await open({}, await ran(example("linear-regression"), "linear-regression.ts"));
    await pick("lin\\.weight");
    const rows = await texts(".way li");
    equal(rows.length, 1);
    match(rows[0] ?? "", /^∂L \/ ∂t = .* · 1 \+ .* · 2 \+ .* · 3 \+ .* · 4 = .* through yPred = addmm, line 21$/);
  });

  it("lists what was added to .grad since it was zeroed, and each entry goes there", async () => {
    await open();
    session.move({ to: "iterationIndex", index: 2 });
    await answered();
    const rows = await page.locator(".ledger tr").allInnerTexts();
    deepEqual(
      rows.map((each) => each.replace(/\s+/g, " ").trim()),
      ["epoch 1 · zeroed, line 28 0", "epoch 2 · mul, line 9 −21.675 −21.675", ".grad now −21.675"],
    );
    await page.locator(".ledger button").first().click();
    await hosted.settled();
    match((await page.locator(".step").textContent()) ?? "", /^step 12 \/ 12 · w\.grad = 0/);
    equal(session.cursor?.segment, session.track.segmentOf(1));
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const)
    it(`looks right and has nothing for axe to find, ${theme}`, async () => {
      await open({ theme });
      for (let k = 0; k < 3; k++) {
        await page.locator("button.ask").click();
        await answered();
      }
      await shoot(`${theme}-w`);
      deepEqual(await axed(page), []);
      await hosted.close();
      await open({ theme, height: 1000 }, layers);
      await pick("W");
      await shoot(`${theme}-matrix`);
      deepEqual(await axed(page), []);
      await hosted.close();
      await open({ theme, width: 300, height: 800, place: "sideBar" });
      await shoot(`${theme}-bar`);
      await hosted.close();
      await open({ theme, height: 1100 }, adam);
      await page.keyboard.press("ArrowDown");
      await answered();
      await shoot(`${theme}-adam`);
      deepEqual(await axed(page), []);
    });
});

/** The words and signs of an element in the order they stand. */
function spoken(of: Element): string {
  const parts: string[] = [];
  const walk = (node: Node): void => {
    if (node instanceof Element && node.localName === "mfrac") {
      const [above, below] = Array.from(node.children);
      if (above) walk(above);
      parts.push("/");
      if (below) walk(below);
    } else if (node.nodeType === Node.TEXT_NODE) parts.push(node.textContent ?? "");
    else node.childNodes.forEach(walk);
  };
  walk(of);
  return parts
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .join(" ")
    .replace(/\s+/g, " ");
}
