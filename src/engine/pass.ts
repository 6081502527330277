import { Accumulator } from "./accumulator";
import { watchedRule } from "./anomaly";
import { type Round, rounders } from "./dtype";
import { valueOf } from "./kernels/cell";
import { accumulate, accumulateNumber, fasten, scalarTensor, summed } from "./leaf";
import { runAfter, runHooks } from "./hooks";
import { watcher } from "./mode";
import { Node, notesPlaces } from "./node";
import { byKernel, contributionsOf } from "./rule";
import { giveSlots, type Slots, takeSlots, waits } from "./slots";
import type { Tensor } from "./tensor";

/** Where gradients arrive: at an op's node, or at a leaf. */
export type Place = Node | Accumulator;

const none: (Tensor | null)[] = [];
let passes = 0;
let depth = 0;

/** What the caller wants the gradients of: outputs of places, and where each stands in its list. */
export type Targets = ReadonlyMap<Place, readonly { readonly output: number; readonly index: number }[]>;

/**
 * One run of the backward graph: nodes in falling order of their making (which is the order of PyTorch's ready queue,
 * since whatever uses a tensor is made after it), leaves as soon as their last contribution has come.
 */
export class Pass {
  readonly captured: (Tensor | null)[];
  private readonly id = ++passes;
  private readonly slots: Slots = takeSlots();
  /** Slots given to places so far. */
  private used = 0;
  private needed: Uint8Array | null = null;
  /** Whether a hook changed a gradient that other places may share. */
  private altered = false;
  /** How many leaves have got their last contribution. */
  private readyCount = 0;
  private restore: (() => void)[] | null = null;

  constructor(
    private readonly create: boolean,
    private readonly keep: boolean,
    private readonly targets: Targets | null,
    private readonly fills: boolean,
  ) {
    this.captured = targets === null ? none : [];
  }

  run(roots: readonly Tensor[], seeds: readonly Tensor[]): void {
    const told = watcher();
    const root = roots[0];
    const seed = seeds[0];
    if (told !== null && root !== undefined && seed !== undefined) told.backwardBegan(root, seed);
    depth++;
    try {
      const places = roots.map((each) => each.edge());
      this.collect(places);
      this.slots.begin(this.used);
      for (let k = 0; k < places.length; k++) {
        const place = places[k];
        const from = seeds[k];
        if (place !== undefined && from !== undefined)
          this.deliver(place, place instanceof Node ? (roots[k]?.slot ?? 0) : 0, from);
      }
      if (this.readyCount > 0) this.flush();
      const { nodes, found } = this.slots;
      for (let k = 0; k < found; k++) {
        const node = nodes[k];
        if (node === null || node === undefined) continue;
        this.step(node);
        if (this.readyCount > 0) this.flush();
      }
    } finally {
      depth--;
      if (this.restore !== null) for (const undo of this.restore) undo();
      giveSlots(this.slots);
      told?.backwardEnded();
    }
  }

  /** Finds everything below the roots, gives each its slots and orders the nodes, newest first. */
  private collect(roots: readonly Place[]): void {
    const { slots } = this;
    for (let k = 0; k < roots.length; k++) {
      const root = roots[k];
      if (root !== undefined) this.visit(root);
    }
    for (let k = 0; k < slots.found; k++) {
      const node = slots.nodes[k];
      if (node !== null && node !== undefined) this.visitEdges(node);
    }
    slots.order();
    if (this.targets !== null) this.markNeeded(this.targets);
  }

  private visitEdges(node: Node): void {
    const many = node.manyEdges;
    if (many === null) {
      if (node.edgeA !== null) this.visit(node.edgeA);
      if (node.edgeB !== null) this.visit(node.edgeB);
    } else for (const edge of many) if (edge !== null) this.visit(edge);
  }

  private visit(place: Place): void {
    if (place.pass !== this.id) {
      if (depth > 1) this.remember(place);
      place.pass = this.id;
      place.slot = this.used;
      if (place instanceof Node) {
        this.used += Math.max(1, place.width);
        this.slots.add(place);
      } else {
        this.used++;
        place.pending = 0;
      }
    }
    if (place instanceof Accumulator) place.pending++;
  }

  /** A pass started inside another's hook gives the places back as it found them. */
  private remember(place: Place): void {
    const { pass, slot } = place;
    const pending = place instanceof Accumulator ? place.pending : 0;
    (this.restore ??= []).push(() => {
      place.pass = pass;
      place.slot = slot;
      if (place instanceof Accumulator) place.pending = pending;
    });
  }

