import type { DType } from "../dtype";

/** Settings of a recurrent layer. */
export interface RecurrentOptions {
  /** How many layers stand on each other; 1 unless given. */
  readonly numLayers?: number;
  /** Whether there are additive terms; true unless given. */
  readonly bias?: boolean;
  /** The input and output are [batch, steps, features] instead of [steps, batch, features]. */
  readonly batchFirst?: boolean;
  /** The probability of dropping what one layer hands to the next while training. */
  readonly dropout?: number;
  /** Whether a second direction reads from the end; false unless given. */
  readonly bidirectional?: boolean;
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

/** Settings of an LSTM. */
export interface LstmOptions extends RecurrentOptions {
  /** How many numbers the hidden state is projected to, fewer than hiddenSize; 0, the default, leaves it as it is. */
  readonly projSize?: number;
}

/** Settings of a simple recurrent layer. */
export interface RnnOptions extends RecurrentOptions {
  /** "tanh" unless given. */
  readonly nonlinearity?: "tanh" | "relu";
}
