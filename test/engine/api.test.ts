import { equal } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { torchName } from "./api.names";

describe("API.md", () => {
  it("is what the command prints, and every public name is documented", () => {
    const root = resolve(__dirname, "../..");
    const command = ["--import", "tsx", "test/engine/api.ts", "--check"];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
    equal(status, 0, stderr);
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
