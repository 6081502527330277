import { strict as assert } from "node:assert";
import * as vscode from "vscode";

describe("inside the extension host", () => {
  it("is real VS Code at or above the floor version, with the extension under development loaded", () => {
    const [major = 0, minor = 0] = vscode.version.split(".").map(Number);
    assert.ok(major > 1 || (major === 1 && minor >= 101), vscode.version);
    assert.ok(vscode.extensions.getExtension("backstep.backstep"));
  });
});
