import Mocha from "mocha";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import { mark } from "./mark";

/** Runs, inside the extension host, the tests that `register` defines; writes the totals and fails when one fails. */
export async function runSuite(register: () => void): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log(mark + format(...args));
  const mocha = new Mocha({ ui: "bdd", timeout: 90_000, color: false, forbidOnly: true, forbidPending: true });
  mocha.suite.emit("pre-require", globalThis, "suite", mocha);
  register();
  const failed = await new Promise<number>((ended) => {
    const runner = mocha.run((failures) => {
      const results = join(process.env.BACKSTEP_ROOT ?? ".", ".test-results");
      mkdirSync(results, { recursive: true });
      const suite = { passed: runner.stats?.passes ?? 0, failed: failures, pending: runner.stats?.pending ?? 0 };
      writeFileSync(join(results, "suite.json"), JSON.stringify({ suite }));
      ended(failures);
    });
  });
  if (failed > 0) throw new Error(`${failed} of the tests in the extension host failed`);
}
