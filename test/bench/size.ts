// The size of what `npm run package` packs; it has run before the benchmarks.
import { globSync, statSync } from "node:fs";
import { figure } from "../support/figures";

const [vsix] = globSync("*.vsix");
if (vsix === undefined) throw new Error("There is no VSIX: npm run package, then bench again.");
figure(`size of ${vsix}`, { under: 2, unit: "MB" }, [statSync(vsix).size / 1024 / 1024]);
