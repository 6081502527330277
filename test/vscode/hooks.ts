import { stopWorkbench } from "./workbench";

/** Mocha's root hooks of the drive tests. */
export const mochaHooks = {
  async afterAll(this: { timeout(ms: number): void }): Promise<void> {
    this.timeout(30_000);
    await stopWorkbench();
  },
};
