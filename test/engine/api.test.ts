import { deepEqual, equal, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { DeclarationReflection } from "typedoc";
import { amiss } from "./api.claims";
import { torchName } from "./api.names";
import { readApi } from "./api.page";

describe("API.md", () => {
  it("is what the command prints, and every public name is documented with its shapes and errors", () => {
    const root = resolve(__dirname, "../..");
    const command = ["--import", "tsx", "test/engine/api.ts", "--check"];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
    equal(status, 0, stderr);
  }).timeout(300_000);

  it("is refused where a shape or an error is not told, or an error that nothing raises", async () => {
    const project = await readApi(resolve(__dirname, "../.."));
    const retell = (path: string, text: string) => {
      const name = project.getChildByName(path);
      ok(name instanceof DeclarationReflection);
      for (const { comment } of name.signatures ?? []) comment?.summary.splice(0, Infinity, { kind: "text", text });
    };
    deepEqual(amiss(project), []);
    retell("mm", "The product of two matrices.");
    retell("cat", "Joins. `cat([ones(1), ones(1)])` is `[1, 2]`. Shapes: […] → […]. Errors: an empty list.");
    retell("sum", "The sum over dims. Shapes: any → the same. Errors: a dim out of range.");
    retell("exp", "e to the power a. Shapes: any → the same. Errors: odd numbers.");
    retell("Tensor.sub_", "Subtracts in place. Shapes: any → the same.");
    deepEqual(
      amiss(project).map((sentence) => sentence.replace(/: .*/, "")),
      [
        "Tensor.sub_ does not say its errors, but raises",
        "cat has an example that is not so",
        "exp tells of errors that no call meets.",
        "mm does not say its shapes.",
        "mm does not say its errors, but raises",
        "sum does not say its shapes right",
      ],
    );
  }).timeout(300_000);

  it("names PyTorch's counterpart", () => {
    equal(torchName(["Tensor", "requiresGrad"], ""), "Tensor.requires_grad");
    equal(torchName(["nn", "init", "kaimingUniform_"], ""), "torch.nn.init.kaiming_uniform_");
    equal(torchName(["optim", "lrScheduler", "StepLR"], ""), "torch.optim.lr_scheduler.StepLR");
    equal(torchName(["atleast1d"], "With one dim at least. Source: torch.atleast_1d."), "torch.atleast_1d");
    equal(torchName(["variance"], ""), "torch.var");
    equal(torchName(["plot", "scatter"], ""), null);
  });
});