  private markNeeded(targets: Targets): void {
    const needed = new Uint8Array(this.used);
    for (const place of targets.keys())
      if (place.pass === this.id && place instanceof Accumulator) needed[place.slot] = 1;
    for (const node of this.slots.nodes.slice(0, this.slots.found).reverse()) {
      for (const edge of node?.edges ?? []) {
        if (edge !== null && node !== null && (needed[edge.slot] === 1 || (edge instanceof Node && targets.has(edge))))
          needed[node.slot] = 1;
      }
    }
    this.needed = needed;
  }

  private step(node: Node): void {
    const runs = this.needed === null || this.needed[node.slot] === 1;
    if (!runs && this.targets?.has(node) !== true) return;
    const came = this.arrived(node);
    const shown = came && (node.hooks !== null || node.retained !== null);
    if (came && this.targets !== null) this.capture(node);
    // Hooks of a node that is only asked for do not run, unless it is to keep its gradient.
    if (shown && (runs || this.fills)) this.show(node);
    if (!runs) return;
    if (!came) {
      for (const edge of node.edges) if (edge !== null) this.arriveAt(edge);
      return;
    }
    if (node.scalar && !this.create && !notesPlaces()) this.scalarStep(node, shown);
    else if (this.create || notesPlaces() || !this.kernelStep(node, shown)) this.tensorStep(node, shown);
    if (!this.keep) node.release();
  }

  /** Runs the hooks on what came, then keeps it in the `.grad` of outputs that retain theirs. */
  private show(node: Node): void {
    const gradients = node.outputs.map((output, k) => this.at(node, k, output));
    if (runHooks(node, gradients, this.create)) this.altered = true;
    for (const output of node.retained ?? []) {
      const gradient = gradients[output.slot];
      if (gradient) accumulate(output, gradient, true, this.create);
    }
    gradients.forEach((gradient, k) => {
      if (gradient === null) return;
      this.slots.kinds[node.slot + k] = waits.tensor;
      this.slots.tensors[node.slot + k] = gradient;
    });
  }

  /** Whether a gradient came for any output. */
  private arrived(node: Node): boolean {
    const { kinds } = this.slots;
    for (let k = 0; k < node.width; k++) if (kinds[node.slot + k] !== 0) return true;
    return false;
  }

  /** The gradient waiting at an output, as a tensor. */
  private at(place: Place, output: number, like: Tensor | undefined): Tensor | null {
    return this.slots.at(place.slot + output, like);
  }

  private capture(place: Place): void {
    const wanted = this.fills ? undefined : this.targets?.get(place);
    if (wanted === undefined) return;
    for (const { output, index } of wanted) {
      const gradient = this.at(place, output, place instanceof Node ? place.outputs[output] : place.tensor);
      this.captured[index] = gradient;
      if (gradient !== null && !this.create) watcher()?.created(gradient, "grad");
    }
  }

  /** The op's rule on plain numbers. */
  private scalarStep(node: Node, shown: boolean): void {
    const { op, a, b, y, edgeA, edgeB } = node;
    node.check();
    const rule = op.scalar;
    if (rule === null || a === null || y === null) return;
    const { kinds, numbers, tensors } = this.slots;
    const r = rounders[y.dtype];
    const { slot } = node;
    const kind = kinds[slot] ?? 0;
    const held = tensors[slot];
    const g = (kind & waits.number) !== 0 ? (numbers[slot] ?? 0) : held ? valueOf(held) : 0;
    // What no rule reads is not fetched: it lies elsewhere in memory.
    const { mask } = node;
    const x = (mask & 1) !== 0 ? valueOf(a) : NaN;
    const z = b === null ? r(node.call.numbers[0] ?? 0) : (mask & 2) !== 0 ? valueOf(b) : NaN;
    const out = (mask & (1 << node.arity)) !== 0 ? valueOf(y) : NaN;
    let toA = 0;
    let toB = 0;
    let needs = 0;
    if (edgeA !== null) {
      needs = 1;
      toA = r(rule.backward[0]?.(g, x, z, out, r) ?? 0);
      this.deliverNumber(edgeA, node.slotOf(0), toA, r);
    }
    if (edgeB !== null) {
      needs |= 2;
      toB = r(rule.backward[1]?.(g, x, z, out, r) ?? 0);
      this.deliverNumber(edgeB, node.slotOf(1), toB, r);
    }
    const told = watcher();
    if (told === null) return;
    const sole = (kind & waits.sum) === 0 && !shown && !this.altered;
    if (told.scalarRule !== undefined) told.scalarRule(op, y.dtype, y, g, sole, a, b, needs, toA, toB);
    else {
      const sent = [
        (needs & 1) !== 0 ? scalarTensor(y.dtype, toA) : null,
        (needs & 2) !== 0 ? scalarTensor(y.dtype, toB) : null,
      ].slice(0, node.arity);
      told.rule(op, node.outputs, [held ?? scalarTensor(y.dtype, g)], node.inputs, sent, sole);
    }
  }

