import { deepEqual, equal, rejects } from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWhole } from "../../src/panel/whole";

/** A place on the disk. */
class OnDisk {
  constructor(readonly path: string) {}
  with({ path }: { readonly path: string }): OnDisk {
    return new OnDisk(path);
  }
}

const disk = {
  writeFile: ({ path }: OnDisk, bytes: Uint8Array) => writeFile(path, bytes),
  rename: (from: OnDisk, to: OnDisk) => rename(from.path, to.path),
  delete: ({ path }: OnDisk) => rm(path),
};

describe("a file that is written whole", () => {
  const folder = mkdtempSync(join(tmpdir(), "backstep-whole-"));
  const write = (name: string, text: string): Promise<void> =>
    writeWhole(disk, new OnDisk(join(folder, name)), Buffer.from(text));

  it("is there, and takes the place of the one before", async () => {
    await write("a.csv", "one");
    await write("a.csv", "two");
    equal(readFileSync(join(folder, "a.csv"), "utf8"), "two");
    deepEqual(readdirSync(folder), ["a.csv"]);
  });

  it("leaves nothing where it cannot be written", async () => {
    mkdirSync(join(folder, "taken"));
    writeFileSync(join(folder, "taken", "inside"), "");
    await rejects(write("taken", "x"), /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    await rejects(write("no/where.csv", "x"), /ENOENT/);
    await rejects(write(`${"a".repeat(300)}.csv`, "x"), /ENAMETOOLONG|ENOENT/);
    deepEqual(readdirSync(folder).sort(), ["a.csv", "taken"]);
  });
});
