// Runs the same suite in desktop VS Code: BACKSTEP_VSCODE names an installed one, otherwise it is downloaded.
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { bundleSuite } from "./bundle";

async function program(): Promise<string> {
  const named = process.env.BACKSTEP_VSCODE;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new Error(`BACKSTEP_VSCODE names ${named}, which is not there: let it name VS Code's program, or unset it.`);
  }
  return downloadAndUnzipVSCode("stable").catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `VS Code could not be downloaded (${why}): let BACKSTEP_VSCODE name the program of an installed one.`,
    );
  });
}

async function run(): Promise<number> {
  const vscodeExecutablePath = await program();
  const built = spawnSync("npm", ["run", "build", "--silent"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (built.status !== 0) throw new Error("the build failed, see above");
  const { extension, suite, folder } = await bundleSuite();
  return runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: extension,
    extensionTestsPath: suite,
    launchArgs: [folder, "--disable-extensions", "--disable-workspace-trust", "--skip-welcome"],
  });
}

run().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
