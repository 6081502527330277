import { linear } from "./functional/linear";
import type { Tensor } from "../tensor";

/** The weights of one layer in one direction, or of a cell. */
export interface CellWeights {
  readonly inputWeight: Tensor;
  readonly hiddenWeight: Tensor;
  readonly inputBias: Tensor | null;
  readonly hiddenBias: Tensor | null;
  /** What an LSTM's hidden state is projected with, if it is. */
  readonly projection?: Tensor | null;
}

/** What a cell remembers: its hidden state, an LSTM also its cell state. */
export type State = readonly Tensor[];

/** One step: the inputs' part of the gates, what is remembered, and the weights → what is remembered next. */
export type Cell = (gates: Tensor, state: State, weights: CellWeights) => State;

/** How many gates a cell has, by kind. */
export const gatesOf = { RNN: 1, LSTM: 4, GRU: 3 } as const;

function part(state: State, k: number): Tensor {
  const found = state[k];
  if (found === undefined) throw new TypeError("A recurrent cell was given too little to remember.");
  return found;
}

/** h′ = f(W·x + b + U·h + c). Source: ATen/native/RNN.cpp, `SimpleCell`. */
export const simpleCell =
  (nonlinearity: (x: Tensor) => Tensor): Cell =>
  (gates, state, { hiddenWeight, hiddenBias }) => [
    nonlinearity(linear(part(state, 0), hiddenWeight, hiddenBias).add(gates)),
  ];

/** Gates i, f, g, o: c′ = f·c + i·g, h′ = o·tanh c′, or that projected. Source: Hochreiter and Schmidhuber 1997; ATen/native/RNN.cpp. */
export const lstmCell: Cell = (gates, state, { hiddenWeight, hiddenBias, projection }) => {
  const all = linear(part(state, 0), hiddenWeight, hiddenBias).add(gates);
  const parts = all.chunk(4, 1);
  const cell = part(parts, 1)
    .sigmoid()
    .mul(part(state, 1))
    .add(part(parts, 0).sigmoid().mul(part(parts, 2).tanh()));
  const hidden = part(parts, 3).sigmoid().mul(cell.tanh());
  return [projection ? linear(hidden, projection) : hidden, cell];
};

/** Gates r, z, n: h′ = (h − n)·z + n, n = tanh(Wx + r·Uh). Source: Cho et al. 2014; ATen/native/RNN.cpp. */
export const gruCell: Cell = (gates, state, { hiddenWeight, hiddenBias }) => {
  const hidden = part(state, 0);
  const ofInput = gates.chunk(3, 1);
  const ofHidden = linear(hidden, hiddenWeight, hiddenBias).chunk(3, 1);
  const reset = part(ofHidden, 0).add(part(ofInput, 0)).sigmoid();
  const update = part(ofHidden, 1).add(part(ofInput, 1)).sigmoid();
  const fresh = part(ofInput, 2).add(part(ofHidden, 2).mul(reset)).tanh();
  return [hidden.sub(fresh).mul(update).add(fresh)];
};

/** The cell over a sequence [steps, batch, features], forwards or backwards: its outputs in the order of the inputs, and the last state. */
export function unrolled(
  cell: Cell,
  input: Tensor,
  start: State,
  weights: CellWeights,
  backwards: boolean,
): { readonly outputs: readonly Tensor[]; readonly last: State } {
  const gates = linear(input, weights.inputWeight, weights.inputBias).unbind(0);
  let state = start;
  const outputs: Tensor[] = [];
  for (const each of backwards ? gates.toReversed() : gates) {
    state = cell(each, state, weights);
    outputs.push(part(state, 0));
  }
  return { outputs: backwards ? outputs.toReversed() : outputs, last: state };
}
