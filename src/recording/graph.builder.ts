import type { Form, Meta } from "./format";
import type { GraphNode, SegmentGraph } from "./graph";
import { internGraph } from "./graph.intern";
import { inlineText, isLiteral, longestText, writtenArguments } from "./literals";
import { StepTrace } from "./graph.trace";
import { modulesOf, operandBinding } from "./operands";
import type { Place, Places } from "./places";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { eachOf, type Slices } from "./slices";
import { nameOf, rank, type Start } from "./start";
import type { InPass, Survey } from "./survey";
import type { PhaseKind } from "./steps";
import { attrsText, symbolOf } from "./symbols";
import { shapeText, short } from "./text";
import type { Way } from "./walk";

type Drawn = { -readonly [K in keyof GraphNode]: GraphNode[K] } & { inputs: number[] };

const optional = new Set(["alpha", "eps", "beta", "correction", "negativeSlope", "threshold"]);

/** What is known of a segment before its graph. */
interface Known {
  readonly start: Start;
  readonly way: Way;
  readonly survey: Survey;
  readonly places: Places;
}

/** Builds the forward graph of a segment from its steps. */
export class GraphBuilder {
  readonly #nodes: Drawn[] = [];
  readonly #tensors: number[] = [];
  readonly #rows: number[] = [];
  readonly #numbers: number[] = [];
  /** The node that is a tensor now: in-place ops give it a new one. */
  readonly #nodeOf = new Map<number, number>();
  readonly #first = new Map<number, number>();
  readonly #storageOf = new Map<number, number>();
  /** Op nodes by output tensor, latest last, that still wait for their rule. */
  readonly #ops = new Map<number, number[]>();
  readonly #operands = new Map<string, number>();
  /** The last node that each variable was as a number. */
  readonly #variables = new Map<number, number>();
  readonly #created = new Map<number, number>();
  readonly #ends = new Map<number, number>();
  /** By row of an op inside a backward where it stands, and the row of the rule that ran it. */
  readonly #inPass = new Map<number, { readonly place: Place; readonly born: number }>();
  /** By tensor the row inside a backward that made it, as long as nothing that is drawn took it. */
  readonly #aside = new Map<number, number>();
  readonly #start: Start;
  readonly #way: Way;
  readonly #survey: Survey;
  readonly #places: Places;

  constructor(
    private readonly recording: Recording,
    private readonly segment: Segment,
    { start, way, survey, places }: Known,
  ) {
    this.#start = start;
    this.#survey = survey;
    this.#way = way;
    this.#places = places;
  }

