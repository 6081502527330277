import type { Finding } from "../finding";
import { graphOf } from "../graph";
import { eachRow } from "../memo";
import type { Outline } from "../outline";
import type { Recording } from "../recording";
import type { Segment } from "../segment";
import type { Value } from "../value";
import { badText, firstBad, hasInfinity, hasNaN, isBad, largest, takenText } from "./badness";
import { remedyFor } from "./remedies";
import { linkTo, placeOf, Spot } from "./spot";
import { Tracing, type Traced } from "./tracing";

/** Where it shows that something is no number any more: a loss, the gradient of a leaf, a weight, or a number by hand. */
interface Symptom {
  readonly row: number;
  /** −1 for a plain number. */
  readonly tensor: number;
  readonly of: "loss" | "gradient" | "weight" | "number";
}

/** Where a bad number began, in which segment, and the way from there. */
interface Origin {
  readonly segment: Segment;
  readonly row: number;
  readonly tensors: readonly number[];
  readonly rule: boolean;
  /** What was infinite before already, where an op made a NaN of that: a mask. */
  readonly constant: number;
  /** The op that made a NaN of the infinity that the origin made, −1 for none. */
  readonly turned: number;
}

/** How often a trace goes on in an earlier segment. */
const mostLeaps = 4;

/** Finds the first NaN or infinity that reached a loss, a gradient or a weight, and where it began. */
export class NonFinite {
  /** Iterations before this have none. */
  #clean = 0;
  #found: Finding | null = null;
  #generation = -1;
  #rows = -1;

  constructor(private readonly recording: Recording) {}

  findings(outline: Outline): Finding[] {
    if (outline.generation !== this.#generation) [this.#found, this.#clean, this.#rows] = [null, 0, -1];
    this.#generation = outline.generation;
    if (this.#found === null && this.#rows !== this.recording.rows) {
      this.#rows = this.recording.rows;
      for (const segment of this.#suspects(outline)) {
        this.#found = this.#look(outline, segment);
        if (this.#found !== null) break;
      }
    }
    return this.#found === null ? [] : [this.#found];
  }

  /** The segments that may have one: the iterations with a bad figure; without iterations all segments. */
  #suspects(outline: Outline): Segment[] {
    const { series, iterations, segments } = outline;
    if (iterations === 0) return segments.slice(0, 4);
    let first = Infinity;
    for (const { values } of series)
      for (let k = this.#clean; k < Math.min(values.length, first); k++) {
        const value = values[k];
        if (value !== null && value !== undefined && !Number.isFinite(value)) first = k;
      }
    this.#clean = Math.max(this.#clean, Math.min(first, iterations - 1));
    const segment = Number.isFinite(first) ? segments[outline.iterationSegment(first)] : undefined;
    return segment === undefined ? [] : [segment];
  }

  #look(outline: Outline, segment: Segment): Finding | null {
    const tracing = new Tracing(this.recording, segment);
    const symptom = this.#symptom(segment, tracing);
    if (symptom === null) return null;
    const origin = this.#origin(outline, segment, tracing, symptom);
    return origin === null ? null : this.#finding(outline, symptom, origin);
  }

