import type { Graph, GraphEdge, GraphNode } from "./graph";
import type { Recording } from "./recording";
import { eachOf, type Slices } from "./slices";

const interned = new WeakMap<Recording, Map<string, Graph>>();

/** The one graph of a recording with these nodes: iterations that do the same share it. */
export function* internGraph(recording: Recording, nodes: readonly GraphNode[]): Slices<Graph> {
  const hash = new Hash();
  let places = 0;
  yield* eachOf(nodes, (node) => {
    hash.text(node.kind, node.label, node.op, node.attrs, node.dtype, node.phase, ...node.module);
    hash.numbers(node.named ? 1 : 0, node.requiresGrad ? 1 : 0, node.retained ? 1 : 0, node.site);
    for (let at = node.place; at !== null && at.index >= places; at = at.parent) hash.text(at.id);
    if (node.place !== null) places = Math.max(places, node.place.index + 1);
    hash.numbers(node.place?.index ?? -1);
    hash.numbers(node.shape.length, ...node.shape, node.inputs.length, ...node.inputs, node.module.length);
  });
  const key = `${nodes.length}-${hash.digest()}`;
  let graphs = interned.get(recording);
  if (graphs === undefined) interned.set(recording, (graphs = new Map<string, Graph>()));
  const known = graphs.get(key);
  if (known !== undefined) return known;
  const edges: GraphEdge[] = [];
  yield* eachOf(nodes, ({ index, inputs }) => {
    inputs.forEach((from, input) => edges.push({ from, to: index, input }));
  });
  const graph = { key, own: nodes.length, nodes, edges };
  graphs.set(key, graph);
  return graph;
}

/** Two 32-bit sums over texts and numbers, after FNV and Murmur. */
class Hash {
  #a = 0x811c9dc5;
  #b = 0x9747b28c;

  text(...texts: readonly string[]): void {
    for (const text of texts) {
      for (let k = 0; k < text.length; k++) this.#mix(text.charCodeAt(k));
      this.#mix(-1);
    }
  }

  numbers(...numbers: readonly number[]): void {
    for (const each of numbers) this.#mix(each);
  }

  digest(): string {
    return (this.#a >>> 0).toString(36) + (this.#b >>> 0).toString(36);
  }

  #mix(x: number): void {
    this.#a = Math.imul(this.#a ^ x, 0x01000193);
    this.#b = Math.imul(this.#b ^ (x + (this.#a >>> 15)), 0x5bd1e995);
    this.#b ^= this.#b >>> 13;
  }
}