  /** The op's gradient kernel, where it has one output, at most two operands and such a kernel; else false. */
  private kernelStep(node: Node, shown: boolean): boolean {
    const { op, a, b, y, edgeA, edgeB } = node;
    if (!node.brief || op.kernel === null || y === null || a === null) return false;
    node.check();
    const gradient = this.at(node, 0, y);
    if (gradient === null) return false;
    const toA = edgeA === null ? null : byKernel(node, gradient, 0);
    const toB = edgeB === null ? null : byKernel(node, gradient, 1);
    if ((toA === null && edgeA !== null) || (toB === null && edgeB !== null)) return false;
    const told = watcher();
    if (told !== null) {
      const sole = !shown && ((this.slots.kinds[node.slot] ?? 0) & waits.sum) === 0 && !this.altered;
      if (told.briefRule !== undefined) told.briefRule(op, y, gradient, a, b, toA, toB, sole);
      else told.rule(op, [y], [gradient], node.inputs, b === null ? [toA] : [toA, toB], sole);
    }
    if (gradient.isLoose()) fasten(gradient, [toA, toB], shown);
    if (edgeA !== null && toA !== null) this.deliver(edgeA, 0, toA);
    if (edgeB !== null && toB !== null) this.deliver(edgeB, 0, toB);
    return true;
  }

  private tensorStep(node: Node, shown: boolean): void {
    const { outputs } = node;
    const gradients = new Array<Tensor | null>(outputs.length);
    for (let k = 0; k < outputs.length; k++) gradients[k] = this.at(node, k, outputs[k]);
    const sole = !shown && node.width === 1 && ((this.slots.kinds[node.slot] ?? 0) & waits.sum) === 0 && !this.altered;
    const run = () => contributionsOf(node, gradients, this.create);
    const contributions = notesPlaces() ? watchedRule(node, run) : run();
    watcher()?.rule(node.op, outputs, gradients, node.inputs, contributions, sole);
    for (let k = 0; k < gradients.length; k++) {
      const gradient = gradients[k];
      if (gradient?.isLoose() === true) fasten(gradient, contributions, shown);
    }
    for (let k = 0; k < node.arity; k++) {
      const edge = node.edgeAt(k);
      if (edge === null) continue;
      const contribution = contributions[k] ?? null;
      if (contribution === null) this.arriveAt(edge);
      else this.deliver(edge, node.slotOf(k), contribution);
    }
  }

  private deliverNumber(edge: Place, output: number, value: number, r: Round): void {
    this.slots.putNumber(edge.slot + output, value, r);
    if (edge instanceof Accumulator) this.arriveAt(edge);
  }

  private deliver(edge: Place, output: number, gradient: Tensor): void {
    const slot = edge.slot + output;
    const { kinds, tensors } = this.slots;
    const kind = kinds[slot] ?? 0;
    if (kind === 0) {
      kinds[slot] = waits.tensor;
      tensors[slot] = gradient;
    } else {
      const held = this.at(edge, output, edge instanceof Node ? edge.outputs[output] : edge.tensor);
      kinds[slot] = waits.tensor | waits.sum;
      tensors[slot] = held === null ? gradient : summed(held, gradient, this.create);
    }
    this.arriveAt(edge);
  }

  private arriveAt(edge: Place): void {
    if (edge instanceof Accumulator && --edge.pending === 0) this.slots.ready[this.readyCount++] = edge;
  }

  /** What came to a leaf, after its hooks have run on it. */
  private hooked(leaf: Accumulator): Tensor | null {
    const gradients = [this.at(leaf, 0, leaf.tensor)];
    if (runHooks(leaf, gradients, this.create)) this.altered = true;
    return gradients[0] ?? null;
  }

  /** Adds into the leaves whose last contribution has come. */
  private flush(): void {
    const { kinds, numbers, ready } = this.slots;
    for (let k = 0; k < this.readyCount; k++) {
      const leaf = ready[k];
      if (leaf === null || leaf === undefined) continue;
      ready[k] = null;
      const kind = kinds[leaf.slot] ?? 0;
      if (kind === 0) continue;
      const { tensor } = leaf;
      if (this.targets !== null) {
        this.capture(leaf);
        if (!this.targets.has(leaf)) continue;
      }
      if (!tensor.requiresGrad || !this.fills) continue;
      if (leaf.hooks === null && !this.create && (kind & waits.number) !== 0) {
        accumulateNumber(tensor, numbers[leaf.slot] ?? 0);
        if (leaf.after !== null) runAfter(leaf);
        continue;
      }
      const gradient = leaf.hooks === null ? this.at(leaf, 0, tensor) : this.hooked(leaf);
      if (gradient === null) continue;
      accumulate(tensor, gradient, false, this.create, this.targets === null && leaf.hooks === null);
      if (leaf.after !== null) runAfter(leaf);
    }
    this.readyCount = 0;
  }
}
