import { element, mark } from "./dom";

/** Fields for an element's index in some dimensions of a tensor, written as in a program: [2, 0, :, :]. */
export class Indices {
  readonly element = element("div", { class: "indices mono" });
  #fields: HTMLInputElement[] = [];
  #shape: readonly number[] = [];
  #at = 0;

  /** `choose` gets the flat index of the element that the fields say. */
  constructor(private readonly choose: (element: number) => void) {}

  /** Shows where an element is in the first `dims` dimensions. */
  show(shape: readonly number[], dims: number, at: number): void {
    if (String(shape) !== String(this.#shape) || dims !== this.#fields.length) this.#make(shape, dims);
    this.#at = at;
    this.#fields.forEach((field, d) => {
      const index = String(placeIn(shape, at, d));
      if (document.activeElement !== field || Number(field.value) !== Number(index)) field.value = index;
    });
    mark(this.element, "hidden", dims === 0);
  }

  #make(shape: readonly number[], dims: number): void {
    this.#shape = shape;
    this.#fields = shape.slice(0, dims).map((size, d) => {
      const label = `Index in dimension ${d}, 0 to ${size - 1}`;
      const field = element("input", { type: "number", min: 0, max: size - 1, step: 1, "aria-label": label });
      field.title = label;
      field.addEventListener("input", () => this.#typed(field, d));
      return field;
    });
    const rest = shape.slice(dims).map(() => ":");
    const parts = [...this.#fields, ...rest].flatMap((part, k) => (k === 0 ? [part] : [", ", part]));
    this.element.replaceChildren("[", ...parts, "]");
  }

  #typed(field: HTMLInputElement, dim: number): void {
    const wanted = Number(field.value);
    const size = this.#shape[dim] ?? 1;
    if (field.value === "" || !Number.isInteger(wanted) || wanted < 0 || wanted >= size) return;
    this.choose(this.#at + (wanted - placeIn(this.#shape, this.#at, dim)) * strideOf(this.#shape, dim));
  }
}

function strideOf(shape: readonly number[], dim: number): number {
  return shape.slice(dim + 1).reduce((a, b) => a * b, 1);
}

function placeIn(shape: readonly number[], at: number, dim: number): number {
  return Math.floor(at / strideOf(shape, dim)) % (shape[dim] ?? 1);
}
