import { composite } from "../apply";
import type { DType } from "../dtype";
import { runtimeError } from "../errors";
import { uniformTensor } from "../random";
import type { Tensor } from "../tensor";
import { linear } from "./functional/linear";
import { Module } from "./module";
import { Parameter } from "./parameter";
import { silence } from "./recurrent";
import { type Cell, gatesOf, gruCell, lstmCell, simpleCell, type State } from "./recurrence";
import { flag } from "./repr";

/** Settings of a recurrent cell. */
export interface CellOptions {
  /** Whether there are additive terms; true unless given. */
  readonly bias?: boolean;
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

/** Settings of a simple recurrent cell. */
export interface RnnCellOptions extends CellOptions {
  /** "tanh" unless given. */
  readonly nonlinearity?: "tanh" | "relu";
}

const paths: Readonly<Record<string, string>> = {
  weightIh: "weight_ih",
  weightHh: "weight_hh",
  biasIh: "bias_ih",
  biasHh: "bias_hh",
};

/** What all cells share: their weights, begun as U(−1/√hiddenSize, 1/√hiddenSize). */
abstract class RecurrentCell extends Module {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | null;
  readonly biasHh: Parameter | null;

  constructor(
    private readonly kind: keyof typeof gatesOf,
    readonly inputSize: number,
    readonly hiddenSize: number,
    { bias = true, dtype = "float32" }: CellOptions,
  ) {
    super();
    const gates = gatesOf[kind] * hiddenSize;
    const bound = 1 / Math.sqrt(hiddenSize);
    const drawn = (...shape: number[]) => new Parameter(uniformTensor(shape, dtype, -bound, bound));
    this.weightIh = drawn(gates, inputSize);
    this.weightHh = drawn(gates, hiddenSize);
    this.biasIh = bias ? drawn(gates) : null;
    this.biasHh = bias ? drawn(gates) : null;
  }

  override pathName(field: string): string {
    return paths[field] ?? field;
  }

  /** One step, of a batch or of one: the states after it. */
  protected step(cell: Cell, input: Tensor, given: readonly (Tensor | null)[]): State {
    if (input.ndim !== 1 && input.ndim !== 2) {
      throw runtimeError(
        `${this.kind}Cell: Expected input to be 1-D or 2-D but received ${input.ndim}-D tensor`,
        "The dimensions are [batch, features].",
      );
    }
    if (input.size(-1) !== this.inputSize) {
      throw runtimeError(
        `input has inconsistent input_size: got ${input.size(-1)} expected ${this.inputSize}`,
        "The last dimension holds the features.",
      );
    }
    for (const state of given) {
      if (state === null) continue;
      if (input.ndim === 2 && state.size(0) !== input.size(0)) {
        throw runtimeError(
          `Input batch size ${input.size(0)} doesn't match hidden0 batch size ${state.size(0)}`,
          "A state is [batch, hidden].",
        );
      }
      if (state.size(-1) === this.hiddenSize) continue;
      throw runtimeError(
        `hidden0 has inconsistent hidden_size: got ${state.size(-1)}, expected ${this.hiddenSize}`,
        "A state is [batch, hidden].",
      );
    }
    const { weightIh, weightHh, biasIh, biasHh } = this;
    const batched = input.ndim === 2;
    const inputs = [input, ...given.filter((each) => each !== null)];
    return composite(`${this.kind.toLowerCase()}Cell`, inputs, {}, () => {
      const x = batched ? input : input.unsqueeze(0);
      const start = given.map((state) => {
        if (state === null) return silence(input, [x.size(0), this.hiddenSize]);
        return batched ? state : state.unsqueeze(0);
      });
      const weights = { inputWeight: weightIh, hiddenWeight: weightHh, inputBias: biasIh, hiddenBias: biasHh };
      const made = cell(linear(x, weightIh, biasIh), start, weights);
      return batched ? made : made.map((state) => state.squeeze(0));
    });
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.biasIh === null ? `, bias=${flag(false)}` : ""}`;
  }
}

/**
 * One step of an `RNN`.
 * Shapes: input [batch, inputSize], h [batch, hiddenSize] → h; or all without batch. Errors: sizes that do not fit.
 */
export class RNNCell extends RecurrentCell {
  /** What bends the sum: tanh or ReLU. */
  readonly nonlinearity: "tanh" | "relu";

  constructor(inputSize: number, hiddenSize: number, options: RnnCellOptions = {}) {
    super("RNN", inputSize, hiddenSize, options);
    this.nonlinearity = options.nonlinearity ?? "tanh";
  }

  override extraRepr(): string {
    return super.extraRepr() + (this.nonlinearity === "tanh" ? "" : `, nonlinearity=${this.nonlinearity}`);
  }

  override forward(input: Tensor, h: Tensor | null = null): Tensor {
    const next = this.nonlinearity === "tanh" ? (x: Tensor) => x.tanh() : (x: Tensor) => x.relu();
    return first(this.step(simpleCell(next), input, [h]), 0);
  }
}

/**
 * One step of a `GRU`.
 * Shapes: input [batch, inputSize], h [batch, hiddenSize] → h; or all without batch. Errors: sizes that do not fit.
 */
export class GRUCell extends RecurrentCell {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super("GRU", inputSize, hiddenSize, options);
  }

  override forward(input: Tensor, h: Tensor | null = null): Tensor {
    return first(this.step(gruCell, input, [h]), 0);
  }
}

/**
 * One step of an `LSTM`.
 * Shapes: input [batch, inputSize], h and c [batch, hiddenSize] → [h, c]; or all without batch. Errors: sizes that do
 * not fit.
 */
export class LSTMCell extends RecurrentCell {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super("LSTM", inputSize, hiddenSize, options);
  }

  override forward(input: Tensor, state: readonly [h: Tensor, c: Tensor] | null = null): [h: Tensor, c: Tensor] {
    const made = this.step(lstmCell, input, state ?? [null, null]);
    return [first(made, 0), first(made, 1)];
  }
}

function first(state: State, k: number): Tensor {
  const found = state[k];
  if (found === undefined) throw new TypeError("A recurrent cell gave too few tensors.");
  return found;
}
