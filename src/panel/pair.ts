import { stepBeside } from "../recording/compare";
import { matchOf } from "../recording/match";
import { graphOf, type GraphNode } from "../recording/graph";
import { type Joined, joinedOf } from "../recording/joined";
import type { Segment } from "../recording/segment";
import type { Beside, Session } from "../session/session";
import { nodeName } from "./topology";
import type { Uis } from "./uis";

/** A segment, the one that stands beside it, and both graphs as one. */
export interface Pair {
  readonly session: Session;
  readonly beside: Beside;
  readonly here: Segment;
  readonly there: Segment;
  readonly joined: Joined;
}

/** What a segment of a session is compared with; null where it is with nothing. */
export function pairAt(session: Session | null, segment: number): Pair | null {
  const beside = session?.beside;
  const here = session?.outline.segments[segment];
  if (!session || !beside || !here) return null;
  const there = beside.session.outline.segments[partnerOf(session, segment, beside)];
  if (!there) return null;
  const joined = joinedOf(session.recording, here, beside.session.recording, there);
  return { session, beside, here, there, joined };
}

/** The segment of the other run that stands beside one of this. */
function partnerOf(session: Session, segment: number, { session: other, iteration }: Beside): number {
  const own = session.outline.segments[segment]?.iteration ?? -1;
  if (own >= 0) return other.outline.iterationSegment(iteration ?? own);
  if (other === session) return -1;
  const kind = session.outline.segments[segment]?.kind;
  return other.outline.segments.findIndex((each) => each.kind === kind);
}

/** The other of two compared runs, beside this one and at the moment that matches, as it is drawn here. */
export function swapped(session: Session, uis: Uis): Session | null {
  const { beside, cursor } = session;
  const pair = pairAt(session, cursor?.segment ?? -1);
  if (!beside || beside.session === session) return null;
  const other = beside.session;
  other.beside = { ...beside, session };
  if (pair && cursor) {
    const segment = other.outline.segments.indexOf(pair.there);
    const step = stepBeside(session.recording, pair.here, cursor.step, other.recording, pair.there);
    other.move({ to: "cursor", segment, step: Math.max(0, step) });
  }
  uis.set(other.id, { ...uis.of(session.id, session.facts.previous), selected: null });
  return other;
}

/** What the two are called together: the same whichever of them is looked at, … */
export function nameOfPair({ session, beside }: Pair): string {
  return [session.id, beside.session.id].sort().join(" with ");
}

/** … and so are their nodes. */
export function namesInPair({ session, beside, here, there }: Pair): (node: GraphNode) => string {
  const { partner } = matchOf(session.recording, here, beside.session.recording, there);
  const others = graphOf(beside.session.recording, there).graph.nodes;
  const ofOther = beside.session === session ? "the other" : beside.session.id;
  return (node) => {
    const own = nodeName(node);
    const theirs = others[partner[node.index] ?? -1];
    if (node.index >= partner.length) return `${own} of ${ofOther}`;
    if (!theirs) return `${own} of ${session.id}`;
    const name = nodeName(theirs);
    return own < name ? own : name;
  };
}