  *build(): Slices<SegmentGraph> {
    const { steps, phases } = this.#way;
    const stepNodes = new Int32Array(steps.length).fill(-1);
    const { inPasses } = this.#survey;
    let passed = 0;
    yield* eachOf(steps, (step, k) => {
      const phase = phases[step.phase]?.kind ?? "forward";
      for (let next = inPasses[passed]; next !== undefined && next.row < step.row; next = inPasses[++passed])
        this.#gradient(next, step.row);
      if (step.kind === "create") this.#created.set(this.recording.arg(step.row, 0), step.row);
      if (this.#isForward(step.row, phase)) stepNodes[k] = this.#op(step.row, phase);
    });
    if (this.segment.kind !== "iteration") this.#drawNamed();
    this.#ops.clear();
    yield* eachOf(this.#nodes, (node, index) => {
      if (node.kind === "op") listed(this.#ops, this.#tensors[index] ?? -1).push(index);
    });
    const { owners, names } = this.#survey;
    const traced = new StepTrace(this.recording, {
      stepNodes,
      ops: this.#ops,
      first: this.#first,
      last: this.#nodeOf,
      variables: this.#variables,
      rows: this.#rows,
      ownerOf: (gradient) => owners.get(gradient) ?? this.#start.gradients.get(gradient),
    });
    yield* eachOf(steps, (step, k) => {
      traced.take(step, k);
    });
    yield* eachOf(this.#nodes, (node, index) => {
      this.#label(node, index);
    });
    return {
      graph: yield* internGraph(this.recording, this.#nodes),
      tensors: Int32Array.from(this.#tensors),
      rows: Int32Array.from(this.#rows),
      numbers: Float64Array.from(this.#numbers),
      rewritten: traced.rewritten,
      stepNodes,
      stepOrigins: traced.stepOrigins,
      ends: this.#ends,
      owners,
      names,
    };
  }

  #isForward(row: number, phase: PhaseKind): boolean {
    const form = this.recording.form(row);
    if (phase === "update" || phase === "backward") return false;
    if (form.kind === "forward") return true;
    if (form.kind !== "update") return false;
    const target = this.recording.arg(row, form.inputs);
    return !this.#survey.owners.has(target) && !this.#start.gradients.has(target);
  }

  /** An op or a tensor of a backward: drawn when autograd follows it, else as soon as something drawn takes it. */
  #gradient({ row, pass, root }: InPass, born: number): void {
    const { recording } = this;
    const { kind, inputs, outputs } = recording.form(row);
    const name = nameOf(recording, this.#survey.names.get(root) ?? this.#start.holder(root)) ?? "";
    this.#inPass.set(row, { place: this.#places.gradient(name, pass), born });
    if (kind === "create") this.#created.set(recording.arg(row, 0), row);
    else if (outputs.some((meta) => recording.meta(meta).requiresGrad)) this.#op(row, "backward");
    else outputs.forEach((_, k) => this.#aside.set(recording.arg(row, inputs + 2 * k), row));
  }

  #op(row: number, phase: PhaseKind): number {
    const { recording } = this;
    const form = recording.form(row);
    const inputs: number[] = [];
    const target = form.kind === "update" ? recording.arg(row, form.inputs) : -1;
    const first = form.inputs > 0 ? recording.arg(row, 0) : -1;
    if (target >= 0 && first !== target) inputs.push(this.#tensorNode(target, form.frame));
    for (let k = 0; k < form.inputs; k++) inputs.push(this.#tensorNode(recording.arg(row, k), form.frame));
    const inPass = this.#inPass.has(row);
    const written = form.numbers.length > 0 && !inPass ? writtenArguments(recording, form.site) : [];
    const texts: string[] = [];
    form.numbers.forEach((name, k) => {
      const value = recording.number(row, k);
      const position = form.inputs + k;
      const text = written[position] ?? "";
      if (isLiteral(text)) texts.push(text);
      else if (optional.has(name)) {
        if (!(name === "alpha" && value === 1)) texts.push(`${name} ${short(value)}`);
      } else if (inPass) texts.push(short(value));
      else inputs.push(this.#numberNode(form, position, text, value, row));
    });
    const attrs = [...texts, attrsText(form.op, form.attrs, this.#nodes[inputs[0] ?? -1]?.shape.length ?? 0)]
      .filter(Boolean)
      .join(", ");
    const output = recording.arg(row, form.inputs);
    const meta = recording.meta(form.outputs[0] ?? -1);
    const node = this.#add(
      { kind: "op", op: form.op, attrs, meta, site: form.site, frame: form.frame, phase, inputs },
      output,
      row,
    );
    const replaced = form.kind === "update" ? this.#nodeOf.get(output) : undefined;
    if (replaced !== undefined) this.#ends.set(replaced, row);
    this.#define(output, recording.arg(row, form.inputs + 1), node, form.kind === "update");
    for (let k = 1; k < form.outputs.length; k++) this.#further(row, k, node, phase);
    return node;
  }

  /** Another output of an op with several: a node of its own behind the first. */
  #further(row: number, k: number, node: number, phase: PhaseKind): void {
    const { recording } = this;
    const { op, inputs, outputs, site, frame } = recording.form(row);
    const tensor = recording.arg(row, inputs + 2 * k);
    const meta = recording.meta(outputs[k] ?? -1);
    const made = { kind: "op" as const, op, attrs: `output ${k + 1}`, meta, site, frame, phase, inputs: [node] };
    this.#define(tensor, recording.arg(row, inputs + 2 * k + 1), this.#add(made, tensor, row), false);
  }

  /** From now on a tensor is this node; after an in-place op so is every view of the same storage. */
  #define(tensor: number, storage: number, node: number, inPlace: boolean): void {
    this.#nodeOf.set(tensor, node);
    this.#storageOf.set(tensor, storage);
    if (!inPlace) return;
    for (const [other, at] of this.#storageOf) if (at === storage) this.#nodeOf.set(other, node);
  }

  #tensorNode(tensor: number, frame: number): number {
    const known = this.#nodeOf.get(tensor);
    if (known !== undefined) return known;
    const { recording } = this;
    const aside = this.#aside.get(tensor);
    if (aside !== undefined) {
      this.#aside.delete(tensor);
      this.#op(aside, "backward");
      return this.#nodeOf.get(tensor) ?? -1;
    }
    const row = this.#created.get(tensor) ?? -1;
    const form = row < 0 ? undefined : recording.form(row);
    const meta = form === undefined ? this.#start.state.meta(tensor) : recording.meta(form.outputs[0] ?? -1);
    const node = this.#add(
      {
        kind: "leaf",
        op: form?.op ?? "",
        attrs: "",
        meta,
        site: form?.site ?? -1,
        frame: form?.frame ?? frame,
        phase: "forward",
        inputs: [],
      },
      tensor,
      row,
    );
    const storage = form === undefined ? this.#start.state.tensor(tensor)?.storage : recording.arg(row, 1);
    this.#define(tensor, storage ?? -1, node, false);
    return node;
  }

  /** A number that came from a variable or an expression; one node per variable and value. */
  #numberNode(form: Form, position: number, text: string, value: number, row: number): number {
    const binding = operandBinding(this.recording, form, position);
    const key = binding === undefined ? `${text} ${row}` : `b${binding.id} ${value}`;
    const known = this.#operands.get(key);
    if (known !== undefined) return known;
    const label = binding?.name ?? (text !== "" && text.length <= longestText ? text : "number");
    const held = binding === undefined ? "not yet" : this.#start.state.binding(binding.id);
    const before = held !== "not yet" && held.type === "number" && held.value === value;
    const node = this.#add(
      { kind: "number", op: "", attrs: "", meta: undefined, site: form.site, frame: -1, phase: "forward", inputs: [] },
      -1,
      before ? -1 : row,
      value,
    );
    const drawn = this.#nodes[node];
    if (drawn !== undefined) [drawn.label, drawn.named] = [label, binding !== undefined];
    this.#operands.set(key, node);
    if (binding !== undefined) this.#variables.set(binding.id, node);
    return node;
  }

  #add(
    from: Pick<GraphNode, "kind" | "op" | "attrs" | "site" | "phase"> & {
      readonly meta: Meta | undefined;
      readonly frame: number;
      readonly inputs: number[];
    },
    tensor: number,
    row: number,
    number = NaN,
  ): number {
    const { kind, op, attrs, meta, site, phase, inputs } = from;
    const index = this.#nodes.length;
    this.#nodes.push({
      index,
      kind,
      label: "",
      named: false,
      op,
      symbol: kind === "op" ? symbolOf(op, attrs) : "",
      attrs,
      shape: meta?.shape ?? [],
      dtype: meta?.dtype ?? "float64",
      requiresGrad: meta?.requiresGrad ?? false,
      isParameter: kind === "leaf" && meta?.requiresGrad === true && meta.isLeaf,
      retained: kind === "op" && this.#survey.retained.has(tensor),
      site,
      module: kind === "op" ? modulesOf(this.recording, from.frame) : [],
      place: kind === "op" || (kind === "leaf" && row >= 0) ? this.#placeOf(row, from.frame) : null,
      inputs,
      phase,
    });
    this.#tensors.push(tensor);
    if (tensor >= 0 && !this.#first.has(tensor)) this.#first.set(tensor, index);
    this.#rows.push(this.#inPass.get(row)?.born ?? row);
    this.#numbers.push(number);
    return index;
  }

