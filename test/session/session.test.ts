import { strict as assert } from "node:assert";
import { stepsOf } from "../../src/recording/steps";
import { feed, labelOf, revive } from "../../src/session/feed";
import { remarks } from "../../src/recording/remarks";
import { Session, type Change } from "../../src/session/session";
import { Sessions } from "../../src/session/sessions";
import { chunksOf, regression } from "./recorded";

const facts = { id: "a", title: "snippet.ts", number: 1, origin: null, previous: null };

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}

/** What stands at the cursor: the label of the segment, the phase and how far in it. */
function where(session: Session): string {
  const { recording, outline, cursor } = session;
  const segment = outline.segments[cursor?.segment ?? -1];
  if (!segment || !cursor) return "nowhere";
  const { phases } = stepsOf(recording, segment);
  const phase = phases.find((each) => cursor.step >= each.firstStep && cursor.step < each.endStep);
  return `${outline.label(segment)} ${phase?.kind} ${cursor.step - (phase?.firstStep ?? 0) + 1}/${(phase?.endStep ?? 0) - (phase?.firstStep ?? 0)}`;
}

describe("session", () => {
  let chunks: Uint8Array[] = [];
  before(async function () {
    this.timeout(60_000);
    chunks = (await chunksOf(regression(40))).chunks;
  });

  function complete(wish: ConstructorParameters<typeof Session>[1] = null): Session {
    const session = new Session(facts, wish);
    for (const chunk of chunks) session.add(chunk);
    session.end("done", null, 12);
    return session;
  }

  it("opens at the first iteration, end of forward", () => {
    assert.equal(where(complete()), "epoch 0 forward 4/4");
  });

  it("walks by step, phase and iteration, and tells of each move once", () => {
    const session = complete();
    const told: Change[] = [];
    session.onDidChange((change) => told.push(change));
    const walk = (...moves: Parameters<Session["move"]>[0][]) =>
      moves.map((move) => (session.move(move), where(session)));
    assert.deepEqual(walk({ to: "step", by: 1 }, { to: "phase", by: 1 }, { to: "phase", by: 1 }), [
      "epoch 0 backward 1/5",
      "epoch 0 backward 5/5",
      "epoch 0 update 3/3",
    ]);
    assert.deepEqual(walk({ to: "iteration", by: 1 }, { to: "iterationIndex", index: 39 }, { to: "step", by: -1 }), [
      "epoch 1 update 3/3",
      "epoch 39 update 3/3",
      "epoch 39 update 2/3",
    ]);
    assert.equal(told.length, 6);
    assert.ok(told.every((change) => change === "cursor"));
  });

  it("is where it was after any number of steps forth and back, and says so at the ends", () => {
    const session = complete();
    session.move({ to: "first" });
    assert.equal(session.move({ to: "step", by: -1 }), false);
    let steps = 0;
    while (session.move({ to: "step", by: 1 })) steps++;
    const last = session.cursor;
    for (let i = 0; i < steps; i++) assert.equal(session.move({ to: "step", by: -1 }), true);
    assert.deepEqual(session.cursor, { segment: 0, step: 0 });
    session.move({ to: "last" });
    assert.deepEqual(session.cursor, last);
  });

  it("stays put while the run goes on, and follows when asked to", () => {
    const session = new Session(facts);
    let taken = 0;
    while (session.outline.iterations < 2) {
      session.add(chunks[taken++]!);
      session.refresh();
    }
    const opened = where(session);
    for (const chunk of chunks.slice(taken)) session.add(chunk);
    session.refresh();
    assert.equal(where(session), opened);
    session.follow = true;
    assert.match(where(session), /^epoch (39|38) forward/);
    session.end("done", null, 1);
  });

  it("takes the place of the run it repeats", () => {
    const session = complete();
    session.move({ to: "iterationIndex", index: 7 });
    session.move({ to: "phase", by: 1 });
    assert.equal(where(complete(session.wish)), "epoch 7 backward 5/5");
  });

  it("comes back from the shelf's bytes with its place, also when it was cut", () => {
    const session = complete();
    session.move({ to: "iterationIndex", index: 5 });
    const label = labelOf(session);
    const bytes = joined(chunks);
    const again = revive(label, bytes);
    assert.equal(where(again), "epoch 5 forward 4/4");
    assert.equal(again.status, "done");
    const cut = revive({ ...label, status: "running" }, bytes.slice(0, bytes.length - 5));
    assert.equal(cut.status, "stopped");
    assert.ok(cut.notes.some((note) => /cut short/.test(note)));
    assert.ok(cut.notes.some((note) => /while this ran/.test(note)));
  });

  it("comes back with what it did differently from its source", () => {
    const change = { literals: [{ file: "snippet.ts", line: 1, column: 4, text: "0.1" }], puts: [] };
    const session = new Session({ ...facts, change });
    feed(session, joined(chunks));
    assert.deepEqual(revive(labelOf(session), joined(chunks)).facts, { ...facts, change });
  });

  it("refuses what is no recording with a sentence", () => {
    const session = new Session(facts);
    feed(
      session,
      new TextEncoder().encode(
        "hello, this is no recording at all, and long enough to have had a header if it were one",
      ),
    );
    assert.match(session.notes[0] ?? "", /no Backstep recording/);
    assert.equal(session.cursor, null);
  });

  it("tells from the recording alone what a run failed of", async () => {
    const failed = await chunksOf(regression(20, 'if (epoch === 7) throw new Error("enough");'));
    assert.equal(failed.status, "failed");
    const session = new Session(facts);
    feed(session, joined(failed.chunks));
    assert.equal(session.status, "failed");
    assert.match(session.problem?.message ?? "", /enough/);
    assert.equal(session.problem?.line, 8);
    assert.equal(session.outline.iterations, 8);
    const whole = new Session(facts);
    feed(whole, joined(chunks));
    assert.deepEqual([whole.status, whole.problem], ["done", null]);
  });

  it("plays to the end and stops there", () => {
    let tick = () => {};
    const session = new Session(facts, null, {
      every: (_, call) => ((tick = call), { stop: () => (tick = () => {}) }),
    });
    for (const chunk of chunks) session.add(chunk);
    session.end("done", null, 1);
    session.move({ to: "last" });
    session.move({ to: "step", by: -1 });
    session.play();
    tick();
    assert.equal(session.player.playing, true);
    tick();
    assert.equal(session.player.playing, false);
  });
});

