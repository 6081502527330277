import { composite } from "../apply";
import { argumentError, runtimeError } from "../errors";
import { watcher } from "../mode";
import { cat, stack } from "../ops/join";
import { fresh } from "../ops/result";
import { uniformTensor } from "../random";
import { numel, sameShape, type Shape, sizes } from "../shape";
import { allocate } from "../storage";
import { Tensor } from "../tensor";
import { dropout as dropped } from "./functional/dropout";
import { Module } from "./module";
import { Parameter } from "./parameter";
import {
  type Cell,
  type CellWeights,
  gatesOf,
  gruCell,
  lstmCell,
  simpleCell,
  type State,
  unrolled,
} from "./recurrence";
import type { LstmOptions, RecurrentOptions, RnnOptions } from "./recurrent.options";
import { flag, float } from "./repr";

/** Zeros that a recurrence begins with. */
export function silence(like: Tensor, shape: Shape): Tensor {
  const made = fresh(allocate(like.dtype, numel(shape)), shape);
  watcher()?.created(made, "zeros");
  return made;
}

/** What all recurrent layers share: their weights, in PyTorch's order and by its names ("weight_ih_l0"). */
abstract class Recurrent extends Module {
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** How many numbers the hidden state is projected to; 0 where it is not. */
  readonly projSize: number;

  constructor(
    private readonly kind: keyof typeof gatesOf,
    readonly inputSize: number,
    readonly hiddenSize: number,
    {
      numLayers = 1,
      bias = true,
      batchFirst = false,
      dropout = 0,
      bidirectional = false,
      dtype = "float32",
      projSize = 0,
    }: LstmOptions,
  ) {
    super();
    if (!(hiddenSize > 0)) throw argumentError("hidden_size must be greater than zero", "Use 1 or more.");
    if (!(numLayers > 0)) throw argumentError("num_layers must be greater than zero", "Use 1 or more.");
    if (!(dropout >= 0 && dropout <= 1)) {
      throw argumentError(
        "dropout should be a number in range [0, 1] representing the probability of an element being zeroed",
        `It is ${dropout}.`,
      );
    }
    if (!(projSize >= 0)) {
      throw argumentError(
        "proj_size should be a positive integer or zero to disable projections",
        `It is ${projSize}.`,
      );
    }
    if (projSize >= hiddenSize) {
      throw argumentError("proj_size has to be smaller than hidden_size", `It is ${projSize}, of ${hiddenSize}.`);
    }
    if (projSize > 0 && kind !== "LSTM") {
      throw argumentError("proj_size argument is only supported for LSTM, not RNN or GRU", "Put a Linear behind it.");
    }
    this.projSize = projSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.bidirectional = bidirectional;
    const gates = gatesOf[kind] * hiddenSize;
    const bound = 1 / Math.sqrt(hiddenSize);
    for (let layer = 0; layer < numLayers; layer++) {
      const width = layer === 0 ? inputSize : this.stateSize * this.directions;
      for (const suffix of this.suffixes(layer)) {
        const shapes: Record<string, Shape> = { weight_ih: [gates, width], weight_hh: [gates, this.stateSize] };
        if (bias) Object.assign(shapes, { bias_ih: [gates], bias_hh: [gates] });
        if (projSize > 0) shapes["weight_hr"] = [projSize, hiddenSize];
        for (const [name, shape] of Object.entries(shapes))
          Reflect.set(this, name + suffix, new Parameter(uniformTensor(shape, dtype, -bound, bound)));
      }
    }
  }

  /** The weights of each layer and direction: input, hidden, and their biases if there are any. */
  get allWeights(): Parameter[][] {
    return Array.from({ length: this.numLayers }, (_, layer) => this.suffixes(layer)).flatMap((suffixes) =>
      suffixes.map((suffix) => {
        const { inputWeight, hiddenWeight, inputBias, hiddenBias, projection } = this.weightsOf(suffix);
        return [inputWeight, hiddenWeight, inputBias, hiddenBias, projection].filter(
          (each) => each instanceof Parameter,
        );
      }),
    );
  }

  /** How wide the hidden state is. */
  private get stateSize(): number {
    return this.projSize > 0 ? this.projSize : this.hiddenSize;
  }

  private get directions(): 1 | 2 {
    return this.bidirectional ? 2 : 1;
  }

  private suffixes(layer: number): string[] {
    return this.bidirectional ? [`_l${layer}`, `_l${layer}_reverse`] : [`_l${layer}`];
  }

