// `npm run api`: writes API.md, the engine's public names with PyTorch's, from its documentation. `-- --check` compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import "../../src/engine/index";
import { allOps } from "../../src/engine/op";
import { amiss } from "./api.claims";
import { page, readApi } from "./api.page";

// One op may stand for a tensor and a number operand: the first, with tensors, tells the rules.
const formulas = new Map(
  allOps()
    .toReversed()
    .map((op) => [op.name, op.formula]),
);
const root = resolve(__dirname, "../..");
const file = join(root, "API.md");

async function main(): Promise<void> {
  const project = await readApi(root);
  const { text, undocumented } = page(project, formulas);
  const wrong = [...undocumented.map((name) => `${name} has no documentation.`), ...amiss(project)];
  for (const sentence of wrong) console.error(sentence);
  const config = await resolveConfig(file);
  const formatted = await format(text, { ...config, parser: "markdown" });
  if (process.argv.includes("--check")) {
    if (readFileSync(file, "utf8") !== formatted) {
      console.error("API.md is not what the documentation says now: run `npm run api` and commit it.");
      process.exitCode = 1;
    }
  } else {
    writeFileSync(file, formatted);
    console.log(`${file}: ${formatted.split("\n").length} lines`);
  }
  if (wrong.length > 0) process.exitCode = 1;
}

void main();
