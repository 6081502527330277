import type { Form } from "./format";
import { Lineage } from "./lineage";
import { isVariable } from "./loops";
import { eachRowInSlices, slicedPerSegment } from "./memo";
import { phasesOf, type Purpose } from "./phases";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { eachOf, type Slices } from "./slices";
import { nameOf, type Start, startOf } from "./start";
import type { Composite, Phase, StepKind } from "./steps";

/** A step as the rows tell it. */
export interface Walked {
  readonly row: number;
  readonly lastRow: number;
  readonly kind: StepKind;
  readonly binding: number;
  readonly phase: number;
}

/** A segment's steps, before anyone asked for their nodes and texts. */
export interface Way {
  readonly steps: readonly Walked[];
  readonly phases: readonly Phase[];
  readonly composites: readonly Composite[];
}

/** What the rows of a segment are as steps. */
export const wayOf = slicedPerSegment(function* (recording, segment): Slices<Way> {
  return yield* new Walk(recording, segment, yield* startOf.slices(recording, segment)).way();
});

/** Whether rows of a form are steps where no backward runs. */
export function makesStep(recording: Recording, form: Form): boolean {
  switch (form.kind) {
    case "forward":
    case "update":
    case "rule":
    case "accumulate":
    case "gradSet":
      return true;
    case "create":
      return form.op !== "";
    case "write":
      return isVariable(recording, form.ref) && form.valueType !== "other" && form.valueType !== "undefined";
    default:
      return false;
  }
}

interface Draft {
  readonly row: number;
  lastRow: number;
  kind: StepKind;
  binding: number;
  purpose: Purpose;
}

const forward: Purpose = { kind: "forward", root: "" };
const joins: Purpose = { kind: "joins", root: "" };
const beside: Purpose = { kind: "beside", root: "" };
const setup: Purpose = { kind: "setup", root: "" };

class Walk {
  readonly #drafts: Draft[] = [];
  readonly #composites: { name: string; site: number; depth: number; firstStep: number; endStep: number }[] = [];
  readonly #opened: number[] = [];
  /** The purpose of what runs without gradients or in an optimizer, null outside. */
  #region: Purpose | null;
  #pass: Purpose | null = null;
  #passes = 0;
  /** Ops after a backward that need no gradient: an update when they end in one, else a look at the figures. */
  #after: Purpose | null = null;
  /** By tensor what the ops that made it were for, where a forward that uses it would make them part of that forward. */
  readonly #asides = new Map<number, Purpose>();
  readonly #lineage: Lineage;
  #settingUp: boolean;

  constructor(
    private readonly recording: Recording,
    private readonly segment: Segment,
    start: Start,
  ) {
    this.#settingUp = segment.kind === "setup";
    this.#lineage = new Lineage(recording, start, segment.turn >= 0);
    this.#region = segment.noGrad ? { kind: "evaluation", root: "" } : null;
  }

