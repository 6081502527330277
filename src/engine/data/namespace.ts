export type { Batch } from "./collate";
export { type Dataset, randomSplit, type Rows, Subset, TensorDataset } from "./dataset";
export { DataLoader, type LoaderOptions } from "./loader";
