import { deepEqual, ok } from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import manifest from "../package.json";

const root = resolve(__dirname, "..");
const { walkthroughs, commands } = manifest.contributes;
const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);
const links = steps.flatMap(({ id, description }) =>
  [...description.matchAll(/\(command:([\w.]+)(?:\?([^)]*))?\)/g)].map(([, command = "", query = "[]"]) => ({
    id,
    command,
    args: JSON.parse(decodeURIComponent(query)) as unknown[],
  })),
);

describe("the walkthrough", () => {
  it("shows only pictures and pages that ship", () => {
    const shown = steps.flatMap(({ media }) => ("image" in media ? Object.values(media.image) : [media.markdown]));
    ok(shown.length > 0);
    for (const file of shown) ok(existsSync(join(root, file)), file);
    const files = readdirSync(join(root, "media/walkthrough")).map((name) => `media/walkthrough/${name}`);
    deepEqual([...new Set(shown)].sort(), files.sort());
  });

  it("links to commands there are, and to examples there are", () => {
    const known = new Set(commands.map(({ command }) => command));
    const examples = new Set(readdirSync(join(root, "examples")));
    for (const { id, command, args } of links) {
      ok(known.has(command), `${id}: ${command}`);
      if (command === "backstep.openExample") ok(examples.has(String(args[0])), `${id}: ${String(args[0])}`);
    }
    ok(links.some(({ command }) => command === "backstep.openExample"));
  });
});
