import { compareAt, firstDifference, type FirstDifference } from "../recording/compare";
import { cardSize, rowLetters } from "../recording/cards";
import { graphOf } from "../recording/graph";
import type { Joined, OtherNode } from "../recording/joined";
import type { EdgeMoment, NodeMoment } from "../recording/moment";
import type { Series } from "../recording/segment";
import { stepsOf } from "../recording/steps";
import { valueText } from "../recording/text";
import type { Beside, Session } from "../session/session";
import type { Value } from "../recording/value";
import type { OtherMoment, ToPage, ToPageOf } from "./messages";
import { pairAt } from "./pair";

/** So long may one look for the first difference before others get their turn, in milliseconds. */
const atOnce = 8;
const room = 40;

/** Tells a page how its run differs from the one beside it: once what holds for all of it, and the moment's with each move. */
export class Comparing {
  #session: Session | null = null;
  #turn = 0;
  #told: ToPageOf<"beside"> | null = null;
  /** Keys of the graphs that the page knows how to draw as one. */
  readonly #joined = new Set<string>();

  constructor(private readonly send: (message: ToPage) => void) {}

  /** A run came to the page, or what it is compared with is another. */
  begin(session: Session): void {
    const before = this.#told;
    this.end();
    this.#session = session;
    const { beside, id } = session;
    if (!beside) {
      if (before)
        this.send({
          type: "beside",
          id,
          name: "",
          other: false,
          series: [],
          first: null,
          looking: false,
          tolerance: 0,
        });
      return;
    }
    this.#told = {
      type: "beside",
      id,
      name: nameOf(session, beside),
      other: beside.session !== session,
      series: curves(session, beside),
      first: null,
      looking: beside.iteration === null,
      tolerance: beside.tolerance,
    };
    this.send(this.#told);
    if (beside.iteration === null) void this.#look(session, beside, this.#turn);
    this.moved();
  }

  /** Nothing more is told. */
  end(): void {
    this.#turn++;
    this.#session = null;
    this.#told = null;
    this.#joined.clear();
  }

  /** The cursor stands elsewhere. */
  moved(): void {
    const session = this.#session;
    const { beside, cursor } = session ?? {};
    if (!session || !beside || !cursor || !this.#told) return;
    const { segment, step } = cursor;
    const pair = pairAt(session, segment);
    if (!pair) {
      this.send({
        ...{ type: "differences", id: session.id, segment, step, place: "" },
        ...{ nodes: [], joined: "", others: [], wires: [] },
      });
      return;
    }
    const { here, there, joined } = pair;
    if (!this.#joined.has(joined.key)) this.send({ type: "joined", id: session.id, joined: toldOf(joined) });
    this.#joined.add(joined.key);
    const { nodes, there: moment } = compareAt(session.recording, here, step, beside.session.recording, there);
    this.send({
      type: "differences",
      id: session.id,
      segment,
      step,
      place: beside.session.outline.label(there),
      nodes: nodes.map(({ node, value, ofValue, ofGradient, apart }) => ({
        node,
        value: value === null ? "—" : valueText(value, room),
        ofValue: numberOrNull(ofValue),
        ofGradient: numberOrNull(ofGradient),
        apart: numberOrNull(apart),
      })),
      joined: joined.key,
      others: joined.nodes.map((node, k) => otherMoment(node, moment.nodes[joined.theirs.nodes[k] ?? -1])),
      wires: joined.theirs.edges.map((edge) => rmsAlong(moment.edges[edge])),
    });
  }

  async #look(session: Session, beside: Beside, turn: number): Promise<void> {
    const looking = firstDifference(session, beside.session, beside.tolerance);
    for (;;) {
      const began = performance.now();
      while (performance.now() - began < atOnce) {
        const next = looking.next();
        if (this.#turn !== turn || !this.#told) return;
        if (next.done !== true) continue;
        this.#told = { ...this.#told, looking: false, first: worded(session, next.value) };
        this.send(this.#told);
        return;
      }
      await new Promise((later) => setImmediate(later));
      if (this.#turn !== turn) return;
    }
  }
}

function toldOf({ of, key, nodes, places, edges, addedNodes, addedEdges }: Joined): ToPageOf<"joined">["joined"] {
  return { of, key, nodes, places, edges, addedNodes, addedEdges };
}

/** What a card of its own says of a node that only the other run has. */
function otherMoment(node: OtherNode, at: NodeMoment | undefined): OtherMoment {
  if (!at) return { value: null, gradient: null, field: null, touched: null };
  const { shown, value: field } = at.field;
  const letters = rowLetters(cardSize({ ...node, place: null }).width) - (shown ? 6 : 2);
  const text = (value: Value | null): string => (value === null ? "not recorded" : valueText(value, letters));
  return {
    value: at.value && text(at.value),
    gradient: at.gradient.state === "none" ? null : text(at.gradient.value),
    field: shown ? (field === null ? "null" : text(field)) : null,
    touched: at.touched,
  };
}

function rmsAlong(wire: EdgeMoment | undefined): number | null {
  return wire?.contribution ? wire.rms : null;
}

function nameOf(session: Session, { session: other, iteration }: Beside): string {
  const { number, title } = other.facts;
  const run = other === session ? "" : `${number === null ? "" : `run ${number} · `}${title}`;
  if (iteration === null) return run;
  const segment = other.outline.segments[other.outline.iterationSegment(iteration)];
  const place = segment ? other.outline.label(segment) : "";
  return run === "" ? place : `${run} · ${place}`;
}

/** The other's curves that go with this run's: the same key in another run of the same source, else the same name. */
function curves(session: Session, { session: other, iteration }: Beside): ToPageOf<"beside">["series"] {
  if (iteration !== null && other === session) return [];
  const theirs = other.outline.series;
  return session.outline.series.flatMap((own) => {
    const like = (each: Series): boolean => each.kind === own.kind;
    const found =
      theirs.find((each) => like(each) && each.key === own.key && each.name === own.name) ??
      theirs.find((each) => like(each) && each.name === own.name) ??
      (own.kind === "loss" ? theirs.find(like) : undefined);
    return found ? [{ key: own.key, values: Float64Array.from(found.values, (y) => y ?? NaN) }] : [];
  });
}

function worded(session: Session, found: FirstDifference | null): ToPageOf<"beside">["first"] {
  const segment = found && session.outline.segments[found.segment];
  if (!found || !segment) return null;
  const { steps } = stepsOf(session.recording, segment);
  const name = graphOf(session.recording, segment).graph.nodes[found.node]?.label ?? "";
  const [here, there] = [valueText(found.here, room), valueText(found.there, room)];
  const place = `${session.outline.label(segment)}, step ${found.step + 1}`;
  const what = steps[found.step]?.kind === "accumulate" ? `${name}.grad` : name;
  return { segment: found.segment, step: found.step, text: `${place}: ${what} is ${here} here and ${there} there` };
}

function numberOrNull(x: number): number | null {
  return Number.isNaN(x) ? null : x;
}
