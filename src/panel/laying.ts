import { foldedOf, type Folds } from "../recording/folds";
import { type Graph, graphOf } from "../recording/graph";
import { isShort } from "../recording/memo";
import { graphAndFolds, Reading } from "../recording/reading";
import type { Session } from "../session/session";
import { asOne } from "../recording/joined";
import { keepingOf } from "./keepings";
import type { Orientation, ToPageOf } from "./messages";
import type { Surroundings } from "./surroundings";
import { nameOfPair, namesInPair, type Pair, pairAt } from "./pair";
import { namesOf, topologyOf } from "./topology";

/** Lays out the graphs that a page shows, each once; the one that was asked for last. */
export class Laying {
  readonly #laid = new Set<string>();
  #laying: { readonly key: string; readonly abort: AbortController } | null = null;
  readonly #reading = new Reading();

  constructor(
    private readonly around: Pick<Surroundings, "lay" | "log">,
    private readonly send: (message: ToPageOf<"layout">) => void,
  ) {}

  /** The page has none of the layouts any more. */
  forget(): void {
    this.#laid.clear();
    this.#laying?.abort.abort();
    this.#laying = null;
    this.#reading.end();
  }

  /** Sends the layout of a segment's graph if the page does not have it; long segments are read in turns with all else. */
  layOut(session: Session, at: number, orientation: Orientation, folds: Folds): void {
    const { recording, outline } = session;
    const segment = outline.segments[at];
    if (!segment) return;
    const lay = (graph: Graph): void => this.#lay(session, graph, pairAt(session, at), orientation, folds);
    if (isShort(segment) || graphOf.has(recording, segment)) lay(graphOf(recording, segment).graph);
    else if (!this.#reading.isOf(segment)) this.#reading.begin(segment, graphAndFolds(recording, segment), lay);
  }

  #lay({ id, facts }: Session, graph: Graph, pair: Pair | null, orientation: Orientation, folds: Folds): void {
    const folded = foldedOf(pair ? asOne(graph, pair.joined) : graph, folds);
    const key = `${orientation} ${folded.key}`;
    if (this.#laid.has(key) || this.#laying?.key === key) return;
    this.#laying?.abort.abort();
    const abort = new AbortController();
    this.#laying = { key, abort };
    const topology = topologyOf(folded);
    this.around.lay(folded.key, topology, orientation, abort.signal).then(
      (fresh) => {
        if (abort.signal.aborted) return;
        this.#laying = null;
        this.#laid.add(key);
        const of = pair ? { id: nameOfPair(pair), previous: null } : facts;
        const names = pair ? namesOf(folded, namesInPair(pair)) : namesOf(folded);
        const layout = keepingOf(of, orientation, folds).lay(folded.key, names, topology, fresh);
        this.send({ type: "layout", id, key: folded.key, orientation, ...layout });
      },
      (reason: unknown) => {
        if (abort.signal.aborted) return;
        this.#laying = null;
        this.around.log(`The graph could not be laid out: ${String(reason)}`);
      },
    );
  }
}
