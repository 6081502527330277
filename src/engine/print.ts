import type { DType, TensorView } from "./observer";
import { exponential, fixed } from "./print.number";

/** How tensors are printed. */
export interface PrintOptions {
  /** Decimals of floats; 4 by default. */
  readonly precision: number;
  /** More elements than this are summarised; 1000 by default. */
  readonly threshold: number;
  /** Elements at each end of a dim in a summary; 3 by default. */
  readonly edgeitems: number;
  /** Characters in a line; 80 by default. */
  readonly linewidth: number;
  /** Whether floats are printed with exponents; null (the default) lets their sizes decide. */
  readonly sciMode: boolean | null;
}

/** A set of print options by name: "default", "short" (2 decimals, 2 edge items), "full" (no summary). */
export type PrintProfile = "default" | "short" | "full";

const profiles: Readonly<Record<PrintProfile, PrintOptions>> = {
  default: { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80, sciMode: null },
  short: { precision: 2, threshold: 1000, edgeitems: 2, linewidth: 80, sciMode: null },
  full: { precision: 4, threshold: Infinity, edgeitems: 3, linewidth: 80, sciMode: null },
};

let options = profiles.default;

/** Changes how tensors are printed from now on; what is left out stays. Source: torch/_tensor_str.py. */
export function setPrintoptions({
  profile,
  ...given
}: Partial<PrintOptions> & { readonly profile?: PrintProfile } = {}): void {
  options = { ...(profile === undefined ? options : profiles[profile]), sciMode: null, ...given };
}

/** What is printed of a tensor: its elements, and what made it. */
export interface Printable extends TensorView {
  readonly gradFn?: { readonly name: string } | null;
  readonly isParameter?: boolean;
}

/**
 * A tensor as PyTorch prints it: `tensor([1.0000, 2.5000], grad_fn=<MulBackward0>)`.
 * Source: torch/_tensor_str.py, torch/nn/parameter.py.
 */
export function formatTensor(tensor: Printable): string {
  const prefix = "tensor(";
  const elements = isEmpty(tensor) ? "[]" : formatElements(tensor, prefix.length);
  const text = withSuffixes(prefix + elements, suffixesOf(tensor), prefix.length);
  return tensor.isParameter === true ? `Parameter containing:\n${text}` : text;
}

/** The elements in brackets; lines after the first are indented by `indent`. */
function formatElements(tensor: TensorView, indent: number): string {
  const summarize = tensor.shape.reduce((a, b) => a * b, 1) > options.threshold;
  const shown: number[] = [];
  visit(tensor, 0, tensor.offset, summarize, (value) => shown.push(value));
  return bracket(tensor, 0, tensor.offset, indent, summarize, elementFormat(tensor.dtype, shown));
}

/** The positions along a dimension that are printed; null stands for the dots. */
function positions(size: number, summarize: boolean): (number | null)[] {
  if (!summarize || size <= 2 * options.edgeitems) return Array.from({ length: size }, (_, i) => i);
  const edge = Array.from({ length: options.edgeitems }, (_, i) => i);
  return [...edge, null, ...edge.map((i) => size - options.edgeitems + i)];
}

function elementAt(tensor: TensorView, offset: number): number {
  return tensor.storage.data[tensor.storage.start + offset] ?? NaN;
}

function visit(
  tensor: TensorView,
  dim: number,
  offset: number,
  summarize: boolean,
  found: (value: number) => void,
): void {
  const [size, stride] = [tensor.shape[dim], tensor.strides[dim]];
  if (size === undefined || stride === undefined) {
    found(elementAt(tensor, offset));
    return;
  }
  for (const i of positions(size, summarize))
    if (i !== null) visit(tensor, dim + 1, offset + i * stride, summarize, found);
}

