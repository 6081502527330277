import { deepEqual } from "node:assert/strict";
import { contributes } from "../../package.json";
import { commandNames } from "../../src/commands/names";

/** What Backstep itself calls, from a hover or a message; in no palette. */
const inner = ["backstep.show", "backstep.showProblem"];

describe("commands", () => {
  it("are those that package.json contributes, and those of hovers and messages", () => {
    const contributed = contributes.commands.map(({ command }) => command);
    deepEqual(commandNames.map((name) => `backstep.${name}`).sort(), [...contributed, ...inner].sort());
  });
});
