// `npm run api`: writes API.md, the engine's public names with PyTorch's, from its documentation. `-- --check` compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import "../../src/engine/index";
import { allOps } from "../../src/engine/op";
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
  const { text, undocumented } = page(await readApi(root), formulas);
  for (const name of undocumented) console.error(`${name} has no documentation.`);
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
  if (undocumented.length > 0) process.exitCode = 1;
}

void main();
