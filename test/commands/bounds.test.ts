import { deepEqual, equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { boundsFrom } from "../../src/commands/bounds";

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}

describe("bounds of a run", () => {
  it("are, when nobody set any, what the settings show", () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
    const { properties } = manifest.contributes.configuration;
    const asked: string[] = [];
    boundsFrom((name, otherwise) => {
      asked.push(`backstep.${name}`);
      equal(otherwise, properties[`backstep.${name}`]?.default, name);
      return otherwise;
    });
    const shown = Object.keys(properties).filter((name) => /^backstep\.(limits|recordings?)\./.test(name));
    deepEqual(asked.sort(), shown.sort());
  });

  it("take what a person set", () => {
    equal(boundsFrom((name, otherwise) => (name === "limits.seconds" ? 5 : otherwise)).limits.wallMs, 5000);
  });
});
