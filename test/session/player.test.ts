import { strict as assert } from "node:assert";
import { Player, type Clock } from "../../src/session/player";

function handClock() {
  let tick: (() => void) | null = null;
  let interval = 0;
  const clock: Clock = {
    every(milliseconds, call) {
      tick = call;
      interval = milliseconds;
      return { stop: () => (tick = null) };
    },
  };
  return { clock, tick: () => tick?.(), running: () => tick !== null, interval: () => interval };
}

describe("player", () => {
  function build(steps: number) {
    const hand = handClock();
    const seen: boolean[] = [];
    let at = 0;
    const player = new Player(
      () => at < steps && (at++, true),
      () => seen.push(player.playing),
      hand.clock,
    );
    return { player, hand, seen, at: () => at };
  }

  it("takes one step a tick, and pauses where there is no next one", () => {
    const { player, hand, seen, at } = build(2);
    player.play();
    assert.equal(hand.interval(), 250);
    hand.tick();
    hand.tick();
    assert.equal(at(), 2);
    assert.equal(player.playing, true);
    hand.tick();
    assert.equal(player.playing, false);
    assert.equal(hand.running(), false);
    assert.deepEqual(seen, [true, false]);
  });

  it("takes several steps a tick when it is fast", () => {
    const { player, hand, at } = build(1000);
    player.speed = 300;
    player.play();
    hand.tick();
    assert.equal(at(), 10);
    assert.ok(Math.abs(hand.interval() - 1000 / 30) < 1e-9);
  });

  it("waits while nobody sees it and goes on afterwards", () => {
    const { player, hand } = build(10);
    player.play();
    player.seen = false;
    assert.equal(hand.running(), false);
    assert.equal(player.playing, true);
    player.seen = true;
    assert.equal(hand.running(), true);
  });
});
