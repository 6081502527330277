import { watchedRule } from "./anomaly";
import { build } from "./build";
import { type DType, rounders } from "./dtype";
import { copied, first, overwrite, single, zip } from "./kernels/loops";
import { inRule, watcher } from "./mode";
import { runAfter, runHooks } from "./hooks";
import { Accumulator, Node, notesPlaces } from "./node";
import { contributionsOf } from "./rule";
import { rowMajor, scalarShape } from "./shape";
import type { Tensor } from "./tensor";

/** Where gradients arrive: at an op's node, or at a leaf. */
export type Place = Node | Accumulator;

const nothing = 0;
const isNumber = 1;
const isTensor = 2;

let passes = 0;
let depth = 0;

/** What the caller wants the gradients of: outputs of places, and where each stands in its list. */
export type Targets = ReadonlyMap<Place, readonly { readonly output: number; readonly index: number }[]>;

/**
 * One run of the backward graph: nodes in falling order of their making (which is the order of PyTorch's ready queue,
 * since whatever uses a tensor is made after it), leaves as soon as their last contribution has come.
 */
export class Pass {
  readonly captured: (Tensor | null)[] = [];
  private readonly id = ++passes;
  private nodes: Node[] = [];
  private slots = 0;
  private kinds = new Uint8Array(0);
  private numbers = new Float64Array(0);
  private tensors: (Tensor | null)[] = [];
  private needed: Uint8Array | null = null;
  private readonly ready: Accumulator[] = [];
  private readonly restore: (() => void)[] = [];

  constructor(
    private readonly create: boolean,
    private readonly keep: boolean,
    private readonly targets: Targets | null,
    private readonly fills: boolean,
  ) {}

  run(roots: readonly Tensor[], seeds: readonly Tensor[]): void {
    const told = watcher();
    const [root] = roots;
    const [seed] = seeds;
    if (told !== null && root !== undefined && seed !== undefined) told.backwardBegan(root, seed);
    depth++;
    try {
      const places = roots.map((each) => each.edge());
      this.collect(places);
      this.kinds = new Uint8Array(this.slots);
      this.numbers = new Float64Array(this.slots);
      this.tensors = new Array<Tensor | null>(this.slots).fill(null);
      places.forEach((place, k) => {
        const from = seeds[k];
        if (from !== undefined) this.deliver(place, place instanceof Node ? (roots[k]?.slot ?? 0) : 0, from);
      });
      this.flush();
      for (const node of this.nodes) {
        this.step(node);
        this.flush();
      }
    } finally {
      depth--;
      for (const undo of this.restore) undo();
      told?.backwardEnded();
    }
  }