  private weightsOf(suffix: string): CellWeights {
    const at = (name: string): Tensor | null => {
      const value: unknown = Reflect.get(this, name + suffix);
      return value instanceof Tensor ? value : null;
    };
    const [inputWeight, hiddenWeight] = [at("weight_ih"), at("weight_hh")];
    if (inputWeight === null || hiddenWeight === null)
      throw argumentError(`${this.constructor.name} has lost its weights of ${suffix}`, "They are made with it.");
    return {
      inputWeight,
      hiddenWeight,
      inputBias: at("bias_ih"),
      hiddenBias: at("bias_hh"),
      projection: at("weight_hr"),
    };
  }

  /** Runs all layers: the outputs of the last, and the last states as PyTorch stacks them. */
  protected run(cell: Cell, input: Tensor, given: readonly (Tensor | null)[]): [output: Tensor, ...last: Tensor[]] {
    const inputs = [input, ...given.filter((each) => each !== null)];
    const outputs = composite(this.kind.toLowerCase(), inputs, {}, () => this.layers(cell, input, given));
    const [output, ...last] = outputs;
    if (output === undefined) throw new TypeError("A recurrent layer gave no output.");
    return [output, ...last];
  }

  private layers(cell: Cell, input: Tensor, given: readonly (Tensor | null)[]): Tensor[] {
    const batched = this.checkInput(input);
    const steps = batched ? input : input.unsqueeze(this.batchFirst ? 0 : 1);
    let sequence = this.batchFirst ? steps.transpose(0, 1) : steps;
    const depth = this.numLayers * this.directions;
    checkRanks(given, batched ? 3 : 2);
    const starts = given.map((state, k) => {
      const width = k === 0 ? this.stateSize : this.hiddenSize;
      const shape = [depth, sequence.size(1), width];
      if (state === null) return silence(input, shape);
      this.checkState(state, batched ? shape : [depth, width], given.length === 1 ? "hidden" : `hidden[${k}]`);
      return batched ? state : state.unsqueeze(1);
    });
    const last: State[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      const made = this.suffixes(layer).map((suffix, direction) => {
        const start = starts.map((state) => state.select(0, layer * this.directions + direction));
        return unrolled(cell, sequence, start, this.weightsOf(suffix), direction === 1);
      });
      const outputs = made.map((each) => stack(each.outputs));
      last.push(...made.map((each) => each.last));
      const [only] = outputs;
      sequence = outputs.length === 1 && only !== undefined ? only : cat(outputs, -1);
      if (this.dropout > 0 && this.training && layer < this.numLayers - 1)
        sequence = dropped(sequence, { p: this.dropout });
    }
    const output = this.batchFirst ? sequence.transpose(0, 1) : sequence;
    const states = given.map((_, k) => stack(last.flatMap((state) => state[k] ?? [])));
    if (batched) return [output, ...states];
    return [output.squeeze(this.batchFirst ? 0 : 1), ...states.map((state) => state.squeeze(1))];
  }

  private checkInput(input: Tensor): boolean {
    if (input.ndim !== 2 && input.ndim !== 3) {
      throw runtimeError(
        `${this.kind}: Expected input to be 2-D or 3-D but received ${input.ndim}-D tensor`,
        `The dimensions are ${this.batchFirst ? "[batch, steps, features]" : "[steps, batch, features]"}.`,
      );
    }
    if (input.size(-1) !== this.inputSize) {
      throw runtimeError(
        `input.size(-1) must be equal to input_size. Expected ${this.inputSize}, got ${input.size(-1)}`,
        "The last dimension holds the features.",
      );
    }
    const steps = input.size(input.ndim === 3 && this.batchFirst ? 1 : 0);
    if (steps === 0)
      throw runtimeError("Expected sequence length to be larger than 0 in RNN", "Give one step or more.");
    return input.ndim === 3;
  }

  private checkState(state: Tensor, wanted: Shape, name: string): void {
    if (sameShape(state.shape, wanted)) return;
    throw runtimeError(
      `Expected ${name} size (${wanted.join(", ")}), got ${sizes(state.shape)}`,
      "A state is [layers · directions, batch, hidden].",
    );
  }

  override extraRepr(): string {
    return [
      `${this.inputSize}, ${this.hiddenSize}`,
      ...(this.projSize === 0 ? [] : [`proj_size=${this.projSize}`]),
      ...(this.numLayers === 1 ? [] : [`num_layers=${this.numLayers}`]),
      ...(this.bias ? [] : [`bias=${flag(this.bias)}`]),
      ...(this.batchFirst ? [`batch_first=${flag(this.batchFirst)}`] : []),
      ...(this.dropout === 0 ? [] : [`dropout=${float(this.dropout)}`]),
      ...(this.bidirectional ? [`bidirectional=${flag(this.bidirectional)}`] : []),
    ].join(", ");
  }
}

