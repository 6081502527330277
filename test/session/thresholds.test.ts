import { deepEqual, equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { defaultThresholds } from "../../src/recording/findings/thresholds";
import { thresholdsFrom } from "../../src/session/thresholds";

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}

describe("thresholds of findings", () => {
  it("are the defaults that the settings show", () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
    const { properties } = manifest.contributes.configuration;
    const asked: string[] = [];
    const read = thresholdsFrom((name) => {
      asked.push(`backstep.findings.${name}`);
      return Number(properties[`backstep.findings.${name}`]?.default);
    });
    deepEqual(read, defaultThresholds);
    const shown = Object.keys(properties).filter((name) => name.startsWith("backstep.findings."));
    deepEqual(
      shown.filter((name) => !asked.includes(name)),
      ["backstep.findings.problems"],
    );
  });

  it("take what a person set", () => {
    equal(thresholdsFrom((name, otherwise) => (name === "exploding.factor" ? 50 : otherwise)).exploding.factor, 50);
  });
});
