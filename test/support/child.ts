import { build } from "esbuild";
import { join } from "node:path";

const root = join(__dirname, "../..");
const built = new Map<string, Promise<string>>();

/** Builds the child's program as it ships, once per test run, and gives its path. */
export function buildChild(): Promise<string> {
  return program("child", "src/runner/child/main.ts");
}

/** The same of the command line, beside its child. */
export async function buildCli(): Promise<string> {
  await buildChild();
  return program("cli", "src/cli.ts");
}

function program(name: string, entry: string): Promise<string> {
  const known = built.get(name);
  if (known) return known;
  const made = (async () => {
    const outfile = join(root, `dist-test/child/${name}.js`);
    await build({
      entryPoints: [join(root, entry)],
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
