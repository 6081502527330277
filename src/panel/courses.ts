import { type Lap, lapOf } from "../recording/course";
import type { Session } from "../session/session";
import type { ToHost, ToPageOf } from "./messages";
import { packSparse } from "../recording/sparse";

/** So long may one work before others get their turn, and so often is the page told of what there is, in milliseconds. */
const atOnce = 8;
const toldEvery = 150;

/** Tells one page the course of a node over all iterations, bit by bit; another question ends the one before. */
export class Courses {
  #turn = 0;

  constructor(private readonly send: (message: ToPageOf<"course">) => void) {}

  async tell(asked: Extract<ToHost, { type: "course" }>, session: Session): Promise<void> {
    const turn = ++this.#turn;
    const { id, ask, node, element } = asked;
    const { recording, outline } = session;
    const of = outline.segments[asked.segment];
    let [from, laps]: [number, Lap[]] = [asked.from, []];
    const tell = (done: boolean): void => {
      const of = (pick: (lap: Lap) => number | null): ReturnType<typeof packSparse> => packSparse(laps.map(pick));
      const curves = { value: of((l) => l.value), gradient: of((l) => l.gradient), update: of((l) => l.update) };
      this.send({ type: "course", id, ask, from, ...curves, done });
      [from, laps] = [from + laps.length, []];
    };
    let [worked, told] = [performance.now(), performance.now()];
    while (of && from + laps.length < outline.iterations) {
      const segment = outline.segments[outline.iterationSegment(from + laps.length)];
      if (!segment) break;
      laps.push(lapOf(recording, of, node, element, segment));
      const now = performance.now();
      if (now - worked < atOnce) continue;
      if (now - told > toldEvery) {
        told = now;
        tell(false);
      }
      await new Promise((later) => setTimeout(later, 0));
      if (this.#turn !== turn) return;
      worked = performance.now();
    }
    tell(true);
  }

  /** Nothing more is told. */
  forget(): void {
    this.#turn++;
  }
}
