import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import type { Session } from "../../src/session/session";
import { axed } from "./axed";
import { type Hosted, ran, type RunOptions } from "./hosted";
import { Pages, pickNode } from "./pages";

const folder = "test/out/screens";

/** A cube, a matrix that does not fit, one that was not kept, and one of every odd number. */
const program = `import { arange, linspace, noGrad, tensor } from "backstep";
const x = arange(24, { dtype: "float32" }).reshape(2, 3, 4).div(8);
const W = linspace(-1, 1, 120).reshape(12, 10).detach().requiresGrad_();
const large = linspace(0, 1, 6000).reshape(60, 100);
const odd = tensor([[NaN, Infinity, -Infinity], [-0, 0, 0.1]]);
const flags = tensor([[true, false], [true, true]]);
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = W.pow(2).mean().add(x.mean()).add(large.mean()).add(odd.nanToNum(0, 0, 0).sum()).add(flags.sum());
  loss.backward();
  noGrad(() => W.sub_(W.grad!.mul(0.1)));
  W.grad = null;
}
`;

describe("the Tensor tab", function () {
  this.timeout(60_000);
  const pages = new Pages();
  let session: Session;
  let hosted: Hosted;
  let page: Page;

  before(async () => {
    mkdirSync(folder, { recursive: true });
    session = await ran(program, "numbers.ts");
  });

  const open = async (options: RunOptions = {}): Promise<void> => {
    hosted = await pages.openAtBackward(session, { height: 900, ...options });
    page = hosted.page;
    await page.click("#tab-tensor");
    await hosted.settled();
  };
  const pick = async (name: string): Promise<void> => {
    await pickNode(page, name);
    await hosted.settled();
  };
  const section = (title: string) =>
    page.locator("#view-tensor section:not([hidden])", { has: page.locator("h3", { hasText: title }) });
  const value = () => section("Value");
  const cells = (of = value()) => of.locator(".heat > *").allInnerTexts();
  const caption = (of = value()) => of.locator(".caption").innerText();
  const copies = () => hosted.acts.filter((act) => act.startsWith("copy ")).map((act) => act.slice(5));

  it("shows value and gradient as heat maps of one size, blue below zero and red above, the sign printed", async () => {
    await open();
    await pick("W");
    const first = value().locator(".heat button").first();
    equal(await first.innerText(), "−1");
    match((await first.getAttribute("class")) ?? "", /negative/);
    match(await caption(), /^rows 0 to 7 of 12, columns 0 to \d of 10$/);
    const grad = section("∂L/∂W").locator(".heat button").first();
    equal(await grad.innerText(), "−0.0167");
    match(
      await value().locator(".figures").innerText(),
      /min\s+−1\.0000\s+max\s+1\.0000[\s\S]*zeros\s+0\s+NaN\s+0\s+∞\s+0/,
    );
  });

  it("goes from element to element by keys, beyond what is on screen too, and stays there over the steps", async () => {
    await open();
    await pick("W");
    await value().locator(".heat button").first().focus();
    for (let k = 0; k < 9; k++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowRight");
    match(await caption(), /^\[9, 9\] is 0\.663865\d* · rows 2 to 9 of 12, columns \d to 9 of 10$/);
    equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "[9, 9] 0.6639");
    equal(await section("∂L/∂W").locator(".heat .chosen").getAttribute("title"), "[9, 9] 0.0111");
    await page.keyboard.press("PageDown");
    await hosted.settled();
    match(await caption(), /^\[9, 9\]/);
    await pick("odd");
    equal(await value().locator(".chosen").count(), 0, "another tensor has other elements");
  });

  it("shows a tensor of more dimensions slice by slice", async () => {
    await open();
    await pick("x");
    const index = value().getByLabel("Index in dimension 0, 0 to 1");
    deepEqual((await cells()).slice(0, 3), ["0", "0.125", "0.25"]);
    await index.focus();
    await page.keyboard.press("ArrowUp");
    await hosted.settled();
    deepEqual((await cells()).slice(0, 3), ["1.5", "1.625", "1.75"]);
    equal(await index.evaluate((e) => e === document.activeElement), true);
    await index.fill("7");
    deepEqual((await cells()).slice(0, 1), ["1.5"], "there is no such slice");
    await index.fill("0");
    deepEqual((await cells()).slice(0, 1), ["0"]);
  });

  it("copies all elements, and says so", async () => {
    await open();
    await pick("odd");
    for (const form of ["JSON", "TypeScript", "NumPy"]) {
      await value().getByRole("button", { name: form }).click();
      await value().getByText(`Copied as ${form}.`).waitFor();
    }
    deepEqual(copies(), [
      '[["nan", "inf", "-inf"], [-0, 0, 0.10000000149011612]]',
      "tensor([[NaN, Infinity, -Infinity], [-0, 0, 0.1]])",
      "np.array([[np.nan, np.inf, -np.inf], [-0.0, 0, 0.1]], dtype=np.float32)",
    ]);
    await pick("W");
    await section("∂L/∂W").getByRole("button", { name: "JSON" }).click();
    await section("∂L/∂W").getByText("Copied as JSON.").waitFor();
    const gradient = JSON.parse(copies().at(-1) ?? "") as number[][];
    deepEqual([gradient.length, gradient[0]?.length], [12, 10]);
    equal(
      await value()
        .getByText(/Copied/)
        .count(),
      0,
    );
  });

  it("says what was not recorded, and gives no copy of it", async () => {
    await open();
    await pick("large");
    match(await caption(), /^The first 36 of 6000 elements\. The others were not recorded/);
    equal((await cells()).length, 36);
    equal(await value().locator(".heat button").count(), 0);
    ok(!(await value().locator(".copies").isVisible()));
    match(await value().locator(".figures").innerText(), /mean\s+0\.5000/);
  });

  it("writes booleans as such", async () => {
    await open();
    await pick("flags");
    deepEqual(await cells(), ["true", "false", "true", "true"]);
  });

  it("fits into 300 pixels", async () => {
    await open({ width: 300, height: 900, place: "sideBar" });
    await pick("x");
    const wide = await page
      .locator("#view-tensor *")
      .evaluateAll((all) =>
        all.filter((e) => e.getBoundingClientRect().right > 300).map((e) => e.outerHTML.slice(0, 80)),
      );
    deepEqual(wide, []);
    await page.screenshot({ path: `${folder}/tensor-bar.png` });
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const)
    it(`has nothing for axe to find, ${theme}`, async () => {
      await open({ theme });
      await pick("x");
      await value().locator(".heat button").nth(5).click();
      await page.screenshot({ path: `${folder}/tensor-${theme}-slices.png` });
      deepEqual(await axed(page), []);
      await pick("W");
      await page.screenshot({ path: `${folder}/tensor-${theme}.png` });
      deepEqual(await axed(page), []);
    });
});