function bracket(
  tensor: TensorView,
  dim: number,
  offset: number,
  indent: number,
  summarize: boolean,
  format: ElementFormat,
): string {
  const [size, stride] = [tensor.shape[dim], tensor.strides[dim]];
  if (size === undefined || stride === undefined) return format.print(elementAt(tensor, offset));
  const below = tensor.shape.length - dim - 1;
  const shown = positions(size, summarize);
  if (below === 0) {
    const cells = shown.map((i) => (i === null ? " ..." : format.print(elementAt(tensor, offset + i * stride))));
    const perLine = Math.max(1, Math.floor((options.linewidth - indent) / (format.width + 2)));
    const lines = Array.from({ length: Math.ceil(cells.length / perLine) }, (_, i) =>
      cells.slice(i * perLine, (i + 1) * perLine).join(", "),
    );
    return `[${lines.join(`,\n${" ".repeat(indent + 1)}`)}]`;
  }
  const slices = shown.map((i) =>
    i === null ? "..." : bracket(tensor, dim + 1, offset + i * stride, indent + 1, summarize, format),
  );
  return `[${slices.join(`,${"\n".repeat(below)}${" ".repeat(indent + 1)}`)}]`;
}

interface ElementFormat {
  readonly width: number;
  print(value: number): string;
}

/** One format and one width for all elements, chosen from those that are shown (`_Formatter`). */
function elementFormat(dtype: DType, shown: readonly number[]): ElementFormat {
  if (dtype === "bool") return padded(shown, (value) => (value === 0 ? "False" : "True"));
  if (dtype === "int64" || dtype === "int32") return padded(shown, (value) => String(value));
  const counted = shown.filter((value) => Number.isFinite(value) && value !== 0);
  const sizes = counted.map(Math.abs);
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const smallest = sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const whole = counted.every(Number.isInteger);
  const far = largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4);
  const { precision, sciMode } = options;
  const scientific = (value: number) => exponential(value, precision);
  const plain = whole
    ? (value: number) => fixed(value, 0) + (Number.isFinite(value) ? "." : "")
    : (value: number) => fixed(value, precision);
  const natural = padded(counted, counted.length > 0 && far ? scientific : plain);
  if (sciMode === null || counted.length === 0) return natural;
  // As in PyTorch the width stays that of the form which the sizes asked for.
  const chosen = sciMode ? scientific : plain;
  return { width: natural.width, print: (value) => chosen(value).padStart(natural.width) };
}

/** Right-aligns to the widest of `counted`; what does not count (zero, nan, inf) may be wider, as in PyTorch. */
function padded(counted: readonly number[], print: (value: number) => string): ElementFormat {
  const width = counted.reduce((widest, value) => Math.max(widest, print(value).length), 1);
  return { width, print: (value) => print(value).padStart(width) };
}

function isEmpty(tensor: TensorView): boolean {
  return tensor.shape.includes(0);
}

function suffixesOf(tensor: Printable): string[] {
  const suffixes: string[] = [];
  const empty = isEmpty(tensor);
  if (empty && tensor.shape.length !== 1) suffixes.push(`size=(${tensor.shape.join(", ")})`);
  const plain = tensor.dtype === "float32" || (!empty && (tensor.dtype === "int64" || tensor.dtype === "bool"));
  if (!plain) suffixes.push(`dtype=torch.${tensor.dtype}`);
  if (tensor.gradFn) suffixes.push(`grad_fn=<${tensor.gradFn.name}>`);
  else if (tensor.requiresGrad) suffixes.push("requires_grad=True");
  return suffixes;
}

function withSuffixes(text: string, suffixes: readonly string[], indent: number): string {
  let lastLine = text.length - text.lastIndexOf("\n") + 1;
  let out = text;
  for (const suffix of suffixes) {
    const fits = lastLine + suffix.length + 2 <= options.linewidth;
    out += fits ? `, ${suffix}` : `,\n${" ".repeat(indent)}${suffix}`;
    lastLine = fits ? lastLine + suffix.length + 2 : indent + suffix.length;
  }
  return `${out})`;
}
