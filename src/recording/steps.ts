import { graphOf } from "./graph";
import { slicedPerSegment } from "./memo";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { eachOf, type Slices } from "./slices";
import { stepText } from "./step.text";
import { wayOf, type Walked } from "./walk";

/** What a step did. */
export type StepKind = "op" | "rule" | "accumulate" | "update" | "zero" | "write" | "create";

/** What a phase is for. */
export type PhaseKind = "setup" | "forward" | "backward" | "update" | "evaluation";

/** The smallest move: one op, one gradient rule, one accumulation, one update, one write. */
export interface Step {
  readonly row: number;
  /** Last row that belongs to it, the write that names what it made included. */
  readonly lastRow: number;
  /** Index in the segment's phases. */
  readonly phase: number;
  readonly kind: StepKind;
  /** How many composites are open around it. */
  readonly depth: number;
  /** Index in the segment's graph of what the step made or changed, −1 when it is not drawn. */
  readonly node: number;
  /** Call site in the snippet, −1 when unknown. */
  readonly site: number;
  /** For rules and accumulations: the call site of the forward op; else −1. */
  readonly origin: number;
  /** Binding that names what the step made, or that it wrote; −1. */
  readonly binding: number;
  /** "w.grad += −30"; made when it is asked for. */
  readonly text: string;
}

/** A run of steps with one purpose, in the order they happened. */
export interface Phase {
  readonly kind: PhaseKind;
  /** Name of a backward's root, "" for the others. */
  readonly root: string;
  readonly firstStep: number;
  readonly endStep: number;
}

/** A composite (cross entropy, a Linear, optimizer.step): one thing to a person, with the steps inside. */
export interface Composite {
  readonly name: string;
  readonly site: number;
  readonly depth: number;
  readonly firstStep: number;
  readonly endStep: number;
}

/** Everything a segment can be stepped through. */
export interface Steps {
  readonly steps: readonly Step[];
  readonly phases: readonly Phase[];
  readonly composites: readonly Composite[];
}

/** The steps of a segment; the same object until the segment grows. */
export const stepsOf = slicedPerSegment(function* (recording, segment): Slices<Steps> {
  const { steps: walked, phases, composites } = yield* wayOf.slices(recording, segment);
  const steps: Step[] = [];
  yield* eachOf(walked, (step, k) => steps.push(new RecordedStep(recording, segment, step, k)));
  return { steps, phases, composites };
});

/** A step that finds its node and its text when somebody asks. */
class RecordedStep implements Step {
  readonly row: number;
  readonly lastRow: number;
  readonly kind: StepKind;
  readonly depth: number;
  readonly site: number;
  readonly binding: number;
  readonly phase: number;
  #text: string | undefined;

  constructor(
    private readonly recording: Recording,
    private readonly segment: Segment,
    { row, lastRow, kind, binding, phase }: Walked,
    private readonly index: number,
  ) {
    const form = recording.form(row);
    this.row = row;
    this.lastRow = lastRow;
    this.kind = kind;
    this.phase = phase;
    this.depth = form.depth;
    this.site = form.site;
    this.binding = binding;
  }

  get node(): number {
    return graphOf(this.recording, this.segment).stepNodes[this.index] ?? -1;
  }

  get origin(): number {
    if (this.kind !== "rule" && this.kind !== "accumulate") return -1;
    const { graph, stepOrigins } = graphOf(this.recording, this.segment);
    return graph.nodes[stepOrigins[this.index] ?? -1]?.site ?? -1;
  }

  get text(): string {
    return (this.#text ??= stepText(this.recording, this.segment, this.index));
  }
}