  /** The first row that shows it. */
  #symptom(segment: Segment, { timeline }: Tracing): Symptom | null {
    const { recording } = this;
    let found: Symptom | null = null;
    eachRow(recording, segment, (row) => {
      if (found !== null) return;
      const form = recording.form(row);
      if (form.kind === "backward") {
        const tensor = recording.arg(row, 0);
        if (isBad(timeline.valueAt(tensor, row))) found = { row, tensor, of: "loss" };
      } else if (form.kind === "accumulate" && form.flag !== "retained") {
        if (isBad(recording.blockOf(row, 0))) found = { row, tensor: recording.arg(row, 0), of: "gradient" };
      } else if (form.kind === "update") {
        const tensor = recording.arg(row, form.inputs);
        const meta = timeline.metaAt(tensor, row);
        if (meta?.isLeaf === true && meta.requiresGrad && isBad(timeline.valueAt(tensor, row)))
          found = { row, tensor, of: "weight" };
      } else if (form.kind === "write" && form.valueType === "number" && !Number.isFinite(recording.number(row, 0)))
        if (segment.kind === "iteration") found = { row, tensor: -1, of: "number" };
    });
    return found;
  }

  #origin(outline: Outline, segment: Segment, tracing: Tracing, symptom: Symptom): Origin | null {
    const { row, tensor, of } = symptom;
    if (of === "number") return this.#firstMade(segment, tracing);
    if (of === "gradient") {
      const bad = hasNaN(this.recording.blockOf(row, 0)) ? hasNaN : hasInfinity;
      const traced = tracing.backward(tensor, row, bad);
      const further =
        bad === hasNaN && traced.row >= 0 ? tracing.backward(this.#nodeOf(traced), traced.row, hasInfinity) : null;
      const whole = further !== null && further.row >= 0 ? joined(further, traced) : traced;
      return {
        segment,
        row: whole.row < 0 ? row : whole.row,
        tensors: whole.tensors,
        rule: whole.row >= 0,
        constant: -1,
        turned: -1,
      };
    }
    return this.#back(outline, segment, tracing, tensor, row, mostLeaps);
  }

  /** The node whose rule a trace ended at. */
  #nodeOf({ row }: Traced): number {
    return this.recording.arg(row, 0);
  }

  /** Follows a bad value back, into earlier segments too. A NaN that an op made of an infinity is followed to where that began. */
  #back(
    outline: Outline,
    segment: Segment,
    tracing: Tracing,
    tensor: number,
    row: number,
    leaps: number,
  ): Origin | null {
    const { recording } = this;
    const value = tracing.timeline.valueAt(tensor, row);
    let traced = tracing.back(tensor, row, hasNaN(value) ? hasNaN : hasInfinity);
    let [constant, turned] = [-1, -1];
    if (traced.row >= 0 && recording.form(traced.row).kind !== "create") {
      const form = recording.form(traced.row);
      for (let k = 0; k < form.inputs; k++) {
        const input = recording.arg(traced.row, k);
        if (!isBad(tracing.timeline.valueAt(input, traced.row - 1))) continue;
        const further = tracing.back(input, traced.row - 1, isBad);
        if (further.row >= 0 && recording.form(further.row).kind !== "create")
          [turned, traced] = [traced.row, joined(further, traced)];
        else constant = further.row >= 0 ? further.row : this.#before(segment, further.tensor);
        break;
      }
    }
    if (traced.row >= 0) return { segment, row: traced.row, tensors: traced.tensors, rule: false, constant, turned };
    const made = this.#before(segment, traced.tensor);
    const earlier = made < 0 ? undefined : outline.segments[new Spot(recording, outline, made).segment];
    if (earlier === undefined || earlier === segment || leaps === 0) return null;
    return this.#back(outline, earlier, new Tracing(recording, earlier), traced.tensor, made, leaps - 1);
  }

  /** The last row before a segment that gave a tensor its contents, −1 for none. */
  #before({ firstRow }: Segment, tensor: number): number {
    const { recording } = this;
    for (let row = firstRow - 1; row >= 0; row--) {
      const { kind, inputs, outputs } = recording.form(row);
      if (kind !== "create" && kind !== "forward" && kind !== "update") continue;
      for (let k = 0; k < outputs.length; k++) if (recording.arg(row, inputs + 2 * k) === tensor) return row;
    }
    return -1;
  }

  /** By hand there is no way to follow through plain numbers: the first op that made one of finite inputs. */
  #firstMade(segment: Segment, { timeline }: Tracing): Origin | null {
    const { recording } = this;
    let found = -1;
    eachRow(recording, segment, (row) => {
      const { kind, inputs, numbers } = recording.form(row);
      if (found >= 0 || kind !== "forward") return;
      const output = recording.arg(row, inputs);
      if (!isBad(timeline.valueAt(output, row))) return;
      for (let k = 0; k < inputs; k++) if (isBad(timeline.valueAt(recording.arg(row, k), row - 1))) return;
      for (let k = 0; k < numbers.length; k++) if (!Number.isFinite(recording.number(row, k))) return;
      found = row;
    });
    return found < 0 ? null : { segment, row: found, tensors: [], rule: false, constant: -1, turned: -1 };
  }

  #finding(outline: Outline, symptom: Symptom, origin: Origin): Finding {
    const { recording } = this;
    const { row, rule } = origin;
    const spot = new Spot(recording, outline, row);
    const graph = graphOf(recording, origin.segment);
    const form = recording.form(row);
    const made = rule ? recording.arg(row, 0) : recording.arg(row, form.inputs);
    const node = spot.node(made);
    const site = rule ? (graph.graph.nodes[node]?.site ?? form.site) : form.site;
    const path = origin.tensors.map((tensor) => graph.tensors.lastIndexOf(tensor));
    if (rule && node >= 0) path.unshift(node);
    const reached = this.#reached(outline, symptom);
    const { what, cause, size } = this.#cause(origin, spot);
    const turned =
      origin.constant < 0 ? [] : linkTo(recording, recording.form(origin.constant).site, "What was infinite before.");
    return {
      id: `not-finite@${site}`,
      kind: "not-finite",
      severity: "error",
      title: `${reached.text} is ${reached.value}`,
      cause: `${cause}${spot.label === "" ? "" : ` in ${spot.label}`}${this.#turned(origin)}, and it reached ${reached.text}${reached.label === spot.label || reached.label === "" ? "" : ` in ${reached.label}`}.`,
      remedy:
        what === "constant" ? "Give it finite numbers, or keep it away from the loss." : remedyFor(form.op, rule, size),
      segment: spot.segment,
      step: spot.step,
      node,
      place: placeOf(recording, site),
      related: [...turned, ...linkTo(recording, recording.form(symptom.row).site, "Where it shows first.")],
      path: path.filter((each, k) => each >= 0 && each !== path[k - 1]),
    };
  }

  /** ", mul made NaN of that" */
  #turned({ turned }: Origin): string {
    return turned < 0 ? "" : `, ${this.recording.form(turned).op} made NaN of that`;
  }

  /** "w.grad", "NaN", "epoch 3" */
  #reached(outline: Outline, { row, tensor, of }: Symptom): { text: string; value: string; label: string } {
    const { recording } = this;
    const spot = new Spot(recording, outline, row);
    const segment = outline.segments[spot.segment];
    if (of === "number") {
      const { ref } = recording.form(row);
      const value = { shape: [], dtype: "float64", data: [recording.number(row, 0)] } as const;
      return { text: recording.binding(ref).name, value: badText(value), label: spot.label };
    }
    const value =
      of === "gradient" || segment === undefined
        ? recording.blockOf(row, 0)
        : new Tracing(recording, segment).timeline.valueAt(tensor, row);
    return {
      text: `${spot.name(tensor)}${of === "gradient" ? ".grad" : ""}`,
      value: badText(value),
      label: spot.label,
    };
  }

  /** What happened at the origin, in words. */
  #cause(origin: Origin, spot: Spot): { what: "op" | "rule" | "constant"; cause: string; size: number } {
    const { recording } = this;
    const { row, rule, segment } = origin;
    const form = recording.form(row);
    const { timeline } = new Tracing(recording, segment);
    const inputs = Array.from({ length: form.inputs }, (_, k) => timeline.valueAt(recording.arg(row, k), row - 1));
    if (form.kind === "accumulate") {
      return {
        what: "rule",
        cause: `The sum of gradients for ${spot.name(recording.arg(row, 0))} overflowed`,
        size: Infinity,
      };
    }
    if (rule) {
      const sent =
        Array.from({ length: form.blocks.length }, (_, k) => recording.blockOf(row, k)).findLast(isBad) ?? null;
      const taken = Array.from({ length: form.inputs - 1 }, (_, k) => timeline.valueAt(recording.arg(row, 1 + k), row));
      return {
        what: "rule",
        cause: `The gradient rule of ${form.op} sent ${badText(sent)} back${this.#of(taken, [], sent)}`,
        size: largest(taken),
      };
    }
    const output = timeline.valueAt(recording.arg(row, form.inputs), row);
    if (form.kind === "create")
      return {
        what: "constant",
        cause: `${spot.name(recording.arg(row, form.inputs))} held ${badText(output)} from the beginning`,
        size: 0,
      };
    const numbers = form.numbers.map((_, k) => recording.number(row, k));
    const from = origin.constant < 0 ? "" : ` and an infinity`;
    return {
      what: "op",
      cause: `${form.op} made ${badText(output)}${this.#of(inputs, numbers, output) || ` of numbers up to ${largest(inputs).toPrecision(2)}`}${from}`,
      size: largest(inputs),
    };
  }

  /** " of 0 (element 2)", "" where the places do not match. */
  #of(inputs: readonly (Value | null)[], numbers: readonly number[], output: Value | null): string {
    const at = firstBad(output);
    if (output === null || at < 0) return "";
    const taken = takenText(inputs, numbers, output, at);
    if (taken === "") return "";
    return ` of ${taken}${(output.data?.length ?? 0) > 1 ? ` (element ${at})` : ""}`;
  }
}

/** One way after another: from where the first began to where the second ended. */
function joined(first: Traced, second: Traced): Traced {
  return { row: first.row, tensor: first.tensor, tensors: [...first.tensors, ...second.tensors] };
}
