export * as functional from "./functional";
export * as init from "./init";
export * as utils from "./utils";
export * from "./activation";
export { MultiheadAttention, type MultiheadCall, type MultiheadOptions } from "./attention";
export type { FullBackwardHook, FullBackwardPreHook, Gradients } from "./backward.hook";
export { type CellOptions, GRUCell, LSTMCell, RNNCell, type RnnCellOptions } from "./cells";
export { ModuleDict, ModuleList, ParameterDict, ParameterList } from "./containers";
export {
  Conv1d,
  Conv2d,
  type ConvOptions,
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvTransposeOptions,
  type PaddingMode,
} from "./convolution";
export { CosineSimilarity, PairwiseDistance } from "./distance";
export * from "./dropout";
export { Embedding, type EmbeddingLayerOptions } from "./embedding";
export { Bilinear, Linear, type LinearOptions } from "./linear";
export * from "./loss";
export { Module } from "./module";
export type { ForwardHook, ForwardPreHook, RemovableHandle } from "./notes";
export * from "./normalization";
export { Parameter } from "./parameter";
export * from "./pooling";
export { GRU, LSTM, RNN } from "./recurrent";
export type { LstmOptions, RecurrentOptions, RnnOptions } from "./recurrent.options";
export { RReLU } from "./rrelu";
export { type Layer, Sequential } from "./sequential";
export { Flatten, Identity, Unflatten } from "./shape";
export * from "./softmax";
export type { LoadResult, StateDict } from "./state";
export {
  type DecoderMasks,
  type EncoderMasks,
  TransformerDecoder,
  TransformerDecoderLayer,
  TransformerEncoder,
  TransformerEncoderLayer,
  type TransformerOptions,
} from "./transformer";
export { Upsample, UpsamplingBilinear2d, UpsamplingNearest2d } from "./upsampling";