  *way(): Slices<Way> {
    const { recording, segment } = this;
    yield* eachRowInSlices(recording, segment, (row) => {
      this.#take(row);
    });
    for (const each of this.#opened.splice(0)) this.#close(each);
    const phases = phasesOf(
      this.#drafts.map(({ purpose }) => purpose),
      segment.kind === "iteration" ? "forward" : "setup",
    );
    const steps: Walked[] = [];
    for (const [phase, { firstStep, endStep }] of phases.entries())
      yield* eachOf(this.#drafts.slice(firstStep, endStep), ({ row, lastRow, kind, binding }) => {
        steps.push({ row, lastRow, kind, binding, phase });
      });
    return { steps, phases, composites: this.#composites.filter((each) => each.endStep > each.firstStep) };
  }

  #take(row: number): void {
    const { recording } = this;
    const form = recording.form(row);
    switch (form.kind) {
      case "create":
        this.#lineage.created(row, form);
        if (form.op !== "" && this.#passes === 0) this.#step(row, "create", this.#region ?? this.#opening());
        return;
      case "forward":
        if (this.#passes === 0) this.#op(row, form);
        return;
      case "update":
        this.#update(row, form);
        return;
      case "backward":
        this.#passes++;
        this.#lineage.trained = true;
        this.#pass = { kind: "backward", root: this.#nameOf(recording.arg(row, 0)) };
        return;
      case "backwardEnd":
        this.#passes--;
        if (this.#passes === 0) {
          this.#pass = null;
          this.#after = null;
        }
        return;
      case "rule":
        this.#step(row, "rule", this.#pass ?? forward);
        return;
      case "accumulate":
        this.#lineage.isNowGradient(recording.arg(row, 1));
        this.#step(row, "accumulate", this.#pass ?? forward);
        return;
      case "gradSet":
        this.#lineage.isNowGradient(recording.arg(row, 1));
        this.#step(row, "zero", beside);
        return;
      case "gradMode":
        if (form.flag === "on") this.#region = null;
        else this.#region ??= { kind: "evaluation", root: "" };
        return;
      case "optimizer":
        this.#region = { kind: "update", root: "" };
        return;
      case "optimizerEnd":
        this.#region = null;
        return;
      case "open":
        this.#opened.push(this.#composites.length);
        this.#composites.push({
          name: form.op,
          site: form.site,
          depth: form.depth,
          firstStep: this.#drafts.length,
          endStep: 0,
        });
        return;
      case "close": {
        const last = this.#opened.pop();
        if (last !== undefined) this.#close(last);
        return;
      }
      case "write":
        if (this.#passes === 0) this.#write(row, form);
        return;
      default:
    }
  }

  #op(row: number, form: Form): void {
    const { recording } = this;
    const output = recording.arg(row, form.inputs);
    const needsGradient = this.#lineage.computed(row, form);
    if (this.#region === null && needsGradient) {
      this.#after = null;
      for (let k = 0; k < form.inputs; k++) {
        const aside = this.#asides.get(recording.arg(row, k));
        if (aside?.kind === "evaluation") aside.kind = "forward";
      }
    }
    if (this.#region !== null || needsGradient || !this.#lineage.trained)
      return this.#step(row, "op", this.#region ?? forward);
    this.#after ??= { kind: "evaluation", root: "" };
    this.#asides.set(output, this.#after);
    this.#step(row, "op", this.#after);
  }

  #update(row: number, form: Form): void {
    const { recording } = this;
    const target = recording.arg(row, form.inputs);
    const meta = recording.meta(form.outputs[0] ?? -1);
    if (this.#lineage.isGradient(target)) {
      if (this.#region?.kind === "evaluation") this.#region.kind = "beside";
      this.#step(row, form.op === "zero_" ? "zero" : "update", form.op === "zero_" ? beside : (this.#region ?? beside));
      return;
    }
    if (this.#passes > 0) return;
    if (meta.isLeaf && meta.requiresGrad) {
      if (this.#region !== null) this.#region.kind = "update";
      this.#step(row, "update", this.#region ?? { kind: "update", root: "" });
      return;
    }
    const byHand = this.#lineage.isWeightByHand(target);
    this.#step(row, byHand ? "update" : "op", this.#region ?? (byHand ? { kind: "update", root: "" } : forward));
  }

  #write(row: number, form: Form): void {
    const { recording } = this;
    const tensor = form.valueType === "tensor" ? recording.arg(row, 0) : -1;
    const variable = isVariable(recording, form.ref);
    const last = this.#drafts.at(-1);
    const updates = this.#lineage.written(form, tensor, variable);
    const purpose = updates ? this.#updating() : this.#region;
    if (tensor >= 0 && last !== undefined && this.#makes(last, tensor)) {
      last.lastRow = row;
      if (variable && (last.binding < 0 || !isVariable(recording, last.binding))) last.binding = form.ref;
      else if (last.binding < 0) last.binding = form.ref;
      if (updates && purpose !== null) {
        if (last.purpose.kind === "evaluation") last.purpose.kind = "update";
        else last.purpose = purpose;
        this.#withWhatMadeIt(purpose);
      }
      return;
    }
    if (!makesStep(recording, form)) return;
    this.#step(row, updates ? "update" : "write", purpose ?? this.#opening());
    const made = this.#drafts.at(-1);
    if (made !== undefined) made.binding = form.ref;
  }

  /** A weight's next value may be computed with gradients on and detached then: those ops are of the update too. */
  #withWhatMadeIt(purpose: Purpose): void {
    const { recording } = this;
    const wanted = new Set<number>();
    for (let k = this.#drafts.length - 1; this.#lineage.trained && k >= 0; k--) {
      const draft = this.#drafts[k];
      if (draft?.kind !== "op") return;
      const { inputs } = recording.form(draft.row);
      if (draft.purpose !== purpose) {
        if (draft.purpose.kind !== "forward" || ![...wanted].some((each) => this.#makes(draft, each))) return;
        draft.purpose = purpose;
      }
      for (let i = 0; i < inputs; i++) wanted.add(recording.arg(draft.row, i));
    }
  }

  #updating(): Purpose {
    const purpose = this.#region ?? this.#after ?? { kind: "update", root: "" };
    purpose.kind = "update";
    return purpose;
  }

  #makes({ row, kind }: Draft, tensor: number): boolean {
    if (kind === "rule" || kind === "accumulate" || kind === "zero" || kind === "write") return false;
    const { inputs, outputs } = this.recording.form(row);
    return outputs.some((_, k) => this.recording.arg(row, inputs + 2 * k) === tensor);
  }

  #opening(): Purpose {
    return this.#settingUp ? setup : joins;
  }

  #step(row: number, kind: StepKind, purpose: Purpose): void {
    this.#settingUp &&= purpose === setup;
    this.#drafts.push({ row, lastRow: row, kind, binding: -1, purpose });
  }

  #close(composite: number): void {
    const found = this.#composites[composite];
    if (found !== undefined) found.endStep = this.#drafts.length;
  }

  /** Name of a tensor that this segment made. */
  #nameOf(tensor: number): string {
    const draft = this.#drafts.findLast((each) => each.binding >= 0 && this.#makes(each, tensor));
    const binding = draft?.binding ?? this.#lineage.holderOf(tensor);
    return nameOf(this.recording, binding) ?? "";
  }
}
