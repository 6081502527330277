import { type Accumulator, addHook, type Hook, type Hooks } from "./accumulator";
import type { Call, Op } from "./op";
import type { Geometry } from "./ops/strided";
import { freed, modified, savedInference } from "./saved.errors";
import type { Tensor } from "./tensor";

let serial = 0;
let places: (() => string) | null = null;
const noted = new WeakMap<Node, string>();

/** What a node that is made now would have as its sequence number. */
export function nextSequence(): number {
  return ++serial;
}

/** Notes for each node made from now on where in the program its op ran, or stops doing so (null). */
export function notePlaces(find: (() => string) | null): void {
  places = find;
}

/** Whether nodes note where their op ran: in anomaly mode. */
export function notesPlaces(): boolean {
  return places !== null;
}

const none: readonly Tensor[] = [];
const noEdges: readonly null[] = [];

/** What only few nodes have. */
interface Extras {
  /** Operands and edges, when there are more than two. */
  inputs: readonly Tensor[] | null;
  edges: readonly (Node | Accumulator | null)[] | null;
  /** Which output of its maker each operand was, when one was not the first. */
  slots: readonly number[] | null;
  versions: readonly number[] | null;
  /** Outputs, when there are several or none. */
  outputs: readonly Tensor[] | null;
  retained: Tensor[] | null;
  inner: { readonly node: Node; readonly geometry: Geometry } | null;
}

const isScalar = 1;
const isReleased = 2;

/** One call of an op in the backward graph: PyTorch's grad_fn, which backward walks from the result to the leaves. */
export class Node {
  /** @internal The backward pass that last collected this place, and where it keeps this place's gradients. */
  pass = 0;
  /** @internal */
  slot = 0;
  /** @internal */
  hooks: Hooks | null = null;
  /** @internal */
  readonly sequence: number;
  /** @internal The first two operands, where their gradients go, and the versions of what is saved. */
  a: Tensor | null = null;
  /** @internal */
  b: Tensor | null = null;
  /** @internal */
  edgeA: Node | Accumulator | null = null;
  /** @internal */
  edgeB: Node | Accumulator | null = null;
  private versionA = 0;
  private versionB = 0;
  private versionY = 0;
  /** @internal The output, the first of several. */
  y: Tensor | null = null;
  private flags = 0;
  private extras: Extras | null = null;

  constructor(
    /** @internal */
    readonly op: Op,
    /** @internal */
    readonly call: Call,
    /** @internal Bits of what is saved: operands, then the output. */
    readonly mask: number,
    /** @internal How many operands the op was called with. */
    readonly arity: number,
    /** Of an op that ran before its node is made. */
    sequence = 0,
  ) {
    this.sequence = sequence === 0 ? ++serial : sequence;
    if (places !== null && sequence === 0) noted.set(this, places());
  }

  /** @internal Where in the program the op ran, noted in anomaly mode; else "". */
  get place(): string {
    return noted.get(this) ?? "";
  }

  /** @internal Gives it any number of operands, and says where their gradients go. */
  link(
    inputs: readonly Tensor[],
    edges: readonly (Node | Accumulator | null)[],
    slots: readonly number[] | null,
  ): this {
    this.inputs = inputs;
    this.edgeA = edges[0] ?? null;
    this.edgeB = edges[1] ?? null;
    if (edges.length > 2) this.more().edges = edges;
    this.slots = slots;
    return this;
  }

  private more(): Extras {
    return (this.extras ??= {
      inputs: null,
      edges: null,
      slots: null,
      versions: null,
      outputs: null,
      retained: null,
      inner: null,
    });
  }

  /** @internal Made by the scalar rules: all operands are 0-d of one float dtype. */
  get scalar(): boolean {
    return (this.flags & isScalar) !== 0;
  }

  /** @internal */
  set scalar(by: boolean) {
    this.flags = by ? this.flags | isScalar : this.flags & ~isScalar;
  }

  /** @internal Whether what it saved was let go. */
  get released(): boolean {
    return (this.flags & isReleased) !== 0;
  }

  /** @internal The operands; empty when they were let go. */
  get inputs(): readonly Tensor[] {
    const { a, b } = this;
    return this.extras?.inputs ?? (a === null ? none : b === null ? [a] : [a, b]);
  }

  /** @internal */
  set inputs(inputs: readonly Tensor[]) {
    this.a = inputs[0] ?? null;
    this.b = inputs[1] ?? null;
    if (inputs.length > 2) this.more().inputs = inputs;
    else if (this.extras !== null) this.extras.inputs = null;
  }

  /** @internal Where the gradient of each operand goes, null where it needs none. */
  get edges(): readonly (Node | Accumulator | null)[] {
    const many = this.extras?.edges;
    if (many) return many;
    return this.arity === 0 ? noEdges : this.arity === 1 ? [this.edgeA] : [this.edgeA, this.edgeB];
  }

  /** @internal Where the gradient of one operand goes. */
  edgeAt(k: number): Node | Accumulator | null {
    const many = this.extras?.edges;
    return many ? (many[k] ?? null) : k === 0 ? this.edgeA : k === 1 ? this.edgeB : null;
  }

  /** @internal Whether it has one output and at most two operands, each the first output of its maker. */
  get brief(): boolean {
    return this.extras === null;
  }

  /** @internal More than two edges, or null. */
  get manyEdges(): readonly (Node | Accumulator | null)[] | null {
    return this.extras?.edges ?? null;
  }

  /** @internal Which output of its maker an operand was. */
  slotOf(k: number): number {
    return this.extras?.slots?.[k] ?? 0;
  }

