import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import type { Session } from "../../src/session/session";
import { axed } from "./axed";
import { example, type Hosted, ran, type RunOptions } from "./hosted";
import { Pages } from "./pages";

const folder = "test/out/screens";
const themes = ["dark", "light", "hc-dark", "hc-light"] as const;

/** The 0-based line that holds a part of a text. */
const lineOf = (text: string, part: string): number => text.split("\n").findIndex((line) => line.includes(part));

describe("stops on the page", function () {
  this.timeout(120_000);
  const pages = new Pages();
  let hosted: Hosted;
  let page: Page;
  before(() => {
    mkdirSync(folder, { recursive: true });
  });

  const text = example("autograd");
  const backward = lineOf(text, ".backward()");

  async function begin({
    source = text,
    ...options
  }: RunOptions & { readonly lines?: readonly number[]; readonly source?: string } = {}): Promise<Session> {
    const session = await ran(source);
    const [program] = session.recording.programs;
    session.stops.set(
      program?.file ?? "",
      (options.lines ?? []).map((line) => ({ line })),
    );
    hosted = await pages.open(session, options);
    page = hosted.page;
    return session;
  }
  const step = () => page.locator(".bar .step").innerText();
  const signs = () => page.locator(".halts .stop");

  it("shows where a breakpoint stops, in words too, and a click goes there", async () => {
    const session = await begin({ lines: [backward] });
    await signs().first().waitFor();
    const count = session.outline.iterations;
    equal(await signs().count(), count);
    equal(await signs().nth(3).getAttribute("aria-label"), `epoch 3: Breakpoint on line ${backward + 1}`);
    equal(await page.locator(".halts [tabindex='-1']").count(), count - 1);
    await signs().last().click();
    await hosted.settled();
    equal(session.track.iteration(session.cursor?.segment ?? -1), session.outline.iterations - 1);
    match(await step(), new RegExp(`line ${backward + 1}`));
  });

  it("draws stops that stand close together as one, which leads where one clicks", async () => {
    const source = example("linear-regression");
    const line = lineOf(source, ".backward()");
    const session = await begin({ source, lines: [line], width: 560 });
    await signs().first().waitFor();
    equal(await signs().count(), 1);
    const label = `epoch 0 to epoch 99, 100 times: Breakpoint on line ${line + 1}`;
    await page.locator(`.halts .stop[aria-label="${label}"]`).waitFor();
    const box = await signs().boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) - 3, (box?.y ?? 0) + 4);
    await hosted.settled();
    equal(session.track.iteration(session.cursor?.segment ?? -1), 99);
  });

  it("goes to the next stop and back to the one before, by keys and buttons, and says why it stopped", async () => {
    const session = await begin({ lines: [backward] });
    session.move({ to: "iterationIndex", index: 0 });
    await page.locator("vscode-button[aria-label^='To the next stop']").click();
    await page.locator(".step .halt").waitFor();
    match((await step()).replace(/\s+/g, " "), new RegExp(`Breakpoint · line ${backward + 1}$`));
    const first = session.cursor;
    await page.locator(".graph").click({ position: { x: 4, y: 4 } });
    await page.keyboard.press("s");
    await hosted.settled();
    equal(session.track.iteration(session.cursor?.segment ?? -1), 1);
    await page.keyboard.press("Shift+S");
    await hosted.settled();
    deepEqual(session.cursor, first);
    await page.keyboard.press("ArrowRight");
    await hosted.settled();
    equal(await page.locator(".step .halt").count(), 0);
  });

  it("adds a watchpoint on the node in focus, lists it, stops the play at it both ways, and removes it", async () => {
    const session = await begin();
    equal(await page.locator("vscode-button[aria-label^='To the next stop']").isVisible(), false);
    await page.locator("[role=treeitem]", { hasText: /^w / }).first().dispatchEvent("click");
    await page.click("#tab-stops");
    await hosted.settled();
    match(await page.locator(".stops h3").first().innerText(), /^Stop at w when$/);
    await choose("What", "∂L/∂w");
    await choose("Stops when", "|∂L/∂w| falls below");
    await page.locator(".stops vscode-text-field input").fill("10");
    await page.locator(".stops vscode-text-field input").press("Enter");
    await page.locator(".stops vscode-button", { hasText: "Add watchpoint" }).click();
    await page.locator(".stops .line", { hasText: "|∂L/∂w| falls below 10" }).waitFor();
    equal(session.stops.watchpoints.length, 1);
    await page.locator(".halts .data-breakpoint").waitFor();
    equal(await signs().count(), 1);
    await page.screenshot({ path: `${folder}/stops-watchpoint.png` });

    session.player.speed = 1000;
    await page.keyboard.press("Escape");
    session.play();
    await page.locator(".step .halt", { hasText: "|∂L/∂w| fell below 10: " }).waitFor();
    const there = session.cursor;
    equal(session.playing, false);
    session.move({ to: "last" });
    await page.locator(".step .halt").waitFor({ state: "detached" });
    session.play(-1);
    await page.locator(".step .halt", { hasText: "|∂L/∂w| fell below 10: " }).waitFor();
    deepEqual(session.cursor, there);

    await page.locator(".stops vscode-button[aria-label^='Remove: ']").click();
    await page.locator(".halts").waitFor({ state: "hidden" });
    deepEqual(session.stops.watchpoints, []);
  });

  it("says of a breakpoint on a line that made nothing why it stops nowhere", async () => {
    await begin({ lines: [0] });
    await page.click("#tab-stops");
    match(
      await page.locator(".stops .line.idle").innerText(),
      /^Line 1\s+Nothing was recorded on this line|There is no statement/,
    );
    equal(await signs().count(), 0);
  });

  async function choose(label: string, option: string): Promise<void> {
    await page.locator(`vscode-dropdown[aria-label='${label}']`).click();
    await page.locator(`vscode-dropdown[aria-label='${label}'] vscode-option`, { hasText: option }).last().click();
    await hosted.settled();
  }

  for (const theme of themes)
    for (const width of [1080, 300])
      it(`has nothing for axe to find and a picture, ${theme}, ${width} pixels wide`, async () => {
        const session = await begin({ theme, width, lines: [0, backward], place: width === 300 ? "sideBar" : "panel" });
        session.stops.watchpoints = [
          { label: "w", kind: "leaf", nth: 0, side: "gradient", when: "largest below", limit: 10 },
        ];
        await session.run(1);
        if (width === 300) await page.locator(".inspect").click();
        await page.click("#tab-stops");
        await signs().first().waitFor();
        await hosted.settled();
        await page.screenshot({ path: `${folder}/stops-${theme}-${width}.png` });
        deepEqual(await axed(page), []);
        const wide = await page.evaluate(
          (most) =>
            Array.from(document.querySelectorAll(".stops *, .halts *, .step *"))
              .filter((each) => each.getBoundingClientRect().right > most + 0.5 && !each.closest(".unseen"))
              .map((each) => each.outerHTML.slice(0, 80)),
          width,
        );
        if (width === 300) deepEqual(wide, []);
        ok(session.halt);
      });
});
