/** A sum, a difference or a product of two numbers. */
export const basic = { sum: 1, difference: 2, product: 3 } as const;

export type Basic = (typeof basic)[keyof typeof basic];

/**
 * The result of one of them. A rule of an op's own is called through a variable, which costs more than these do: numbers
 * go to it and come back as objects.
 */
export function result(of: number, a: number, b: number): number {
  return of === basic.product ? a * b : of === basic.sum ? a + b : a - b;
}

/** The gradient of its first operand, not yet rounded. */
export function slopeA(of: number, g: number, b: number): number {
  return of === basic.product ? g * b : g;
}

/** The gradient of its second operand, not yet rounded. */
export function slopeB(of: number, g: number, a: number): number {
  return of === basic.product ? g * a : of === basic.sum ? g : -g;
}
