import type { CardEdge, Folded } from "../src/recording/folds";
import type { Owner } from "../src/recording/joined";
import type { EdgeMoment, Moment } from "../src/recording/moment";
import type { Differing } from "./differing";

/** A drawn wire at a moment. */
export interface Load {
  readonly flow: EdgeMoment["flow"];
  /** Root mean square of the gradient that came back along it, of several the largest; null: none came. */
  readonly rms: number | null;
  readonly owner: Owner;
}

/** What the wires of a graph carry at a moment. */
export function loadsOf({ graph, edges }: Folded, { edges: own }: Moment, compared: Differing): readonly Load[] {
  const owners = compared.owners(graph);
  const rms = (edge: number): number | null => {
    const at = own[edge];
    return at ? at.contribution && at.rms : compared.rmsOf(edge - own.length);
  };
  return edges.map(({ edges: all }: CardEdge): Load => {
    const [first = -1] = all;
    const owner = owners.edge(first);
    if (all.length === 1) return { flow: own[first]?.flow ?? null, rms: rms(first), owner };
    let largest: number | null = null;
    let flow: EdgeMoment["flow"] = null;
    for (const edge of all) {
      flow ??= own[edge]?.flow ?? null;
      const came = rms(edge);
      if (came !== null && (largest === null || came > largest)) largest = came;
    }
    return { flow, rms: largest, owner: all.every((edge) => owners.edge(edge) === owner) ? owner : "both" };
  });
}
