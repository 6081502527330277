import { type Graph, graphOf } from "./graph";
import { groupsInSlices } from "./groups";
import { type Moment, momentInSlices } from "./moment";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { inTurns, type Slices } from "./slices";

/** Reads what a long segment is drawn from, in turns with all else there is to do; one segment at a time. */
export class Reading {
  #segment: Segment | null = null;
  #abort = new AbortController();

  /** Whether the segment is being read. */
  isOf(segment: Segment): boolean {
    return this.#segment === segment;
  }

  /** Reads a segment instead of the one before, and says when that is done. */
  begin<T>(segment: Segment, work: Slices<T>, done: (made: T) => void): void {
    this.end();
    const { signal } = (this.#abort = new AbortController());
    this.#segment = segment;
    void inTurns(work, signal).then((made) => {
      if (signal.aborted || made === undefined) return;
      this.#segment = null;
      done(made);
    });
  }

  end(): void {
    this.#abort.abort();
    this.#segment = null;
  }
}

/** The graph of a segment, ready to be folded, with rests. */
export function* graphAndFolds(recording: Recording, segment: Segment): Slices<Graph> {
  const { graph } = yield* graphOf.slices(recording, segment);
  yield* groupsInSlices(graph);
  return graph;
}

/** Everything that is drawn of a segment at a step, with rests. */
export function* momentAndFolds(recording: Recording, segment: Segment, step: number): Slices<Moment> {
  yield* graphAndFolds(recording, segment);
  return yield* momentInSlices(recording, segment, step);
}
