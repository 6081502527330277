import { strict as assert } from "node:assert";
import type { PanelView } from "../panel";
import { folderOf, openInspector, running } from "../training";
import { eventually, type Workbench } from "../workbench";

const source = `import { noGrad, tensor } from "backstep";
const x = tensor([[1, 2], [NaN, -0]]);
const w = tensor([0.1, 2], { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = w.mul(x.nanToNum()).sum();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`;

describe("a tensor in real VS Code", () => {
  let bench: Workbench;
  let panel: PanelView;
  const folder = folderOf({ "train.ts": source });

  before(async () => {
    ({ bench, panel } = await running(folder));
    await openInspector(panel);
    await panel.frame.locator("#tab-tensor").click();
  });

  /** Copies the value of a node as a person does, and gives what they paste. */
  const copied = async (name: string, form: string): Promise<string> => {
    // The card may move until the graph has taken its place beside the inspector.
    await eventually(`${name} is chosen`, async () => {
      await panel.click(name);
      return (await panel.frame.locator(".about h2").allInnerTexts()).includes(name);
    });
    const value = panel.frame.locator("#view-tensor section", { hasText: "Value" });
    await value.getByRole("button", { name: form }).click();
    await value.getByText(`Copied as ${form}.`).waitFor();
    await bench.newUntitled("plaintext", "");
    await bench.press("Control+V");
    const text = await eventually("it was pasted", () =>
      bench.host((api) => api.window.activeTextEditor?.document.getText() || null),
    );
    await bench.host((api) => api.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));
    return text;
  };

  it("comes to the clipboard as it is written in each language", async () => {
    assert.equal(await copied("x", "NumPy"), "np.array([[1, 2], [np.nan, -0.0]], dtype=np.float32)");
    assert.equal(await copied("w", "TypeScript"), "tensor([0.1, 2])");
    assert.equal(await copied("x", "JSON"), '[[1, 2], ["nan", -0]]');
  });
});