/**
 * h′ = tanh(W·x + b + U·h + c) along a sequence, or with relu.
 * Shapes: input [steps, batch, inputSize] (or without batch, or batchFirst), h0 [layers · directions, batch,
 * hiddenSize] → output [steps, batch, directions · hiddenSize], hn as h0. All weights start as U(−1/√hiddenSize,
 * 1/√hiddenSize). Errors: sizes that do not fit; a hiddenSize or numLayers below 1; a dropout outside [0, 1].
 * Source: torch/nn/modules/rnn.py.
 */
export class RNN extends Recurrent {
  /** What bends the sum: tanh or ReLU. */
  readonly nonlinearity: "tanh" | "relu";

  constructor(inputSize: number, hiddenSize: number, options: RnnOptions = {}) {
    super("RNN", inputSize, hiddenSize, options);
    this.nonlinearity = options.nonlinearity ?? "tanh";
    if (!["tanh", "relu"].includes(this.nonlinearity))
      throw argumentError(`Unknown nonlinearity '${this.nonlinearity}'`, 'It is "tanh" or "relu".');
  }

  override forward(input: Tensor, h0: Tensor | null = null): [output: Tensor, hn: Tensor] {
    const step = this.nonlinearity === "tanh" ? (x: Tensor) => x.tanh() : (x: Tensor) => x.relu();
    return pairOf(this.run(simpleCell(step), input, [h0]));
  }
}

/**
 * The gated recurrent unit along a sequence: r and z gates, n = tanh(W·x + b + r·(U·h + c)), h′ = (1 − z)·n + z·h.
 * Weights of the gates r, z, n one under the other.
 * Shapes: as `RNN`. Errors: sizes that do not fit; a hiddenSize or numLayers below 1; a dropout outside [0, 1].
 * Source: Cho et al. 2014; torch/nn/modules/rnn.py.
 */
export class GRU extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super("GRU", inputSize, hiddenSize, options);
  }

  override forward(input: Tensor, h0: Tensor | null = null): [output: Tensor, hn: Tensor] {
    return pairOf(this.run(gruCell, input, [h0]));
  }
}

/**
 * Long short-term memory along a sequence: c′ = f·c + i·g, h′ = o·tanh(c′), gates i, f, o by sigmoid and g by tanh.
 * With projSize h′ = R·(o·tanh(c′)), and that many numbers wide (Sak et al. 2014).
 * Weights of the gates i, f, g, o one under the other.
 * Shapes: as `RNN`, with a cell state c0 like h0; with projSize the output and h0 have that width. Errors: sizes that do
 * not fit; a hiddenSize or numLayers below 1; a dropout outside [0, 1]; a projSize that is not below hiddenSize.
 * Source: Hochreiter and Schmidhuber 1997; torch/nn/modules/rnn.py.
 */
export class LSTM extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: LstmOptions = {}) {
    super("LSTM", inputSize, hiddenSize, options);
  }

  override forward(
    input: Tensor,
    state: readonly [h0: Tensor, c0: Tensor] | null = null,
  ): [output: Tensor, state: [hn: Tensor, cn: Tensor]] {
    const [output, ...last] = this.run(lstmCell, input, state ?? [null, null]);
    return [output, pairOf(last)];
  }
}

function pairOf(list: readonly Tensor[]): [Tensor, Tensor] {
  const [first, second] = list;
  if (first === undefined || second === undefined) throw new TypeError("A recurrent layer gave too few tensors.");
  return [first, second];
}

/** Refuses states of another rank than the input's. */
function checkRanks(states: readonly (Tensor | null)[], rank: number): void {
  const ranks = states.flatMap((state) => (state === null ? [] : [`${state.ndim}-D`]));
  if (ranks.every((each) => each === `${rank}-D`)) return;
  const [names, got] =
    states.length > 1 ? ["hx and cx", `(${ranks.join(", ")}) tensors`] : ["hx", `${ranks.join()} tensor`];
  throw runtimeError(
    `For ${rank === 3 ? "batched" : "unbatched"} ${rank}-D input, ${names} should also be ${rank}-D but got ${got}`,
    "A state is [layers · directions, batch, hidden], without batch as the input is.",
  );
}
