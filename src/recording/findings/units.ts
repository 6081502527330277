import type { Finding } from "../finding";
import { graphOf, type Graph, type SegmentGraph } from "../graph";
import type { Outline } from "../outline";
import type { Recording } from "../recording";
import type { Segment } from "../segment";
import { timelineOf } from "../timeline";
import type { Value } from "../value";
import { short } from "../text";
import { inLine, linkTo, placeOf, Spot } from "./spot";
import { layersOf, leadsTo } from "./layers";
import type { Form } from "../format";
import type { Thresholds } from "./thresholds";
import { endOfBackward, lastComplete } from "./trends";
import type { Watch } from "./watch";

const squashing = new Set(["sigmoid", "tanh"]);
/** Segments of more rows than this are graphs of scalars, whose units are no tensors. */
const mostRows = 4000;
/** So many elements of what goes into a network tell one batch from another. */
const telling = 64;

/** What one activation did over some iterations. */
interface Seen {
  /** By unit whether it was ever above 0. */
  readonly alive: Uint8Array;
  readonly batches: Set<string>;
  samples: number;
  iterations: number;
}

/** Finds units that give nothing any more: dead ReLUs, saturated sigmoids and tanhs; in the newest iterations. */
export class Units implements Watch {
  #relu = false;
  #squashing = false;

  constructor(
    private readonly recording: Recording,
    private readonly thresholds: Thresholds,
  ) {}

  read(_row: number, form: Form): void {
    if (form.kind !== "forward") return;
    if (form.op === "relu") this.#relu = true;
    else if (squashing.has(form.op)) this.#squashing = true;
  }

  findings(outline: Outline): Finding[] {
    const last = lastComplete(outline);
    const segment = last < 0 ? undefined : segmentOf(outline, last);
    if (segment === undefined || segment.endRow - segment.firstRow > mostRows) return [];
    return [...this.#dead(outline, last), ...this.#saturated(outline, last)];
  }

  #dead(outline: Outline, last: number): Finding[] {
    const { samples, iterations } = this.thresholds.deadRelu;
    if (!this.#relu || last + 1 < iterations) return [];
    const seen = new Map<string, Seen>();
    for (let k = last + 1 - iterations; k <= last; k++) {
      const segment = segmentOf(outline, k);
      if (segment === undefined) return [];
      const drawn = graphOf(this.recording, segment);
      const batch = this.#batchOf(segment, drawn);
      for (const { key, node } of activations(drawn.graph, (op) => op === "relu"))
        this.#see(seen, key, this.#valueOf(segment, drawn, node), unitAxis(drawn.graph, node), batch);
    }
    const segment = segmentOf(outline, last);
    if (segment === undefined) return [];
    const found: Finding[] = [];
    const { graph } = graphOf(this.recording, segment);
    for (const { key, node } of activations(graph, (op) => op === "relu")) {
      const each = seen.get(key);
      if (each === undefined || each.iterations < iterations || each.samples < samples) continue;
      const units = each.alive.length;
      const dead = each.alive.reduce((count, alive) => count + (alive === 0 ? 1 : 0), 0);
      if (dead === 0) continue;
      const layer = graph.nodes[node]?.label ?? "relu";
      const line = inLine(this.recording, graph.nodes[node]?.site ?? -1);
      found.push({
        ...this.#about(outline, segment, node),
        id: `dead-relu@${key}`,
        kind: "dead-relu",
        severity: 2 * dead >= units ? "warning" : "note",
        title: `${dead} of ${units} units of ${layer} ${dead === 1 ? "is" : "are"} dead`,
        cause: `${dead === units ? "All" : dead} of the ${units} units of the ReLU${line} gave 0 for all of ${each.samples} samples over the last ${iterations} ${outline.word}s, so no gradient reaches what is before ${dead === 1 ? "it" : "them"}.`,
        remedy: "Lower the learning rate, initialise with kaiming, or use leakyRelu.",
      });
    }
    return found;
  }

  #saturated(outline: Outline, last: number): Finding[] {
    const { share, beyond, iterations } = this.thresholds.saturated;
    if (!this.#squashing || last + 1 < iterations) return [];
    const least = new Map<string, number>();
    const counts = new Map<string, number>();
    for (let k = last + 1 - iterations; k <= last; k++) {
      const segment = segmentOf(outline, k);
      if (segment === undefined) return [];
      const drawn = graphOf(this.recording, segment);
      for (const { key, node } of activations(drawn.graph, (op) => squashing.has(op))) {
        const part = shareBeyond(this.#valueOf(segment, drawn, node), drawn.graph.nodes[node]?.op ?? "", beyond);
        least.set(key, Math.min(least.get(key) ?? 1, part));
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    const segment = segmentOf(outline, last);
    if (segment === undefined) return [];
    const { graph } = graphOf(this.recording, segment);
    const layers = layersOf(graph);
    const found: Finding[] = [];
    for (const { key, node } of activations(graph, (op) => squashing.has(op))) {
      const part = least.get(key) ?? 0;
      if (!(part > share) || (counts.get(key) ?? 0) < iterations) continue;
      // What comes last may be as sure as it likes.
      if (!layers.some(({ product }) => product > node && leadsTo(graph, node, product))) continue;
      const { op = "", label = op, site = -1 } = graph.nodes[node] ?? {};
      found.push({
        ...this.#about(outline, segment, node),
        id: `saturated@${key}`,
        kind: "saturated",
        severity: "warning",
        title: `${label} is saturated`,
        cause: `At least ${Math.floor(100 * part)} % of the ${op}${inLine(this.recording, site)} lay beyond ${op === "tanh" ? `±${beyond}` : `${beyond} or under ${short(1 - beyond)}`} in each of the last ${iterations} ${outline.word}s, where its slope is nearly 0.`,
        remedy: "Scale the inputs to about ±1, initialise smaller (nn.init.xavier), normalise before it, or use ReLU.",
      });
    }
    return found;
  }

  #about(
    outline: Outline,
    segment: Segment,
    node: number,
  ): Pick<Finding, "segment" | "step" | "node" | "place" | "related" | "path"> {
    const { recording } = this;
    const drawn = graphOf(recording, segment);
    const spot = new Spot(recording, outline, drawn.rows[node] ?? segment.firstRow);
    const backward = recording.form(endOfBackward(recording, segment)).site;
    return {
      segment: spot.segment,
      step: spot.step,
      node,
      place: placeOf(recording, drawn.graph.nodes[node]?.site ?? -1),
      related: linkTo(recording, backward, "The backward that stops there."),
      path: [],
    };
  }

  #valueOf(segment: Segment, { tensors }: SegmentGraph, node: number): Value | null {
    return timelineOf(this.recording, segment).valueAt(tensors[node] ?? -1, segment.endRow - 1);
  }

  #see(seen: Map<string, Seen>, key: string, value: Value | null, axis: number, batch: string): void {
    if (value === null) return;
    const { shape } = value;
    const units = shape[axis < 0 ? shape.length - 1 : axis] ?? 1;
    const elements = shape.reduce((a, b) => a * b, 1);
    if (shape.length === 0 || units === 0) return;
    let each = seen.get(key);
    if (each === undefined)
      seen.set(key, (each = { alive: new Uint8Array(units), batches: new Set(), samples: 0, iterations: 0 }));
    if (each.alive.length !== units) return;
    each.iterations++;
    if (!each.batches.has(batch)) each.samples += shape.length === 1 ? 1 : elements / units;
    each.batches.add(batch);
    if (value.data === null) {
      if (value.stats.zeros < elements) each.alive.fill(1);
      return;
    }
    const inner = axis < 0 ? 1 : shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    for (let k = 0; k < elements; k++) if (value.data[k] !== 0) each.alive[Math.floor(k / inner) % units] = 1;
  }

  /** What tells one batch from another: what comes into the part of the graph that learns. */
  #batchOf(segment: Segment, drawn: SegmentGraph): string {
    const { nodes, edges } = drawn.graph;
    const into = new Set<number>();
    for (const { from, to } of edges)
      if (nodes[to]?.requiresGrad === true && nodes[from]?.requiresGrad === false) into.add(from);
    const parts: string[] = [];
    for (const node of into) {
      const value = this.#valueOf(segment, drawn, node);
      if (value === null) continue;
      parts.push(Array.from({ length: Math.min(telling, value.data?.length ?? 0) }, (_, k) => value.data?.[k]).join());
      if (value.data === null) parts.push(`${value.stats.mean} ${value.stats.std}`);
      else if (value.data.length > telling) parts.push(String(sumOf(value.data)));
    }
    return parts.join(";");
  }
}

