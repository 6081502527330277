import { deepEqual, equal } from "node:assert/strict";
import { freshUi, type ToHost, type ToPageOf } from "../../src/panel/messages";
import { Store } from "../../webview/store";

const run = (id: string): ToPageOf<"run"> => ({
  ...{ type: "run", id, title: "train.ts", number: 1, status: "done", milliseconds: 1, problem: null, notes: [] },
  ...{ canRun: true, again: "Run again", place: "panel", ui: freshUi },
});
const cursor = (id: string, segment: number, seq: number): ToPageOf<"cursor"> => ({
  ...{ type: "cursor", id, segment, step: 0, seq, playing: false, speed: 1, follow: false, halt: "" },
});

describe("the page's state", () => {
  it("stands where another run begins, though moves of the run before never reached the host", () => {
    const posted: ToHost[] = [];
    const store = new Store(
      (message) => posted.push(message),
      () => undefined,
    );
    const segment = () => store.cursor?.segment;
    store.hear(run("a"));
    store.hear(cursor("a", 1, 0));
    store.move({ to: "step", by: 1 });
    store.move({ to: "step", by: 1 });
    deepEqual(
      posted.flatMap((message) => (message.type === "move" ? [message.seq] : [])),
      [1, 2],
    );
    store.hear(cursor("a", 3, 1));
    equal(segment(), 1, "an answer to an older move is not taken");
    store.hear(run("b"));
    store.hear(cursor("b", 2, 0));
    equal(segment(), 2);
  });
});
