import { strict as assert } from "node:assert";
import { mock } from "node:test";
import { Pace } from "../../src/panel/pace";

describe("pace of a page", () => {
  let clock = 0;
  beforeEach(() => {
    clock = 0;
    mock.timers.enable({ apis: ["setTimeout"] });
    mock.method(performance, "now", () => clock);
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  function build() {
    const sent: number[] = [];
    const pace = new Pace(() => sent.push(clock));
    const pass = (milliseconds: number) => {
      clock += milliseconds;
      mock.timers.tick(milliseconds);
    };
    return { sent, pace, pass };
  }

  it("tells the first at once and what comes soon after together, a quarter of a second later", () => {
    const { sent, pace, pass } = build();
    pace.soon();
    pace.took();
    for (let i = 0; i < 5; i++) {
      pass(20);
      pace.soon();
    }
    assert.deepEqual(sent, [0]);
    pass(150);
    assert.deepEqual(sent, [0, 250]);
  });

  it("waits for a page that has not taken in what it was sent, but not for ever", () => {
    const { sent, pace, pass } = build();
    pace.soon();
    pace.soon();
    pass(1000);
    assert.deepEqual(sent, [0]);
    pace.took();
    assert.deepEqual(sent, [0, 1000]);
    pace.soon();
    pass(5000);
    assert.deepEqual(sent, [0, 1000, 6000]);
  });

  it("tells the end of a run at once", () => {
    const { sent, pace, pass } = build();
    pace.soon();
    pace.soon();
    pass(10);
    pace.now();
    pass(10_000);
    assert.deepEqual(sent, [0, 10]);
  });
});
