import type { Nth, Put } from "../recording/change";
import { type Gradients, gradientsOf } from "../recording/gradients";
import { graphOf, type SegmentGraph } from "../recording/graph";
import { eachRow } from "../recording/memo";
import { rowOfStep } from "../recording/moment";
import type { Cursor } from "../recording/moves";
import type { Outline } from "../recording/outline";
import type { Recording } from "../recording/recording";
import type { Segment } from "../recording/segment";
import { timelineOf, type Timeline } from "../recording/timeline";
import type { Measured } from "./wire";

/** A number that re-runs are to give. */
export interface Watched {
  readonly name: string;
  /** What it was. */
  readonly value: number;
  /** The turns that a pass has to read for it. */
  readonly turns: readonly number[];
  /** What a pass gave; undefined when it never came there. */
  in(measured: Measured): number | undefined;
}

/** The loss of a moment: what the backward pass that runs or ran last began at, and where re-runs find it again. */
export class Loss implements Watched {
  readonly name: string;
  readonly #inTurn: boolean;

  constructor(
    readonly recording: Recording,
    readonly segment: Segment,
    readonly drawn: SegmentGraph,
    readonly gradients: Gradients,
    readonly timeline: Timeline,
    /** Which backward of the segment it is. */
    readonly pass: number,
    /** The row of that backward. */
    readonly row: number,
    readonly value: number,
    /** The turn in which re-runs come to it. */
    private readonly turn = segment.turn,
  ) {
    const root = drawn.graph.nodes[gradients.rootOf(pass)];
    this.name = root?.named === false ? "L" : gradients.rootName(pass) || "L";
    this.#inTurn = segment.turn >= 0;
  }

  /** The same loss, come to in another turn that computes it. */
  inTurn(turn: number): Loss {
    const { recording, segment, drawn, gradients, timeline, pass, row, value } = this;
    return new Loss(recording, segment, drawn, gradients, timeline, pass, row, value, turn);
  }

  get turns(): readonly number[] {
    return this.#inTurn ? [this.turn] : [];
  }

  /** Which backward of what a pass reads it is. */
  get nth(): number {
    if (this.#inTurn) return this.pass;
    let before = 0;
    for (let row = 0; row < this.row; row++) if (this.recording.form(row).kind === "backward") before++;
    return before;
  }

  in({ readings }: Measured): number | undefined {
    return readings[0]?.roots[this.nth];
  }

  /** What a node of the graph holds when it begins to matter, null where that was not recorded. */
  elementsOf(node: number): readonly number[] | null {
    const data = this.timeline.valueAt(this.drawn.tensors[node] ?? -1, this.#from(node))?.data;
    return data ? Array.from(data) : null;
  }

  /** Whether a node is written between that and the backward pass: then what was put in is not what the loss sees. */
  isRewritten(node: number): boolean {
    const next = this.timeline.nextWrite(this.drawn.tensors[node] ?? -1, this.#from(node));
    return next >= 0 && next < this.row;
  }

  /** Puts other elements into a node. */
  put(node: number, elements: readonly number[]): Put {
    const which = this.which(node);
    if (typeof which !== "number") return { at: "nth", adds: false, ...which, elements };
    return this.#inTurn
      ? { at: "turn", turn: this.turn, tensor: which, binding: -1, elements }
      : { at: "made", tensor: which, elements };
  }

  /** Moves a node from what it is in the re-run. */
  move(node: number, by: readonly number[]): Put {
    const which = this.which(node);
    if (typeof which !== "number") return { at: "nth", adds: true, ...which, elements: by };
    return this.put(
      node,
      (this.elementsOf(node) ?? []).map((x, k) => x + (by[k] ?? 0)),
    );
  }

  /** The tensor of a node for re-runs: by its id where it was there before the turn, else by its place. */
  which(node: number): number | Nth {
    const { recording, segment, drawn } = this;
    const [tensor, row] = [drawn.tensors[node] ?? -1, drawn.rows[node] ?? -1];
    if (row < segment.firstRow) return tensor;
    let nth = 0;
    for (let at = this.#turnRow; at <= row; at++) {
      const { kind, inputs, outputs } = recording.form(at);
      if (kind !== "create" && kind !== "forward") continue;
      const k = outputs.findIndex((_, k) => recording.arg(at, inputs + 2 * k) === tensor);
      if (k >= 0) return { turn: this.turn, nth: nth + k };
      nth += outputs.length;
    }
    return tensor;
  }

  /** The row from which on places count. */
  get #turnRow(): number {
    if (!this.#inTurn) return 0;
    const { recording, segment } = this;
    let row = segment.firstRow;
    while (row < segment.endRow && !(recording.form(row).kind === "turn" && recording.arg(row, 0) === segment.turn))
      row++;
    return row;
  }

  #from(node: number): number {
    return Math.max(this.segment.firstRow, this.drawn.rows[node] ?? -1);
  }
}

/** The loss at a cursor; a string says why there is none to run again for. */
export function lossAt(recording: Recording, { segments }: Outline, { segment: at, step }: Cursor): Loss | string {
  const segment = segments[at];
  if (!segment) return "There is no such moment.";
  const roots: { readonly row: number; readonly tensor: number }[] = [];
  eachRow(recording, segment, (row) => {
    if (recording.form(row).kind === "backward") roots.push({ row, tensor: recording.arg(row, 0) });
  });
  const gradients = gradientsOf(recording, segment);
  const pass = Math.max(0, gradients.passAt(rowOfStep(recording, segment, step)));
  const root = roots[pass];
  if (!root) return "No backward pass runs here, so there is no loss to watch.";
  const timeline = timelineOf(recording, segment);
  const value = timeline.valueAt(root.tensor, root.row);
  if (value?.data?.length !== 1) return "The loss here is not one number, so there is no single change to watch.";
  const drawn = graphOf(recording, segment);
  return new Loss(recording, segment, drawn, gradients, timeline, pass, root.row, value.data[0] ?? NaN);
}
