import { strict as assert } from "node:assert";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Change } from "../../src/recording/change";
import { Shelf, type Label } from "../../src/session/shelf";

const label = (id: string): Label => ({
  id,
  title: "one-weight.ts",
  number: 1,
  origin: { uri: "untitled:Untitled-1", file: "Untitled-1", root: "/somewhere", selection: null },
  previous: null,
  status: "running",
  milliseconds: null,
  problem: null,
  notes: [],
  wish: null,
  watchpoints: [],
});

describe("shelf", () => {
  let folder = "";
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "shelf-"))));
  afterEach(() => rm(folder, { recursive: true }));

  it("gives back the bytes and the label of a run that was never closed", async () => {
    const draft = new Shelf(folder).begin(label("a"));
    draft.append(Uint8Array.of(1, 2));
    draft.append(Uint8Array.of(3));
    await draft.close();
    const again = new Shelf(folder);
    assert.deepEqual([...((await again.read("a")) ?? [])], [1, 2, 3]);
    assert.deepEqual(await again.label("a"), label("a"));
  });

  it("keeps what sort of problem a run had, and reads labels of before it did", async () => {
    const shelf = new Shelf(folder);
    const problem = { message: "Too long.", file: "a.ts", line: 1, column: 2 };
    const kept = { ...label("a"), problem: { ...problem, kind: "limit" as const } };
    await shelf.note(kept);
    assert.deepEqual(await shelf.label("a"), kept);
    await writeFile(join(folder, "a.json"), JSON.stringify({ ...label("a"), problem }));
    assert.deepEqual((await shelf.label("a"))?.problem, { ...problem, kind: "runtime" });
  });

  it("keeps what a run did differently from its source, and knows none of what it cannot read", async () => {
    const shelf = new Shelf(folder);
    const change: Change = {
      literals: [{ file: "one-weight.ts", line: 3, column: 13, text: "0.1" }],
      puts: [{ at: "made", tensor: 4, elements: [1, -0.5] }],
    };
    await shelf.note({ ...label("a"), change });
    assert.deepEqual((await shelf.label("a"))?.change, change);
    await writeFile(join(folder, "a.json"), JSON.stringify({ ...label("a"), change: { literals: [], puts: [{}] } }));
    assert.equal(await shelf.label("a"), null);
  });

  it("has nothing for an id it does not know or a label that is none", async () => {
    const shelf = new Shelf(folder);
    assert.equal(await shelf.read("b"), null);
    assert.equal(await shelf.label("b"), null);
    await writeFile(join(folder, "b.json"), '{"id":"../b"}');
    assert.equal(await shelf.label("b"), null);
  });

  it("says why a recording could not be written", async () => {
    const shelf = new Shelf(folder);
    await mkdir(shelf.path("a"));
    const draft = shelf.begin(label("a"));
    draft.append(Uint8Array.of(1));
    assert.match((await draft.close()) ?? "", /EISDIR/);
    const known = shelf.begin(label("a"));
    await new Promise((later) => setTimeout(later, 50));
    assert.match((await known.close()) ?? "", /EISDIR/, "also when it was known long before the end");
  });

  it("takes away the oldest beyond the limits but never an open one", async () => {
    const shelf = new Shelf(folder);
    for (const [i, id] of ["a", "b", "c", "d"].entries()) {
      const draft = shelf.begin(label(id));
      draft.append(new Uint8Array(100));
      await draft.close();
      await utimes(shelf.path(id), i + 1, i + 1);
    }
    assert.deepEqual(await shelf.prune({ runs: 10, bytes: 1000 }, []), []);
    assert.deepEqual(await shelf.prune({ runs: 2, bytes: 1000 }, ["a"]), ["b"]);
    assert.deepEqual(await shelf.prune({ runs: 10, bytes: 100 }, []), ["c", "a"]);
    assert.deepEqual(
      (await shelf.list()).map((each) => each.id),
      ["d"],
    );
    assert.equal(await shelf.label("b"), null);
  });
});
