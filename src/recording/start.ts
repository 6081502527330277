import { isVariable } from "./loops";
import { slicedPerSegment } from "./memo";
import type { Recording } from "./recording";
import type { Slices } from "./slices";
import { stateAt, stateBefore, type State } from "./state";

/** What was so when a segment began. */
export interface Start {
  /** Never advanced; copy it to move. Knows what the segment's rows will need of what is there already. */
  readonly state: State;
  /** Tensors that stand in some `.grad`, with the tensor whose gradient they are. */
  readonly gradients: ReadonlyMap<number, number>;
  /** The best name of a tensor that a variable holds: variables before properties before parameters of functions. */
  readonly holder: (tensor: number) => number | undefined;
}

/** The start of a segment: for an iteration right after its turn began, so that its loop's own variables are not yet. */
export const startOf = slicedPerSegment(function* (recording, segment): Slices<Start> {
  const { firstRow, endRow } = segment;
  const { kind, flag } = recording.form(firstRow);
  const turns = kind === "turn" || (flag === "pull" && segment.turn >= 0);
  const state = turns ? stateAt(recording, firstRow, firstRow + 1) : stateBefore(recording, firstRow, firstRow);
  yield* state.foreseeing(endRow);
  const gradients = new Map<number, number>();
  for (const tensor of state.tensors) {
    const gradient = state.gradOf(tensor);
    if (typeof gradient === "number") gradients.set(gradient, tensor);
  }
  let holders: Map<number, number> | null = null;
  return { state, gradients, holder: (tensor) => (holders ??= holdersOf(recording, state)).get(tensor) };
});

function holdersOf(recording: Recording, state: State): Map<number, number> {
  const holders = new Map<number, number>();
  for (const program of recording.programs) {
    for (const { id } of program.bindings) {
      const held = state.binding(id);
      if (held === "not yet" || held.type !== "tensor") continue;
      const before = holders.get(held.tensor);
      if (before === undefined || rank(recording, id) < rank(recording, before)) holders.set(held.tensor, id);
    }
  }
  return holders;
}

/** Name of a binding, undefined for none. */
export function nameOf(recording: Recording, binding: number | undefined): string | undefined {
  return binding === undefined || binding < 0 ? undefined : recording.binding(binding).name;
}

/** How good a name a binding gives to what it holds; smaller is better. */
export function rank(recording: Recording, binding: number): number {
  if (recording.binding(binding).kind === "property") return 1;
  return isVariable(recording, binding) ? 0 : 2;
}
