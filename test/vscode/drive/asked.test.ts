import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PanelView } from "../panel";
import { folderOf, running } from "../training";
import { eventually, type Workbench } from "../workbench";

const cube = `import { autograd, noGrad, tensor, type Tensor } from "backstep";

class Cube extends autograd.Function {
  static forward(ctx: autograd.Context, x: Tensor) {
    ctx.saveForBackward(x);
    return x.pow(3);
  }
  static backward(ctx: autograd.Context, g: Tensor) {
    const [x] = ctx.savedTensors;
    return g.mul(x!.square().mul(2));
  }
}

const w = tensor(0.5, { requiresGrad: true });
for (let epoch = 0; epoch < 12; epoch++) {
  const y = Cube.apply(w.mul(2));
  const loss = y.sub(8).pow(2);
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.001)));
  w.grad!.zero_();
}
`;

describe("what re-runs are asked in real VS Code", () => {
  let bench: Workbench;
  let panel: PanelView;
  const folder = folderOf({ "cube.ts": cube });

  before(async () => {
    ({ bench, panel } = await running(folder, "cube.ts"));
  });

  it("checks all gradients by a command, and puts the wrong backward into Checks and Problems with its line", async () => {
    await bench.command("Backstep: Check gradients");
    await panel.frame.locator(".gradcheck .bad").waitFor();
    assert.match(
      await panel.frame.locator(".gradcheck .bad").innerText(),
      /^epoch 0: 2 gradients disagree with differences/,
    );
    await panel.frame.locator("#view-checks").getByText("The backward of Cube is wrong").first().waitFor();
    const found = await eventually("the problem", async () =>
      (await bench.problems()).find(({ message }) => message.includes("The backward of Cube is wrong")),
    );
    assert.deepEqual([found.file, found.line], [join(folder, "cube.ts"), 7]);
    await bench.screenshot("gradcheck");
  });

  it("draws the loss landscape by a command; a point of it goes to its moment", async () => {
    await bench.command("Backstep: Draw loss landscape");
    const picture = panel.frame.locator(".landscape svg.figure");
    await picture.waitFor();
    assert.equal(await picture.getAttribute("aria-label"), "loss over w");
    await panel.frame.locator(".landscape .stop").nth(5).focus();
    await bench.press("Enter");
    await eventually("the page stands at epoch 5", async () => (await panel.epoch()) === "5");
    assert.match(await panel.frame.locator(".landscape .mono").innerText(), /^epoch 5: w /);
    await bench.screenshot("landscape");
    assert.equal(readFileSync(join(folder, "cube.ts"), "utf8"), cube);
  });

  it("stops when it is asked to, and says so in place", async () => {
    const slow = cube.replace("loss.backward();", "for (let k = 0; k < 3000; k++) w.item();\n  loss.backward();");
    writeFileSync(join(folder, "slow.ts"), slow);
    await bench.openFile("slow.ts");
    await bench.command("Backstep: Run gradient descent");
    panel = await PanelView.of(bench, /slow\.ts/);
    await bench.command("Backstep: Draw loss landscape");
    const section = panel.frame.locator(".landscape");
    await section.locator("vscode-button").getByText("Stop").click();
    await section.getByText("The drawing was stopped.").waitFor();
  });
});