function sumOf(data: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < data.length; k++) sum += data[k] ?? 0;
  return sum;
}

function segmentOf(outline: Outline, iteration: number): Segment | undefined {
  return outline.segments[outline.iterationSegment(iteration)];
}

/** Activations of a graph; the same in each iteration goes by site and count. */
function activations(graph: Graph, wanted: (op: string) => boolean): { readonly key: string; readonly node: number }[] {
  const counts = new Map<number, number>();
  const found: { key: string; node: number }[] = [];
  graph.nodes.forEach(({ op, site, kind, phase, requiresGrad }, node) => {
    if (kind !== "op" || !wanted(op) || phase !== "forward" || !requiresGrad) return;
    const count = counts.get(site) ?? 0;
    counts.set(site, count + 1);
    found.push({ key: `${site}.${count}`, node });
  });
  return found;
}

/** Which axis counts units: channels after a convolution, else the last (−1). */
function unitAxis({ nodes }: Graph, node: number): number {
  for (let at = node, hops = 0; at >= 0 && hops < 4; hops++) {
    const { op = "", inputs = [], shape = [] } = nodes[at] ?? {};
    if (op.startsWith("conv")) return shape.length - (Number(/\d/.exec(op)?.[0] ?? shape.length - 2) + 1);
    at = inputs[0] ?? -1;
  }
  return -1;
}

function shareBeyond(value: Value | null, op: string, beyond: number): number {
  if (value === null || value.data === null || value.data.length === 0) return 0;
  let count = 0;
  for (let k = 0; k < value.data.length; k++) {
    const x = value.data[k] ?? 0;
    if (op === "tanh" ? Math.abs(x) > beyond : x > beyond || x < 1 - beyond) count++;
  }
  return count / value.data.length;
}