  /** Finds everything below the roots, gives each its slots and orders the nodes. */
  private collect(roots: readonly Place[]): void {
    const stack: Node[] = [];
    const visit = (place: Place) => {
      if (place.pass !== this.id) {
        this.remember(place);
        place.pass = this.id;
        place.slot = this.slots;
        if (place instanceof Node) {
          this.slots += Math.max(1, place.outputs.length);
          stack.push(place);
          this.nodes.push(place);
        } else {
          this.slots += 1;
          place.pending = 0;
        }
      }
      if (place instanceof Accumulator) place.pending++;
    };
    roots.forEach(visit);
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      for (const edge of node.edges) if (edge !== null) visit(edge);
    }
    this.nodes = inOrder(this.nodes);
    if (this.targets !== null) this.markNeeded(this.targets);
  }

  /** A pass started inside another's hook gives the places back as it found them. */
  private remember(place: Place): void {
    if (depth < 2) return;
    const { pass, slot } = place;
    const pending = place instanceof Accumulator ? place.pending : 0;
    this.restore.push(() => {
      place.pass = pass;
      place.slot = slot;
      if (place instanceof Accumulator) place.pending = pending;
    });
  }

  private markNeeded(targets: Targets): void {
    const needed = new Uint8Array(this.slots);
    for (const place of targets.keys())
      if (place.pass === this.id && place instanceof Accumulator) needed[place.slot] = 1;
    for (const node of this.nodes.toReversed()) {
      for (const edge of node.edges) {
        if (edge !== null && (needed[edge.slot] === 1 || (edge instanceof Node && targets.has(edge))))
          needed[node.slot] = 1;
      }
    }
    this.needed = needed;
  }

  private step(node: Node): void {
    const runs = this.needed === null || this.needed[node.slot] === 1;
    if (!runs && this.targets?.has(node) !== true) return;
    const came = this.arrived(node);
    if (came) {
      this.capture(node, (output) => this.at(node, output, node.outputs[output]));
      if (node.hooks !== null || node.retained !== null) this.show(node);
    }
    if (!runs) return;
    if (!came) {
      for (const edge of node.edges) if (edge !== null) this.arriveAt(edge);
      return;
    }
    if (node.scalar && !this.create && !notesPlaces()) this.scalarStep(node);
    else this.tensorStep(node);
    if (!this.keep) node.release();
  }

  /** Runs the hooks on what came, then keeps it in the `.grad` of outputs that retain theirs. */
  private show(node: Node): void {
    const gradients = node.outputs.map((output, k) => this.at(node, k, output));
    runHooks(node, gradients, this.create);
    for (const output of node.retained ?? []) {
      const gradient = gradients[output.slot];
      if (gradient) this.accumulate(output, gradient, true);
    }
    gradients.forEach((gradient, k) => {
      if (gradient === null) return;
      this.kinds[node.slot + k] = isTensor;
      this.tensors[node.slot + k] = gradient;
    });
  }

  /** True when a gradient came for any output. */
  private arrived(node: Node): boolean {
    for (let k = 0; k < node.outputs.length; k++) if (this.kinds[node.slot + k] !== nothing) return true;
    return false;
  }

  /** The gradient waiting at an output, as a tensor. */
  private at(place: Place, output: number, like: Tensor | undefined): Tensor | null {
    const slot = place.slot + output;
    if (this.kinds[slot] === isNumber) return scalarTensor(like?.dtype ?? "float32", this.numbers[slot] ?? 0);
    return this.tensors[slot] ?? null;
  }

  private capture(place: Place, read: (output: number) => Tensor | null): void {
    const wanted = this.fills ? undefined : this.targets?.get(place);
    if (wanted === undefined) return;
    for (const { output, index } of wanted) {
      const gradient = read(output);
      this.captured[index] = gradient;
      if (gradient !== null && !this.create) watcher()?.created(gradient, "grad");
    }
  }

  /** The op's rule on plain numbers. */
  private scalarStep(node: Node): void {
    const rule = node.op.scalar;
    const output = node.outputs[0];
    if (rule === null || output === undefined) return;
    node.check();
    const r = rounders[output.dtype];
    const slot = node.slot;
    const held = this.tensors[slot];
    const g = this.kinds[slot] === isNumber ? (this.numbers[slot] ?? 0) : held ? first(held) : 0;
    const [x, z] = node.inputs;
    const a = x === undefined ? 0 : first(x);
    const b = z === undefined ? r(node.call.numbers[0] ?? 0) : first(z);
    const y = first(output);
    const told = watcher();
    const sent: (Tensor | null)[] | null = told === null ? null : [];
    for (let k = 0; k < node.edges.length; k++) {
      const edge = node.edges[k];
      const slope = rule.backward[k];
      if (edge === null || edge === undefined || slope === undefined) {
        sent?.push(null);
        continue;
      }
      const contribution = r(slope(g, a, b, y, r));
      if (sent !== null) sent.push(scalarTensor(output.dtype, contribution));
      this.deliverNumber(edge, node.slots?.[k] ?? 0, contribution, r);
    }
    if (told !== null && sent !== null)
      told.rule(node.op, node.outputs, [held ?? scalarTensor(output.dtype, g)], node.inputs, sent);
  }

  private tensorStep(node: Node): void {
    const gradients = node.outputs.map((output, k) => this.at(node, k, output));
    const rule = () => inRule(this.create, () => contributionsOf(node, gradients));
    const contributions = notesPlaces() ? watchedRule(node, rule) : rule();
    watcher()?.rule(node.op, node.outputs, gradients, node.inputs, contributions);
    node.edges.forEach((edge, k) => {
      if (edge === null) return;
      const contribution = contributions[k] ?? null;
      if (contribution === null) this.arriveAt(edge);
      else this.deliver(edge, node.slots?.[k] ?? 0, contribution);
    });
  }

  private deliverNumber(edge: Place, output: number, value: number, r: (x: number) => number): void {
    const slot = edge.slot + output;
    if (this.kinds[slot] === nothing) {
      this.kinds[slot] = isNumber;
      this.numbers[slot] = value;
    } else if (this.kinds[slot] === isNumber) {
      this.numbers[slot] = r((this.numbers[slot] ?? 0) + value);
    } else {
      const held = this.tensors[slot];
      if (held) this.tensors[slot] = scalarTensor(held.dtype, first(held) + value);
    }
    this.arriveAt(edge);
  }

  private deliver(edge: Place, output: number, gradient: Tensor): void {
    const slot = edge.slot + output;
    const like = edge instanceof Node ? edge.outputs[output] : edge.tensor;
    const held = this.at(edge, output, like);
    this.kinds[slot] = isTensor;
    this.tensors[slot] = held === null ? gradient : inRule(this.create, () => held.add(gradient));
    this.arriveAt(edge);
  }

  private arriveAt(edge: Place): void {
    if (edge instanceof Accumulator && --edge.pending === 0) this.ready.push(edge);
  }

  /** Adds into the leaves whose last contribution has come. */
  private flush(): void {
    for (const leaf of this.ready.splice(0)) {
      if (this.kinds[leaf.slot] === nothing) continue;
      if (this.targets !== null && !this.targets.has(leaf)) continue;
      if (this.fills && leaf.hooks === null && !this.create && this.kinds[leaf.slot] === isNumber) {
        if (this.addNumber(leaf)) continue;
      }
      this.capture(leaf, () => this.at(leaf, 0, leaf.tensor));
      if (!this.fills) continue;
      const gradients = [this.at(leaf, 0, leaf.tensor)];
      runHooks(leaf, gradients, this.create);
      const [gradient] = gradients;
      if (!gradient) continue;
      this.accumulate(leaf.tensor, gradient, false);
      runAfter(leaf);
    }
  }

  private addNumber(leaf: Accumulator): boolean {
    const { tensor } = leaf;
    const held = tensor.heldGradient();
    const value = this.numbers[leaf.slot] ?? 0;
    if (tensor.shape.length !== 0) return false;
    if (held === null) tensor.holdGradient(scalarTensor(tensor.dtype, value));
    else {
      overwrite(held, scalarTensor(tensor.dtype, first(held) + value));
      held.storage.version++;
    }
    const now = tensor.heldGradient();
    if (now !== null) watcher()?.accumulated(tensor, now, false);
    runAfter(leaf);
    return true;
  }

  /** Adds to `.grad`: a copy at first, then in place, or as a new tensor when a graph is made. */
  private accumulate(tensor: Tensor, gradient: Tensor, retained: boolean): void {
    const held = tensor.heldGradient();
    if (this.create) tensor.holdGradient(inRule(true, () => (held === null ? gradient.clone() : held.add(gradient))));
    else if (held === null) {
      tensor.holdGradient(build(copied(gradient, tensor.dtype), tensor.shape, rowMajor(tensor.shape), 0));
    } else {
      const total = zip(held, gradient, held.shape, held.dtype, (a, b) => a + b);
      overwrite(held, { storage: total, shape: held.shape, strides: rowMajor(held.shape), offset: 0 });
      held.storage.version++;
    }
    const now = tensor.heldGradient();
    if (now !== null) watcher()?.accumulated(tensor, now, retained);
  }
}

function scalarTensor(dtype: DType, value: number): Tensor {
  return build(single(dtype, value), scalarShape, scalarShape, 0);
}

/** Newest first. Sequence numbers of one graph lie close together, so that they are places in a list. */
function inOrder(nodes: Node[]): Node[] {
  let low = Infinity;
  let high = 0;
  for (const { sequence } of nodes) {
    if (sequence < low) low = sequence;
    if (sequence > high) high = sequence;
  }
  if (high - low > 4 * nodes.length + 64) return nodes.sort((a, b) => b.sequence - a.sequence);
  const places = new Array<Node | undefined>(Math.max(0, high - low + 1)).fill(undefined);
  for (const node of nodes) places[high - node.sequence] = node;
  return places.filter((node) => node !== undefined);
}
