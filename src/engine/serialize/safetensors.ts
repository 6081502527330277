import { watcher } from "../mode";
import { argumentError } from "../errors";
import type { DType } from "../dtype";
import type { Tensor } from "../tensor";
import { byteLength, countOf, type Element, elements, readTensor, writeTensor } from "./element";

/** Tensors by name, as `stateDict()` gives them. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** The tensors by their names. */
  readonly tensors: Record<string, Tensor>;
  /** Texts by name that were saved beside the tensors. */
  readonly metadata: Record<string, string>;
}

const kinds: Readonly<Record<string, Element>> = {
  F64: elements.f8,
  F32: elements.f4,
  F16: elements.f2,
  BF16: elements.bf2,
  I64: elements.i8,
  I32: elements.i4,
  I16: elements.i2,
  I8: elements.i1,
  U64: elements.u8,
  U32: elements.u4,
  U16: elements.u2,
  U8: elements.u1,
  BOOL: elements.b1,
};

/** The names of our dtypes, in the order in which the format's own library lays tensors. */
const names: readonly (readonly [DType, string])[] = [
  ["int64", "I64"],
  ["float64", "F64"],
  ["float32", "F32"],
  ["int32", "I32"],
  ["bool", "BOOL"],
];

const longestHeader = 100_000_000;

/**
 * Tensors as the bytes of a safetensors file, the same bytes that Python's `safetensors.torch.save` gives. Gradients
 * and histories are not saved.
 * Shapes: any. Errors: a tensor named __metadata__. Source: github.com/huggingface/safetensors, README "Format".
 */
export function save(tensors: Tensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const order = Object.entries(tensors).sort(([a, x], [b, y]) => rank(x.dtype) - rank(y.dtype) || compareText(a, b));
  if (Object.hasOwn(tensors, "__metadata__")) {
    throw argumentError("no tensor can be named __metadata__ in a safetensors file", "Give it another name.");
  }
  let end = 0;
  const entries = order.map(([name, tensor]): [string, unknown] => {
    const start = end;
    end += byteLength(tensor);
    const dtype = names[rank(tensor.dtype)]?.[1];
    return [name, { dtype, shape: [...tensor.shape], data_offsets: [start, end] }];
  });
  const head = Object.keys(metadata).length === 0 ? [] : [["__metadata__", metadata] as const];
  const json = new TextEncoder().encode(objectText([...head, ...entries]));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const [, tensor] of order) {
    writeTensor(tensor, bytes, at);
    at += byteLength(tensor);
  }
  return bytes;
}

/** JSON of an object, its keys in the order given, also those that look like numbers. */
function objectText(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
}

function rank(dtype: DType): number {
  return names.findIndex(([own]) => own === dtype);
}

/** Order by code points, as Rust sorts strings. */
function compareText(a: string, b: string): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  const k = x.findIndex((char, i) => char !== y[i]);
  if (k < 0) return x.length - y.length;
  return (x[k]?.codePointAt(0) ?? 0) - (y[k]?.codePointAt(0) ?? -1);
}

/**
 * The tensors of a safetensors file by name: `model.loadStateDict(safetensors.load(bytes))`.
 * Shapes: as saved. Errors: a file that is damaged or holds something else.
 */
export function load(bytes: Uint8Array): Record<string, Tensor> {
  return open(bytes).tensors;
}

/**
 * The tensors and texts of a safetensors file. float16 and bfloat16 become float32, small integers int32, uint32 and
 * uint64 int64.
 * Shapes: as saved. Errors: a file that is damaged; the sentence says how.
 */
export function open(bytes: Uint8Array): SafetensorsFile {
  if (bytes.length < 8) throw damaged("HeaderTooSmall", `it has ${bytes.length} bytes and needs at least 8`);
  const stated = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (stated > longestHeader) throw damaged("HeaderTooLarge", `its header claims ${stated} bytes`);
  const headerLength = Number(stated);
  if (8 + headerLength > bytes.length) {
    throw damaged("InvalidHeaderLength", `its header claims ${headerLength} bytes and the file has ${bytes.length}`);
  }
  const header = headerOf(bytes.subarray(8, 8 + headerLength));
  const data = bytes.subarray(8 + headerLength);
  const metadata = textsOf(header["__metadata__"]);
  const parts = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, info]) => partOf(name, info))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const part of parts) {
    if (part.start !== end) throw damaged("InvalidOffset", `tensor "${part.name}" begins at ${part.start}, not ${end}`);
    end = part.end;
  }
  if (end !== data.length) {
    throw damaged("MetadataIncompleteBuffer", `its tensors take ${end} bytes and the file has ${data.length} for them`);
  }
  const tensors = parts.map(({ name, element, shape, start, end: stop }): [string, Tensor] => {
    const tensor = readTensor(data.subarray(start, stop), element, shape);
    watcher()?.created(tensor, "load");
    return [name, tensor];
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

interface Part {
  readonly name: string;
  readonly element: Element;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function headerOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes[0] !== 0x7b) throw damaged("InvalidHeaderStart", "its header does not begin with {");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw damaged("InvalidHeader", "its header is not UTF-8");
  }
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw damaged("InvalidHeaderDeserialization", "its header is not JSON");
  }
  if (!isObject(header)) throw damaged("InvalidHeaderDeserialization", "its header is no object");
  return header;
}

function textsOf(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw damaged("InvalidHeaderDeserialization", "its __metadata__ is no object");
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== "string") throw damaged("InvalidHeaderDeserialization", `its __metadata__.${key} is no text`);
      return [key, text];
    }),
  );
}

function partOf(name: string, info: unknown): Part {
  const what = `tensor "${name}"`;
  if (!isObject(info)) throw damaged("InvalidHeaderDeserialization", `${what} is not described`);
  const { dtype, shape, data_offsets: offsets } = info;
  const element = typeof dtype === "string" && Object.hasOwn(kinds, dtype) ? kinds[dtype] : undefined;
  if (element === undefined) {
    throw damaged("InvalidDtype", `${what} is of dtype ${JSON.stringify(dtype)}, which Backstep does not have`);
  }
  if (!Array.isArray(shape)) throw damaged("InvalidHeaderDeserialization", `${what} has no shape`);
  const count = countOf(shape);
  const places: readonly unknown[] = Array.isArray(offsets) ? offsets : [];
  const [start, end] = places;
  if (count < 0 || !isPlace(start) || !isPlace(end) || start > end || places.length !== 2) {
    throw damaged("InvalidOffset", `${what} has shape ${JSON.stringify(shape)} and offsets ${JSON.stringify(offsets)}`);
  }
  if (end - start !== count * element.bytes) {
    throw damaged("TensorInvalidInfo", `${what} needs ${count * element.bytes} bytes and has ${end - start}`);
  }
  return { name, element, shape: shape.map(Number), start, end };
}

function isPlace(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function damaged(kind: string, what: string): Error {
  return argumentError(
    `Error while deserializing header: ${kind}: this is no safetensors file, or a damaged one: ${what}`,
    "Save or download it again.",
  );
}