describe("remarks on a run", () => {
  async function said(text: string): Promise<readonly string[]> {
    const session = new Session(facts);
    for (const chunk of (await chunksOf(text)).chunks) session.add(chunk);
    session.refresh();
    return remarks(session.recording, session.outline.iterations).map(
      ({ message, file, line, column }) => `${file}:${line + 1}:${column + 1} ${message}`,
    );
  }

  it("say what is missing, where, and what to do", async () => {
    assert.deepEqual(await said(regression(2)), []);
    assert.match(
      (await said(`import { tensor } from "backstep";\nconst a = tensor(1);\na.mul(2);`))[0] ?? "",
      /^\w+\.ts:3:1 backward\(\) was never/,
    );
    assert.match(
      (await said(`import { tensor } from "backstep";\nconst a = tensor(1);`))[0] ?? "",
      /^\w+\.ts:2:11 backward\(\) was never/,
    );
    const recursive = `import { tensor } from "backstep"; const w = tensor(1, { requiresGrad: true });
function train(n: number): void { if (n === 0) return; w.pow(2).backward(); train(n - 1); }
train(N);`;
    assert.match(
      (await said(recursive.replace("N", "3")))[0] ?? "",
      /^\w+\.ts:2:\d+ backward\(\) ran several times, but in no loop/,
    );
    assert.deepEqual(await said(recursive.replace("N", "1")), []);
    assert.match((await said(`import "backstep"; let a = 1; a += 1;`))[0] ?? "", /^\w+\.ts:1:1 No tensor was created/);
  });
});

describe("sessions", () => {
  const session = (id: string) => new Session({ ...facts, id, number: Number(id) });

  it("make the newest the active one, and let the oldest go beyond the limit", () => {
    const sessions = new Sessions();
    const gone: string[] = [];
    sessions.onDidForget(({ id }) => gone.push(id));
    for (const id of ["1", "2", "3"]) {
      const each = session(id);
      sessions.add(each, 2);
      each.end("done", null, 1);
    }
    assert.equal(sessions.active?.id, "3");
    assert.deepEqual(gone, ["1"]);
    assert.equal(sessions.nextNumber, 4);
  });

  it("keep the one that was picked until the next run", () => {
    const sessions = new Sessions();
    const [one, two] = [session("1"), session("2")];
    sessions.add(one);
    sessions.add(two);
    const told: (string | undefined)[] = [];
    sessions.onDidChangeActive((each) => told.push(each?.id));
    sessions.activate(one);
    sessions.activate(one);
    assert.equal(sessions.active, one);
    sessions.forget(one);
    assert.deepEqual(told, ["1", "2"]);
  });
});