  #placeOf(row: number, frame: number): Place | null {
    return this.#inPass.get(row)?.place ?? this.#places.at(row, frame);
  }

  /** Outside iterations also what no op used yet: the data and the weights that were set up. */
  #drawNamed(): void {
    for (const [tensor, row] of this.#created)
      if (this.#survey.names.has(tensor)) this.#tensorNode(tensor, this.recording.form(row).frame);
  }

  #label(node: Drawn, index: number): void {
    if (node.kind === "number") return;
    const tensor = this.#tensors[index] ?? -1;
    const name = this.#nameOf(tensor, node.kind === "leaf", index);
    node.named = name !== undefined;
    node.label =
      name ??
      (node.kind === "op"
        ? node.attrs === ""
          ? node.op
          : `${node.op}(${node.attrs})`
        : ((node.place?.kind === "gradient" ? undefined : inlineText(this.recording, node.site)) ??
          (node.op || `tensor ${shapeText(node.shape)}`)));
  }

  #nameOf(tensor: number, leaf: boolean, index: number): string | undefined {
    if (!leaf && this.#nodeOf.get(tensor) !== index && (this.#ops.get(tensor)?.length ?? 0) > 1) return undefined;
    const candidates = [this.#survey.names.get(tensor), leaf ? this.#start.holder(tensor) : undefined];
    const [best] = candidates
      .filter((each) => each !== undefined)
      .sort((a, b) => rank(this.recording, a) - rank(this.recording, b));
    const path = leaf ? (this.#survey.paths.get(tensor) ?? this.#start.state.nameOf(tensor)) : undefined;
    if (path !== undefined && (best === undefined || rank(this.recording, best) > 0)) return path;
    return nameOf(this.recording, best);
  }
}

function listed(map: Map<number, number[]>, key: number): number[] {
  const found = map.get(key) ?? [];
  map.set(key, found);
  return found;
}
