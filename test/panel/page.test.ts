import { strict as assert } from "node:assert";
import { layered } from "../../src/layout/layered";
import { Page } from "../../src/panel/page";
import type { Surroundings } from "../../src/panel/surroundings";
import { readToPage, type ToPage, type ToPageOf } from "../../src/panel/messages";
import { unpackSegments } from "../../src/recording/segment.pack";
import { unpackSparse } from "../../src/recording/sparse";
import { Supply } from "../../src/panel/supply";
import { columnOf } from "../../src/runner/child/column";
import { Uis, type Memory } from "../../src/panel/uis";
import { momentOf } from "../../src/recording/moment";
import { Recording } from "../../src/recording/recording";
import { Session } from "../../src/session/session";
import { chunksOf, regression } from "../session/recorded";

class Pocket implements Memory {
  readonly kept = new Map<string, unknown>();
  get(key: string): unknown {
    return this.kept.get(key);
  }
  update(key: string, value: unknown): Promise<void> {
    this.kept.set(key, value);
    return Promise.resolve();
  }
}

const facts = { id: "a", title: "snippet.ts", number: 1, origin: null, previous: null };

describe("page", () => {
  let chunks: Uint8Array[] = [];
  before(async function () {
    this.timeout(60_000);
    chunks = (await chunksOf(regression(300))).chunks;
  });

  function build(uis = new Uis(new Pocket())) {
    const sent: ToPage[] = [];
    const log: string[] = [];
    const acts: string[] = [];
    const around: Surroundings = {
      uis,
      lay: (_key, topology, orientation) => Promise.resolve(layered(topology, orientation)),
      act: (action) => acts.push(action),
      reveal: (_session, segment, node) => acts.push(`reveal ${segment} ${node}`),
      revealFinding: (_session, finding) => acts.push(`find ${finding.id}`),
      whatIf: (_session, segment, node) => acts.push(`what if ${segment} ${node}`),
      nudge: () => Promise.resolve("not tried here"),
      ask: (_session, what, { segment, step }, node) => acts.push(`ask ${what} ${segment} ${step} ${node}`),
      empty: () => ({ reason: "nothing", problem: null, canRun: false }),
      columnOf: (question) => Promise.resolve(columnOf(question)),
      copy: (text) => (text === "no" ? Promise.reject(new Error("refused")) : Promise.resolve(void acts.push(text))),
      canRun: () => true,
      log: (text) => log.push(text),
    };
    const page = new Page("panel", (message) => sent.push(message), around);
    const take = <T extends ToPage["type"]>(type: T): ToPageOf<T>[] =>
      sent.filter((each): each is ToPageOf<T> => each.type === type);
    return { page, sent, log, acts, take };
  }

  function session(count = chunks.length): Session {
    const made = new Session(facts);
    for (const chunk of chunks.slice(0, count)) made.add(chunk);
    made.refresh();
    return made;
  }

  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it("says nothing until the page is ready, then all there is, each message as the page checks it", async () => {
    const { page, sent, take } = build();
    page.show(session());
    assert.equal(sent.length, 0);
    page.receive({ type: "ready", orientation: "LR" });
    await settle();
    for (const message of sent) {
      const read = readToPage(message);
      assert.notEqual(typeof read, "string", `${message.type}: ${JSON.stringify(read)}`);
    }
    assert.deepEqual(
      sent.map((each) => each.type),
      ["settings", "run", "chunks", "outline", "cursor", "findings", "stops", "layout"],
    );
    assert.equal(take("outline")[0]?.labels.find(({ beginning }) => beginning === "epoch ")?.count, 300);
    assert.equal(take("outline")[0]?.series.find((each) => each.kind === "loss")?.values[0], 30);
    assert.equal(take("layout")[0]?.centres.length, 14);
  });

  it("shows what there is to do without a run", () => {
    const { page, sent } = build();
    page.receive({ type: "ready", orientation: "LR" });
    assert.deepEqual(sent[1], { type: "empty", reason: "nothing", problem: null, canRun: false });
  });

  it("answers each move with its number, also one that leads nowhere", async () => {
    const { page, take } = build();
    const shown = session();
    page.show(shown);
    page.receive({ type: "ready", orientation: "LR" });
    const before = shown.cursor!;
    page.receive({ type: "move", id: "a", seq: 1, move: { to: "step", by: 1 } });
    page.receive({
      type: "move",
      id: "a",
      seq: 2,
      move: { to: "cursor", segment: before.segment, step: before.step + 1 },
    });
    const cursors = take("cursor").map(({ segment, step, seq }) => ({ segment, step, seq }));
    const after = { segment: before.segment, step: before.step + 1 };
    assert.deepEqual(cursors, [
      { ...before, seq: 0 },
      { ...after, seq: 1 },
      { ...after, seq: 2 },
    ]);
    await settle();
    assert.equal(take("layout").length, 1);
  });

  it("counts the moves of each run anew, and of each page", () => {
    const { page, take } = build();
    page.show(session());
    page.receive({ type: "ready", orientation: "LR" });
    page.receive({ type: "move", id: "a", seq: 7, move: { to: "last" } });
    assert.equal(take("cursor").at(-1)?.seq, 7);
    page.show(session());
    assert.equal(take("cursor").at(-1)?.seq, 0);
    page.receive({ type: "move", id: "a", seq: 3, move: { to: "last" } });
    page.receive({ type: "ready", orientation: "LR" });
    assert.equal(take("cursor").at(-1)?.seq, 0);
  });

  it("puts a text on the clipboard, and says when it could not", async () => {
    const { page, acts, take } = build();
    page.show(session());
    page.receive({ type: "ready", orientation: "LR" });
    for (const text of ["tensor([1])", "no"]) page.receive({ type: "copy", id: "a", text });
    page.receive({ type: "copy", id: "of another run", text: "tensor([2])" });
    await settle();
    assert.deepEqual(acts, ["tensor([1])"]);
    assert.deepEqual(
      take("copied").map(({ trouble }) => trouble),
      ["", "It could not be copied: Error: refused"],
    );
  });

  it("tells the course of a node bit by bit, from where one asks, and only of the last question", async () => {
    const { page, take } = build();
    page.show(session());
    page.receive({ type: "ready", orientation: "LR" });
    const ask = (ask: number, from: number): void =>
      page.receive({ type: "course", id: "a", ask, segment: 1, node: 0, element: null, from });
    ask(1, 0);
    ask(2, 290);
    ask(3, 0);
    while (take("course").at(-1)?.done !== true || take("course").at(-1)?.ask !== 3) await settle();
    const told = take("course").filter((each) => each.ask === 3);
    assert.deepEqual(
      told.map(({ from }) => from),
      told.map((_, k) => told.slice(0, k).reduce((sum, { value }) => sum + value.values.length, 0)),
    );
    const values = told.flatMap(({ value }) => unpackSparse(value));
    assert.equal(values.length, 300);
    const w = take("outline")[0]!.series.find(({ kind, name }) => kind === "value" && name === "w")!;
    assert.deepEqual(values, unpackSparse(w));
    for (const message of told) assert.notEqual(typeof readToPage(message), "string");
    ask(4, 290);
    await settle();
    while (take("course").at(-1)?.ask !== 4) await settle();
    assert.equal(take("course").at(-1)?.from, 290);
  });

  it("sends a layout once per topology and orientation", async () => {
    const { page, take } = build();
    page.show(session());
    page.receive({ type: "ready", orientation: "LR" });
    await settle();
    page.receive({ type: "move", id: "a", seq: 1, move: { to: "iterationIndex", index: 200 } });
    await settle();
    page.receive({ type: "want", id: "a", segment: 3, orientation: "TB", folds: { depth: null, toggled: [] } });
    page.receive({ type: "want", id: "a", segment: 4, orientation: "TB", folds: { depth: null, toggled: [] } });
    await settle();
    assert.deepEqual(
      take("layout").map((each) => each.orientation),
      ["LR", "TB"],
    );
  });

  it("lays out the way the page will draw before that asks", async () => {
    const { page, take } = build();
    page.show(session());
    page.receive({ type: "ready", orientation: "TB" });
    await settle();
    assert.deepEqual(
      take("layout").map((each) => each.orientation),
      ["TB"],
    );
  });

  it("sends bytes alone whatever holds them: Node's own Buffer is no Uint8Array on the other side", () => {
    const { page, take } = build();
    const made = new Session(facts);
    for (const chunk of chunks) made.add(Buffer.from(chunk));
    made.refresh();
    page.show(made);
    page.receive({ type: "ready", orientation: "LR" });
    for (const { bytes } of take("chunks").flatMap((each) => each.chunks)) {
      assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
      assert.equal(bytes.byteLength, bytes.buffer.byteLength);
    }
  });

  it("says nothing to a hidden page, and all of it again when that is back", async () => {
    const { page, sent } = build();
    const shown = session();
    page.show(shown);
    page.receive({ type: "ready", orientation: "LR" });
    await settle();
    const types = sent.map((each) => each.type);
    sent.length = 0;
    page.hidden();
    shown.move({ to: "last" });
    await settle();
    assert.equal(sent.length, 0);
    page.receive({ type: "ready", orientation: "LR" });
    await settle();
    assert.deepEqual(
      sent.map((each) => each.type),
      types,
    );
  });

  it("refuses what is no message, and what is about another run", () => {
    const { page, log, acts, take } = build();
    const shown = session();
    page.show(shown);
    page.receive({ type: "ready", orientation: "LR" });
    const before = shown.cursor;
    page.receive({ type: "move", id: "a", seq: 1, move: { to: "moon" } });
    page.receive({ type: "action", action: "workbench.action.quit" });
    page.receive({ type: "move", id: "b", seq: 1, move: { to: "last" } });
    assert.deepEqual(shown.cursor, before);
    assert.equal(log.length, 2);
    assert.deepEqual(acts, []);
    assert.equal(take("cursor").length, 1);
    page.receive({ type: "action", action: "stop" });
    page.receive({ type: "reveal", id: "a", segment: 1, node: 2 });
    assert.deepEqual(acts, ["stop", "reveal 1 2"]);
  });

  it("keeps zoom, folds and selection in the host, also for the run that repeats this one", async () => {
    const pocket = new Pocket();
    const uis = new Uis(pocket);
    const { page, take } = build(uis);
    page.show(session());
    page.receive({ type: "ready", orientation: "LR" });
    const ui = { ...take("run")[0]!.ui, folds: { depth: 1, toggled: ["layers.0"] }, view: { zoom: 2, x: 1, y: 1 } };
    page.receive({ type: "ui", id: "a", ui });
    page.receive({ type: "select", id: "a", segment: 0, node: 3 });
    await uis.flush();
    const again = new Uis(pocket);
    assert.deepEqual(again.of("b", "a"), { ...ui, selected: 3 });
    again.forget("a");
    assert.deepEqual(again.of("a", null).folds, { depth: null, toggled: [] });
  });

  it("grows with a run that goes on: only what is new is sent", () => {
    const { page, take } = build();
    const shown = session(1);
    page.show(shown);
    page.receive({ type: "ready", orientation: "LR" });
    for (const chunk of chunks.slice(1)) shown.add(chunk);
    shown.refresh();
    shown.end("done", null, 5);
    const indices = take("chunks").flatMap((each) => each.chunks.map(({ index }) => index));
    assert.deepEqual(
      indices,
      chunks.map((_, i) => i),
    );
    assert.equal(take("run").at(-1)?.status, "done");
    // What the page has put together is what the host has.
    const segments: unknown[] = [];
    const series = new Map<string, number[]>();
    for (const message of take("outline")) {
      segments.splice(message.from, Infinity, ...unpackSegments(message.segments));
      for (const { key, from, values } of message.series) {
        series.set(key, [...(series.get(key) ?? []).slice(0, from), ...values]);
      }
    }
    assert.deepEqual(segments, [...shown.outline.segments]);
    for (const { key, values } of shown.outline.series) assert.deepEqual(series.get(key), [...values], key);
  });
});

