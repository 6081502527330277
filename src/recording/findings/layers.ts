import type { Graph, GraphNode } from "../graph";

/** A weight and the product that takes it: a layer, as far as a graph tells. */
export interface Layer {
  /** Indices in the graph. */
  readonly weight: number;
  readonly product: number;
}

const product = /^(mm|mv|bmm|dot|outer|addmm|addmv|addr|baddbmm|linear|matmul|einsum|conv)/;
const window = /^(t|transpose|permute|reshape|view|squeeze|unsqueeze|expand|flatten|contiguous|swapaxes|mT|T)$/;

/** The layers of a graph, in the order they compute. */
export function layersOf({ nodes, edges }: Graph): Layer[] {
  const layers: Layer[] = [];
  const takers = nodes.map((): number[] => []);
  for (const { from, to } of edges) takers[from]?.push(to);
  nodes.forEach((node, weight) => {
    if (!node.isParameter || node.shape.length === 0) return;
    const reached = [weight];
    for (const at of reached)
      for (const to of takers[at] ?? []) {
        const { op = "" } = nodes[to] ?? {};
        if (product.test(op)) layers.push({ weight, product: to });
        else if (window.test(op)) reached.push(to);
      }
  });
  // Of what one product takes the largest is the weight: the rest are biases.
  const largest = new Map<number, Layer>();
  for (const layer of layers) {
    const known = largest.get(layer.product);
    if (known === undefined || sizeOf(nodes[known.weight]) < sizeOf(nodes[layer.weight]))
      largest.set(layer.product, layer);
  }
  return [...largest.values()].sort((a, b) => a.product - b.product);
}

function sizeOf(node: GraphNode | undefined): number {
  return (node?.shape ?? []).reduce((a, b) => a * b, 1);
}

/** Whether there is a way along the wires from one node to another. */
export function leadsTo({ nodes, edges }: Graph, from: number, to: number): boolean {
  const reached = new Uint8Array(nodes.length);
  reached[from] = 1;
  // Wires go from lower to higher indices but for in-place ops, which take few rounds.
  for (let news = true; news;) {
    news = false;
    for (const edge of edges)
      if (reached[edge.from] === 1 && reached[edge.to] === 0) {
        reached[edge.to] = 1;
        news = true;
      }
  }
  return reached[to] === 1;
}
