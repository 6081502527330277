import * as v from "valibot";

/** A whole number. */
export const whole = v.pipe(v.number(), v.integer());
/** A whole number from 0 on. */
export const count = v.pipe(whole, v.minValue(0));
/** Bytes. */
export const bytes = v.custom<Uint8Array>((x) => tagOf(x) === "Uint8Array", "Expected a Uint8Array");
/** Numbers in float64. */
export const doubles = v.custom<Float64Array>((x) => tagOf(x) === "Float64Array", "Expected a Float64Array");
/** Whole numbers in a typed array. */
export const ints = v.custom<Int32Array>((x) => tagOf(x) === "Int32Array", "Expected an Int32Array");
/** Numbers in float32. */
export const floats = v.custom<Float32Array>((x) => tagOf(x) === "Float32Array", "Expected a Float32Array");

/** A typed array from another realm is no `instanceof` ours; its tag tells. */
function tagOf(x: unknown): string {
  return Object.prototype.toString.call(x).slice(8, -1);
}
