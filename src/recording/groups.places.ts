import type { GraphNode } from "./graph";
import type { Place } from "./places";

/**
 * By node its place; a parameter or a number stands in the innermost place around all that use it, data where it was
 * made: outside of the modules that take it.
 */
export function placesOf(nodes: readonly GraphNode[]): (Place | null)[] {
  const places = nodes.map(({ place }) => place);
  const used = nodes.map(() => false);
  // What a backward computes with a layer's weight does not take it out of the layer.
  for (const inBackward of [false, true]) {
    const before = [...used];
    for (const { index, inputs } of nodes.toReversed()) {
      const place = places[index] ?? null;
      if ((place?.kind === "gradient") !== inBackward) continue;
      for (const input of inputs) {
        if (nodes[input]?.kind === "op" || before[input] === true) continue;
        places[input] = used[input] === true ? common(places[input] ?? null, place) : place;
        used[input] = true;
      }
    }
  }
  nodes.forEach(({ kind, isParameter, place }, index) => {
    if (kind !== "leaf" || isParameter) return;
    const made = place === null ? outOfModules(places[index] ?? null) : place;
    places[index] = place === null ? made : common(made, places[index] ?? null);
  });
  return places;
}

function outOfModules(place: Place | null): Place | null {
  let outside = place;
  for (let at = place; at !== null; at = at.parent) if (at.kind === "module") outside = at.parent;
  return outside;
}

function common(one: Place | null, other: Place | null): Place | null {
  let [a, b] = [one, other];
  while (a !== b) {
    if (a === null || b === null) return null;
    if (a.index > b.index) a = a.parent;
    else b = b.parent;
  }
  return a;
}