describe("supply of a large recording", () => {
  it("sends definitions alone, and whole chunks where the page is, enough to show the same moment", async function () {
    this.timeout(60_000);
    const { chunks } = await chunksOf(regression(2000));
    assert.ok(chunks.length > 4);
    const session = new Session(facts);
    for (const chunk of chunks) session.add(chunk);
    session.refresh();
    const supply = new Supply("a", session.recording, session.outline, 0);
    const there = new Recording();
    const whole: number[] = [];
    const give = (segments: number[]) => {
      for (const each of supply.chunks(segments, true)?.chunks ?? []) {
        there.add(each.bytes);
        if (each.whole) whole.push(each.index);
      }
    };
    give([]);
    assert.deepEqual(whole, []);
    assert.equal(there.rows, session.recording.rows);
    const at = session.outline.iterationSegment(1500);
    give([at]);
    assert.ok(whole.length > 0 && whole.length < chunks.length, String(whole));
    const segment = session.outline.segments[at]!;
    assert.deepEqual(momentOf(there, segment, 5).nodes, momentOf(session.recording, segment, 5).nodes);
    assert.equal(supply.chunks([at], true), null);
  });

  it("sends all of a small one whole, but not before it is over", async () => {
    const { chunks } = await chunksOf(regression(300));
    const session = new Session(facts);
    for (const chunk of chunks) session.add(chunk);
    session.refresh();
    const supply = new Supply("a", session.recording, session.outline);
    const wholes = (over: boolean) => supply.chunks([], over)?.chunks.map(({ whole }) => whole);
    assert.deepEqual(
      wholes(false),
      chunks.map(() => false),
    );
    assert.deepEqual(
      wholes(true),
      chunks.map(() => true),
    );
    assert.equal(wholes(true), undefined);
  });
});
