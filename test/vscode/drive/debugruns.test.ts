import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DebugView } from "../debugview";
import { PanelView } from "../panel";
import { folderOf, training } from "../training";
import { eventually, workbench, type Workbench } from "../workbench";

/** Something of everything that can stop a run by itself. */
const wild = `import { noGrad, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const w = tensor(0, { requiresGrad: true });
const idle = tensor(-1, { requiresGrad: true });
for (let epoch = 0; epoch < 40; epoch++) {
  const loss = w.mul(x).sub(x).pow(2).mean();
  loss.backward();
  if (epoch === 3) idle.relu().backward();
  noGrad(() => w.sub_(w.grad!.mul(epoch < 20 ? 0.01 : 1e9)));
  w.grad!.zero_();
  if (epoch === 25) throw new Error("enough");
}
`;
/** Goes on for as long as one looks. */
const live = training
  .replace("epoch < 20", "epoch < 1e6")
  .replace("w.grad!.zero_();", "w.grad!.zero_();\n  await new Promise((later) => setTimeout(later, 20));");

describe("VS Code's debug UI on runs", function () {
  this.timeout(180_000);
  let bench: Workbench;
  let ui: DebugView;
  const folder = folderOf({ "wild.ts": wild, "live.ts": live, "train.ts": training });

  before(async () => {
    bench = await workbench();
    await bench.open({ folder, settings: { "backstep.limits.seconds": 600 } });
    ui = new DebugView(bench);
    await ui.open();
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await bench.screenshot(`failed-${this.currentTest.title.slice(0, 20)}`);
    await ui.end();
  });

  it("stops at exceptional moments that are chosen in the Breakpoints view, both ways", async () => {
    await ui.begin("wild.ts");
    const exception = (text: RegExp) =>
      eventually(`the editor says ${String(text)}`, async () =>
        text.test((await bench.page.locator(".exception-widget").allInnerTexts()).join()),
      );
    const runs = async (key: string, place: string): Promise<void> => {
      await bench.clickText("const x");
      await ui.press(key);
      await ui.stands(place);
    };
    await runs("F5", "epoch 25 (wild.ts):10");
    await exception(/Uncaught exception\s+enough/);
    await runs("Alt+F5", "setup (wild.ts):2");
    for (const filter of ["NaN or Inf", "Exploding gradient", "Zero gradient"]) await ui.toggle(filter);
    await runs("F5", "epoch 3 (wild.ts):8");
    await exception(/Zero gradient\s+idle\.grad \+= 0: a gradient of zeros/);
    await runs("F5", "epoch 21 (wild.ts):7");
    await exception(/Exploding gradient/);
    await runs("F5", "epoch 22 (wild.ts):6");
    await exception(/NaN or Inf\s+loss is ∞/);
    await runs("Alt+F5", "epoch 21 (wild.ts):7");
    await ui.toggle("Zero gradient");
    await runs("Alt+F5", "setup (wild.ts):2");
    for (const filter of ["NaN or Inf", "Exploding gradient"]) await ui.toggle(filter);
  });

  it("sets a value: another run begins beside this one, and stands where it was set", async () => {
    await ui.begin("train.ts");
    await ui.breakpoint(11);
    await ui.bound(11);
    for (const epoch of [0, 1, 2]) {
      await bench.clickText("const rate");
      await ui.press("F5");
      await ui.stands(`epoch ${epoch} (train.ts):11`);
    }
    const of = await PanelView.of(bench, /^train\.ts/);
    await of.stands(/step 5 \/ 12/);
    await ui.set("w = ", "0.5");
    const whatIf = await PanelView.of(bench, /^what if w = 0\.5 from epoch 2/);
    await whatIf.stands(/step 6 \/ 13/);
    await ui.variable("16.8750").waitFor();
    await ui.stands("epoch 2 (train.ts):11");
    await bench.command("Backstep: Choose run");
    await bench.pick("train.ts");
    const again = await PanelView.of(bench, /^train\.ts/);
    await again.stands(/step 5 \/ 12/);
    assert.match(await again.node("w"), /value 0\.5550/);
    assert.equal(readFileSync(join(folder, "train.ts"), "utf8"), training);
  });

  it("follows a run that goes on: waits at its tail, pauses, stops at what comes later; Stop ends the run", async () => {
    await ui.begin("live.ts");
    const panel = await PanelView.of(bench, /^live\.ts/);
    await bench.clickText("const rate");
    await ui.press("F5");
    const pausing = bench.page.locator(".debug-toolbar .codicon-debug-pause").first();
    await pausing.click();
    await ui.says("Paused");
    const [, epoch] = /^epoch (\d+)/.exec(await ui.stands(/^epoch [1-9]\d* \(live\.ts\)/)) ?? [];
    const later = Number(epoch) + 100;
    await ui.breakpoint(12, { condition: `epoch === ${later}` });
    await ui.bound(12);
    await bench.clickText("const rate");
    await ui.press("F5");
    await ui.stands(`epoch ${later} (live.ts):12`);
    assert.match(await panel.info(), /running/);
    await ui.press("Shift+F5");
    await eventually("the run is stopped", async () => /stopped/.test(await panel.info()));
  });

  it("writes values at the ends of lines in and out of a session, unless they are switched off", async () => {
    const written = async (): Promise<string> =>
      bench.page.evaluate(() =>
        [...document.querySelectorAll(".view-line span")]
          .flatMap((each) => ["::before", "::after"].map((part) => getComputedStyle(each, part).content))
          .join(" "),
      );
    const says = (what: RegExp) => eventually(`the lines say ${String(what)}`, async () => what.test(await written()));
    const switched = (on: boolean) =>
      bench.host(
        (api, value) =>
          api.workspace.getConfiguration("backstep.editor").update("lineValues", value, api.ConfigurationTarget.Global),
        on,
      );
    await ui.begin("train.ts");
    await says(/w = 0\.0000/);
    await switched(false);
    await says(/^(?!.*w = )/);
    await switched(true);
    await says(/w = 0\.0000/);
    await ui.end();
    await says(/w = 0\.0000/);
    await switched(false);
    await says(/^(?!.*w = )/);
    await switched(true);
    await says(/w = 0\.0000/);
  });
});
