import { build } from "esbuild";
import { join } from "node:path";

/** The children's entries. */
const programs = { child: "main", measure: "measure" };

const root = join(__dirname, "../..");
const built = new Map<string, Promise<string>>();

/** Builds a child's program as it ships, once per test run, and gives its path. */
export function buildChild(name: keyof typeof programs = "child"): Promise<string> {
  const known = built.get(name);
  if (known) return known;
  const made = (async () => {
    const outfile = join(root, `dist-test/child/${name}.js`);
    await build({
      entryPoints: [join(root, `src/runner/child/${programs[name]}.ts`)],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node22",
      logLevel: "warning",
    });
    return outfile;
  })();
  built.set(name, made);
  return made;
}
