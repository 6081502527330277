import type { Attrs } from "../engine/observer";

/** Whether two sets of attributes say the same; lists and plain objects are compared through. */
export function sameAttrs(a: Attrs, b: Attrs): boolean {
  for (const key in a) if (!same(a[key], b[key])) return false;
  for (const key in b) if (!(key in a)) return false;
  return true;
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (!Array.isArray(a) || !Array.isArray(b))
    return !Array.isArray(a) && !Array.isArray(b) && sameAttrs({ ...a }, { ...b });
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (!same(a[k], b[k])) return false;
  return true;
}

/** A copy that later changes do not reach, or the same where there is nothing to change. */
export function copyAttrs(attrs: Attrs): Attrs {
  if (Object.isFrozen(attrs) && Object.keys(attrs).length === 0) return attrs;
  return Object.fromEntries(Object.entries(attrs).map(([key, value]) => [key, copied(value)]));
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, copied(v)]));
  return value;
}

/** The attributes as JSON can carry them: numbers that JSON does not know as texts, and without what is undefined. */
export function plainAttrs(attrs: Attrs): Attrs {
  return Object.fromEntries(
    Object.entries(attrs)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, plain(value)]),
  );
}

function plain(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint" || typeof value === "function" || typeof value === "symbol") return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) return plainAttrs(Object.fromEntries(Object.entries(value)));
  return value;
}

/** A number that equal attributes share. */
export function hashOf(value: unknown, seed: number): number {
  if (typeof value === "number") return Math.imul(seed ^ (value | 0), 0x9e3779b1) ^ (value * 1000);
  if (typeof value === "string") {
    let hash = seed ^ value.length;
    for (let k = 0; k < value.length && k < 16; k++) hash = Math.imul(hash ^ value.charCodeAt(k), 0x01000193);
    return hash;
  }
  if (typeof value === "boolean") return value ? seed ^ 0x5bd1e995 : seed;
  if (typeof value !== "object" || value === null) return seed;
  let hash = seed;
  for (const key in value) hash = hashOf(Reflect.get(value, key), Math.imul(hash, 31) + 7);
  return hash;
}
