const shown = 8;
const longest = 80;
/** Names of classes by their prototypes: arrays of objects are described again and again. */
const classes = new WeakMap<object, string>();

/** A short text for a value that is neither tensor nor primitive; reads own plain fields only, so that no code of the snippet runs. */
export function describe(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return cut(String(value));
  if (typeof value === "function") return cut(`ƒ ${ownText(value, "name") || "(anonymous)"}`);
  if (typeof value !== "object" || value === null) return String(value);
  try {
    if (Array.isArray(value)) return list(value.length, (k) => item(own(value, k)));
    if (ArrayBuffer.isView(value)) return view(value);
    return cut(classOf(value));
  } catch {
    return "…";
  }
}

function view(value: ArrayBufferView): string {
  const name = classOf(value);
  if (value instanceof DataView) return name;
  const length = value.byteLength / Math.max(1, Number(Reflect.get(value, "BYTES_PER_ELEMENT")));
  return `${name} ${list(length, (k) => item(own(value, k)))}`;
}

function list(length: number, entry: (k: number) => string): string {
  let parts = "";
  for (let k = 0; k < length && k < shown; k++) parts += k === 0 ? entry(k) : `, ${entry(k)}`;
  return length > shown ? `[${parts}, …] (${length})` : `[${parts}]`;
}

function item(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `Array(${value.length})`;
  return describe(value);
}

function classOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return "Object";
  const known = classes.get(prototype);
  if (known !== undefined) return known;
  const made = own(prototype, "constructor");
  const name = typeof made === "function" ? ownText(made, "name") || "Object" : "Object";
  classes.set(prototype, name);
  return name;
}

function own(value: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

function ownText(value: object, key: string): string {
  const text = own(value, key);
  return typeof text === "string" ? text : "";
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