  /** @internal Which output of its maker each operand is; null where all are the first. */
  get slots(): readonly number[] | null {
    return this.extras?.slots ?? null;
  }

  /** @internal */
  set slots(slots: readonly number[] | null) {
    if (slots !== null || this.extras !== null) this.more().slots = slots;
  }

  /** @internal The outputs. */
  get outputs(): readonly Tensor[] {
    return this.extras?.outputs ?? (this.y === null ? none : [this.y]);
  }

  /** @internal */
  set outputs(outputs: readonly Tensor[]) {
    this.y = outputs[0] ?? null;
    if (outputs.length > 1) this.more().outputs = outputs;
    else if (this.extras !== null) this.extras.outputs = null;
  }

  /** @internal How many outputs there are. */
  get width(): number {
    return this.extras?.outputs?.length ?? (this.y === null ? 0 : 1);
  }

  /** @internal Outputs that keep their gradient (`retainGrad`). */
  get retained(): Tensor[] | null {
    return this.extras?.retained ?? null;
  }

  /** @internal */
  set retained(tensors: Tensor[] | null) {
    if (tensors !== null || this.extras !== null) this.more().retained = tensors;
  }

  /** @internal For an in-place write to a view: the op's own node, run on the view's part of the gradient. */
  get inner(): { readonly node: Node; readonly geometry: Geometry } | null {
    return this.extras?.inner ?? null;
  }

  /** @internal */
  set inner(inner: { readonly node: Node; readonly geometry: Geometry } | null) {
    if (inner !== null || this.extras !== null) this.more().inner = inner;
  }

  /** PyTorch's name of the gradient rule, such as "MulBackward0". */
  get name(): string {
    return this.op.node;
  }

  /** @internal */
  addHook(output: number, run: Hook): () => void {
    return addHook(this, output, run);
  }

  /** Where the gradients go: for each operand its node (or the accumulator of a leaf) and which output of that it is. */
  get nextFunctions(): readonly (readonly [Node | Accumulator | null, number])[] {
    return this.edges.map((edge, k) => [edge, edge === null ? 0 : this.slotOf(k)] as const);
  }

  /** As PyTorch prints it, without the address: its name in angle brackets. */
  toString(): string {
    return `<${this.name}>`;
  }

  /** @internal Notes the versions of what was saved. */
  save(): void {
    const { mask } = this;
    if (mask === 0) return;
    if (this.extras !== null && (this.arity > 2 || this.width > 1)) {
      const { inputs } = this;
      const versions = new Array<number>(inputs.length + 1);
      for (let k = 0; k < versions.length; k++)
        versions[k] = (mask & (1 << k)) === 0 ? 0 : versionOf(k < inputs.length ? inputs[k] : this.outputs.at(-1));
      this.more().versions = versions;
      return;
    }
    const output = 1 << this.arity;
    if ((mask & 1) !== 0 && this.a !== null) this.versionA = versionOf(this.a);
    if ((mask & 2 & ~output) !== 0 && this.b !== null) this.versionB = versionOf(this.b);
    if ((mask & output) !== 0 && this.y !== null) this.versionY = versionOf(this.y);
  }

  /** @internal Takes over what a tape noted of the versions of operands. */
  saved(versionA: number, versionB: number): void {
    this.versionA = versionA;
    this.versionB = versionB;
  }

  /** @internal Notes the version of the output again, where it is saved: an op in place makes it after its operands are. */
  saveOutput(): void {
    if ((this.mask & (1 << this.arity)) === 0) return;
    const versions = this.extras?.versions;
    if (versions) this.more().versions = [...versions.slice(0, -1), versionOf(this.outputs.at(-1))];
    else if (this.y !== null) this.versionY = versionOf(this.y);
  }

  /** @internal What was saved of operand `k`, or of the output where `k` is their number. */
  savedAt(k: number): Tensor | undefined {
    const { inputs } = this;
    return k < inputs.length ? inputs[k] : this.outputs.at(-1);
  }

  /** @internal Throws when what the rules read was freed by an earlier backward or overwritten since. */
  check(): void {
    if ((this.flags & isReleased) !== 0) throw freed();
    const { mask } = this;
    if (mask === 0) return;
    const versions = this.extras?.versions;
    if (versions) {
      for (let k = 0; k < versions.length; k++)
        if ((mask & (1 << k)) !== 0) this.expect(this.savedAt(k), k, versions[k] ?? 0);
      return;
    }
    const { a, b, y } = this;
    const output = 1 << this.arity;
    if ((mask & 1) !== 0 && a !== null && a.version !== this.versionA) this.expect(a, 0, this.versionA);
    if ((mask & 2 & ~output) !== 0 && b !== null && b.version !== this.versionB) this.expect(b, 1, this.versionB);
    if ((mask & output) !== 0 && y !== null && y.version !== this.versionY) this.expect(y, -1, this.versionY);
  }

  private expect(saved: Tensor | undefined, k: number, version: number): void {
    if (saved === undefined || saved.version === version) return;
    throw modified(saved, k >= 0 && k < this.arity ? saved.gradFn : this, saved.version, version);
  }

  /** @internal Lets go of what was saved. */
  release(): void {
    this.inner?.node.release();
    if (this.mask === 0 && !this.op.keepsNumbers) return;
    this.flags |= isReleased;
    this.a = this.b = null;
    if (this.extras !== null) this.extras.inputs = this.extras.versions = null;
  }
}

function versionOf(saved: Tensor | undefined): number {
  if (saved?.isInference() === true) throw savedInference();
  return saved?.version ?? 0;
}
