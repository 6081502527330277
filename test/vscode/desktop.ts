// Runs the same suite in desktop VS Code: BACKSTEP_VSCODE names an installed one, otherwise it is downloaded.
import { runTests } from "@vscode/test-electron";
import { bundleSuite } from "./bundle";

async function run(): Promise<number> {
  const { extension, suite, folder } = await bundleSuite();
  const installed = process.env.BACKSTEP_VSCODE;
  return runTests({
    ...(installed === undefined || installed === "" ? { version: "stable" } : { vscodeExecutablePath: installed }),
    extensionDevelopmentPath: extension,
    extensionTestsPath: suite,
    launchArgs: [folder, "--disable-extensions", "--disable-workspace-trust", "--skip-welcome"],
  });
}

run().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
