import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * How a host asks a child that is too busy to listen: a file both have open. The child reads its first byte between
 * two turns of a loop, which takes no event loop, no path and no permission.
 */
export class StopFile {
  readonly descriptor: number;
  private readonly folder: string;
  private open = true;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "backstep-"));
    this.descriptor = openSync(join(this.folder, "stop"), "w+");
  }

  ask(what: number): void {
    if (this.open) writeSync(this.descriptor, Uint8Array.of(what), 0, 1, 0);
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    closeSync(this.descriptor);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
