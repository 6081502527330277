import { argumentError } from "../../errors";
import type { Scheduled, ScheduledGroup } from "./scheduler";

/** Refuses an optimizer that has no momentum to cycle. */
export function checkCycles(optimizer: Scheduled): void {
  if (optimizer.paramGroups.every((group) => "momentum" in group || "betas" in group)) return;
  throw argumentError(
    "optimizer must support momentum with `cycle_momentum` option enabled",
    "Pass { cycleMomentum: false }.",
  );
}

/** Sets a group's momentum, or the first of its betas. */
export function setMomentum(group: ScheduledGroup, momentum: number): void {
  if (group.betas !== undefined) group.betas = [momentum, group.betas[1]];
  else group.momentum = momentum;
}
