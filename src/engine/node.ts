import { runtimeError } from "./errors";
import type { Call, Op } from "./op";
import { sizes } from "./shape";
import { scalarName } from "./dtype";
import type { Geometry } from "./ops/strided";
import type { Tensor } from "./tensor";

/** A function that sees the gradient of a tensor and may return another in its place. */
export type Hook = ((gradient: Tensor) => Tensor | null | undefined) | ((gradient: Tensor) => void);

let serial = 0;
let places: (() => string) | null = null;
const noted = new WeakMap<Node, string>();

/** Notes for each node made from now on where in the program its op ran, or stops doing so (null). */
export function notePlaces(find: (() => string) | null): void {
  places = find;
}

/** Whether nodes note where their op ran: in anomaly mode. */
export function notesPlaces(): boolean {
  return places !== null;
}

/** A place in the backward graph that gradients arrive at. */
abstract class Place {
  /** The backward pass that last collected this place, and where it keeps this place's gradients. */
  pass = 0;
  slot = 0;
  hooks: { readonly output: number; readonly run: Hook }[] | null = null;
  abstract get name(): string;

  addHook(output: number, run: Hook): () => void {
    const entry = { output, run };
    (this.hooks ??= []).push(entry);
    return () => {
      this.hooks = this.hooks?.filter((other) => other !== entry) ?? null;
    };
  }
}

/** Where the gradient of a leaf is added into its `.grad`. */
export class Accumulator extends Place {
  override get name(): string {
    return "AccumulateGrad";
  }

  /** Edges of the running pass that have not delivered yet. */
  pending = 0;
  /** Called after the gradient was added. */
  after: ((tensor: Tensor) => void)[] | null = null;

  constructor(readonly tensor: Tensor) {
    super();
  }

  /** The leaf, by PyTorch's name. */
  get variable(): Tensor {
    return this.tensor;
  }

  override toString(): string {
    return `<${this.name}>`;
  }
}

/** One call of an op in the backward graph: PyTorch's grad_fn. */
export class Node extends Place {
  readonly sequence = ++serial;
  released = false;
  /** Outputs that keep their gradient (`retainGrad`). */
  retained: Tensor[] | null = null;
  outputs: readonly Tensor[] = [];
  /** For an in-place write to a view: the op's own node, run on the view's part of the gradient. */
  inner: { readonly node: Node; readonly geometry: Geometry } | null = null;

  constructor(
    readonly op: Op,
    public inputs: readonly Tensor[],
    readonly call: Call,
    readonly edges: readonly (Node | Accumulator | null)[],
    readonly slots: readonly number[] | null,
    /** Bits of what is saved: operands, then the output. */
    readonly mask: number,
    /** Made by the scalar rules: all operands are 0-d of one float dtype. */
    readonly scalar: boolean,
  ) {
    super();
    if (places !== null) noted.set(this, places());
  }

  /** Where in the program the op ran, noted in anomaly mode; else "". */
  get place(): string {
    return noted.get(this) ?? "";
  }

  /** The saved tensors' versions when they were saved, in the order of the mask's bits. */
  versions: readonly number[] | null = null;

  override get name(): string {
    return this.op.node;
  }

  /** Where the gradients go: for each operand its node (or the accumulator of a leaf) and which output of that it is. */
  get nextFunctions(): readonly (readonly [Node | Accumulator | null, number])[] {
    return this.edges.map((edge, k) => [edge, edge === null ? 0 : (this.slots?.[k] ?? 0)] as const);
  }

  override toString(): string {
    return `<${this.name}>`;
  }

  /** Notes the versions of what was saved. */
  save(): void {
    if (this.mask === 0) return;
    const versions = new Array<number>(this.inputs.length + 1);
    for (let k = 0; k <= this.inputs.length; k++) {
      const saved = (this.mask & (1 << k)) !== 0 ? this.savedAt(k)?.storage : undefined;
      if (saved?.inference === true) throw savedInference();
      versions[k] = saved?.version ?? 0;
    }
    this.versions = versions;
  }

  savedAt(k: number): Tensor | undefined {
    return k < this.inputs.length ? this.inputs[k] : this.outputs.at(-1);
  }

  /** Throws when what the rules read was freed by an earlier backward or overwritten since. */
  check(): void {
    if (this.released) throw freed();
    const versions = this.versions;
    if (versions === null) return;
    for (let k = 0; k < versions.length; k++) {
      if ((this.mask & (1 << k)) === 0) continue;
      const saved = this.savedAt(k);
      const version = saved?.storage.version ?? 0;
      if (saved !== undefined && version !== versions[k])
        throw modified(saved, k === this.inputs.length ? this : edgeOf(this, k), version, versions[k] ?? 0);
    }
  }

  /** Lets go of what was saved. */
  release(): void {
    this.inner?.node.release();
    if (this.mask === 0 && !this.op.keepsNumbers) return;
    this.released = true;
    this.versions = null;
    this.inputs = [];
  }
}

/** What is thrown when a rule reads what an earlier backward let go of. */
export function freed(): Error {
  return runtimeError(
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retainGraph: true if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.",
    "Run the forward pass again, or call .backward(null, { retainGraph: true }) the first time.",
  );
}

function savedInference(): Error {
  return runtimeError(
    "Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.",
    "Call .clone() on it, or use noGrad() in place of inferenceMode().",
  );
}

function edgeOf(node: Node, k: number): Node | null {
  const edge = node.edges[k];
  return edge instanceof Node ? edge : null;
}

/** What is thrown when a saved tensor was written in place since. */
export function modified(saved: Tensor, maker: Node | null, version: number, expected: number): Error {
  const made = maker === null ? "" : `, which is output ${saved.slot} of ${maker.name},`;
  return runtimeError(
    `one of the variables needed for gradient computation has been modified by an inplace operation: [torch.${scalarName(saved.dtype)}Tensor ${sizes(saved.shape)}]${made} is at version ${version}; expected version ${expected} instead.`,
    "Use the op without the underscore, or .clone() the tensor before changing it in place; autograd.detectAnomaly(() => …) says which op needed it.",
  );
}
