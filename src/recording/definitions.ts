import type { DType } from "../engine/observer";
import { RecordingError } from "./error";
import { kinds, valueTypes, type Block, type Definition, type Facts, type Form, type Frame, type Meta } from "./format";
import { check, type Fields } from "./check";
import { programOf } from "./program";

const blank: Form = {
  kind: "create",
  depth: 0,
  frame: -1,
  site: -1,
  op: "",
  attrs: {},
  inputs: 0,
  outputs: [],
  args: 0,
  numbers: [],
  blocks: [],
  ref: -1,
  valueType: "",
  flag: "",
  contributes: [],
};

const dtypes: readonly DType[] = ["float32", "float64", "int64", "int32", "bool"];

/** A chunk's definitions as UTF-8 JSON. Fields of a form that say nothing are left out. */
export function encodeDefinitions(definitions: readonly Definition[]): Uint8Array {
  if (definitions.length === 0) return new Uint8Array(0);
  return new TextEncoder().encode(
    JSON.stringify(definitions.map((each) => ("form" in each ? { form: brief(each.form) } : each))),
  );
}

/** Reads a chunk's definitions, checking the shape of each. References between them are the reader's to check. */
export function decodeDefinitions(bytes: Uint8Array, where: string): Definition[] {
  if (bytes.length === 0) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new RecordingError(`The definitions of ${where} are no JSON.`);
  }
  return check(parsed, `the definitions of ${where}`).list(definitionOf);
}

function definitionOf(fields: Fields): Definition {
  if (fields.has("form")) return { form: formOf(fields.in("form")) };
  if (fields.has("meta")) return { meta: metaOf(fields.in("meta")) };
  if (fields.has("frame")) return { frame: frameOf(fields.in("frame")) };
  if (fields.has("text")) return { text: fields.in("text").text() };
  if (fields.has("program")) return { program: programOf(fields.in("program")) };
  if (fields.has("facts")) return { facts: factsOf(fields.in("facts")) };
  throw fields.wrong("a definition of a known sort");
}

function brief(form: Form): Partial<Form> {
  const kept = Object.entries(form).filter(([key, value]) => {
    const normal: unknown = Object.getOwnPropertyDescriptor(blank, key)?.value;
    return value !== normal && !(isEmpty(value) && isEmpty(normal));
  });
  return { kind: form.kind, ...Object.fromEntries(kept) };
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function formOf(fields: Fields): Form {
  const count = (key: string): number => (fields.has(key) ? fields.in(key).count() : 0);
  const id = (key: string): number => (fields.has(key) ? fields.in(key).integer() : -1);
  const text = (key: string): string => (fields.has(key) ? fields.in(key).text() : "");
  const list = <T>(key: string, entry: (each: Fields) => T): T[] => (fields.has(key) ? fields.in(key).list(entry) : []);
  return {
    kind: fields.in("kind").oneOf(kinds),
    depth: count("depth"),
    frame: id("frame"),
    site: id("site"),
    op: text("op"),
    attrs: fields.has("attrs") ? fields.in("attrs").record() : {},
    inputs: count("inputs"),
    outputs: list("outputs", (each) => each.count()),
    args: count("args"),
    numbers: list("numbers", (each) => each.text()),
    blocks: list("blocks", blockOf),
    ref: id("ref"),
    valueType: fields.has("valueType") ? fields.in("valueType").oneOf(valueTypes) : "",
    flag: text("flag"),
    contributes: list("contributes", (each) => each.flag()),
  };
}

function blockOf(fields: Fields): Block {
  return {
    dtype: fields.in("dtype").oneOf(dtypes),
    elements: fields.in("elements").count(),
    kept: fields.in("kept").oneOf(["all", "statistics"] as const),
  };
}

function metaOf(fields: Fields): Meta {
  const shape = fields.in("shape").list((each) => each.count());
  const strides = fields.in("strides").list((each) => each.integer());
  const offset = fields.in("offset").count();
  const storageElements = fields.in("storageElements").count();
  let [least, most, empty] = [offset, offset, false];
  shape.forEach((size, k) => {
    const reach = (strides[k] ?? 0) * (size - 1);
    if (reach < 0) least += reach;
    else most += reach;
    if (size === 0) empty = true;
  });
  if (strides.length !== shape.length || (!empty && (least < 0 || most >= storageElements)))
    throw fields.wrong("a window inside its storage");
  return {
    shape,
    strides,
    offset,
    dtype: fields.in("dtype").oneOf(dtypes),
    requiresGrad: fields.in("requiresGrad").flag(),
    isLeaf: fields.in("isLeaf").flag(),
    storageElements,
  };
}

function frameOf(fields: Fields): Frame {
  return {
    parent: fields.in("parent").integer(),
    site: fields.in("site").integer(),
    fn: fields.in("fn").integer(),
    module: fields.in("module").text(),
  };
}

function factsOf(fields: Fields): Facts {
  return {
    ...(fields.has("started") && { started: fields.in("started").text() }),
    ...(fields.has("node") && { node: fields.in("node").text() }),
    ...(fields.has("milliseconds") && { milliseconds: fields.in("milliseconds").number() }),
    ...(fields.has("status") && { status: fields.in("status").oneOf(["done", "failed", "stopped", "limit"] as const) }),
    ...(fields.has("missing") && { missing: fields.in("missing").list((each) => each.text()) }),
  };
}
