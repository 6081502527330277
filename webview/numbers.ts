import { type CopyForm, copyForms, copyText, digits } from "../src/recording/copy";
import { placeText } from "../src/recording/indices";
import { type Stats, statisticsOf } from "../src/recording/stats";
import { elementText, fixed, shapeText, short } from "../src/recording/text";
import { elementsOf, type Value } from "../src/recording/value";
import { element, mark, say } from "./dom";
import { cellWidth, heatMap, largest, type Part, windowOn } from "./heat";
import { Indices } from "./indices";

const mostRows = 8;
const mostColumns = 10;
const mostOfVector = 36;
/** How wide a heat map is taken to be while it is not on screen, and the gap between its cells. */
const usual = 260;
const gap = 2;

/** What a person can do with the numbers of a value. */
export interface NumbersEvents {
  /** Look at one element. */
  choose(element: number): void;
  /** Put text on the clipboard. */
  copy(text: string, from: Numbers): void;
}

/** A value in full: a heat map of numbers, slice by slice, its figures, and copies of it. */
export class Numbers {
  readonly element: HTMLElement;
  readonly #title = element("h3");
  readonly #body = element("div", { class: "tensor" });
  readonly #slice = element("div", { class: "slice", hidden: true }, element("span", { class: "dim" }, "Slice"));
  readonly #indices: Indices;
  readonly #copies = element("p", { class: "copies dim" }, "Copy as ");
  readonly #said = element("span", { role: "status" });
  readonly #notes = element("div");
  #map: HTMLElement | null = null;
  #part: Part | undefined;
  #value: Value | null = null;
  #chosen: number | null = null;
  #form: CopyForm = "JSON";

  constructor(
    hue: "value" | "gradient",
    private readonly events: NumbersEvents,
  ) {
    this.#body.classList.add(hue);
    this.#indices = new Indices((at) => events.choose(at));
    this.#slice.append(this.#indices.element);
    this.#copies.append(...copyForms.map((form) => this.#copy(form)), this.#said);
    this.element = element("section", {}, this.#title, this.#slice, this.#body, this.#copies, this.#notes);
    let width = 0;
    new ResizeObserver(() => {
      if (this.#body.clientWidth === width) return;
      width = this.#body.clientWidth;
      this.#draw();
    }).observe(this.#body);
  }

  /** Shows a value (null: only the sentences) with one of its elements chosen or none. */
  show(title: string, value: Value | null, chosen: number | null, sentences: readonly string[]): void {
    say(this.#title, title);
    const written = sentences.join("\n");
    if (this.#notes.textContent !== written)
      this.#notes.replaceChildren(...sentences.map((text) => element("p", { class: "dim still" }, text)));
    if (value === this.#value && chosen === this.#chosen) return;
    if (String(value?.shape) !== String(this.#value?.shape)) this.#part = undefined;
    this.#value = value;
    this.#chosen = chosen;
    say(this.#said, "");
    this.#draw();
  }

  /** What came of putting it on the clipboard; "" for done. */
  copied(trouble: string): void {
    say(this.#said, trouble === "" ? `Copied as ${this.#form}.` : trouble);
  }

  #draw(): void {
    const value = this.#value;
    const focused = this.#map?.contains(document.activeElement) === true;
    mark(this.#copies, "hidden", !value?.data);
    mark(this.#slice, "hidden", !value?.data || value.shape.length < 3 || value.data.length === 0);
    this.#body.replaceChildren();
    if (!value) return;
    this.#indices.show(value.shape, Math.max(0, value.shape.length - 2), this.#chosen ?? 0);
    this.#map = value.data
      ? this.#mapOf(value.shape, value.dtype, value.data)
      : this.#sampleOf(value.stats, value.dtype);
    const about = this.#about(value);
    const figures = figuresOf(value);
    this.#body.append(
      this.#map,
      about === "" ? "" : element("div", { class: "dim caption" }, about),
      figures.length === 0 ? "" : element("dl", { class: "figures mono" }, ...figures),
    );
    if (focused) this.#map.querySelector<HTMLElement>(".chosen")?.focus();
  }

  #mapOf(shape: readonly number[], dtype: Value["dtype"], data: ArrayLike<number>): HTMLElement {
    const write = writerOf(dtype);
    if (shape.length === 0) return element("div", { class: "scalar mono" }, elementText(data[0] ?? NaN, dtype));
    const chosen = this.#chosen ?? 0;
    const plane = shape.slice(-2);
    const [down, across] = [shape.length > 1 ? (plane[0] ?? 1) : 1, shape.at(-1) ?? 1];
    const first = chosen - (chosen % Math.max(1, down * across));
    this.#part = this.#partOf(
      plane,
      chosen - first,
      Array.from({ length: down * across }, (_, k) => write(data[first + k] ?? NaN)),
    );
    const { columns } = this.#part;
    const walk = (rows: number, columns: number): void => {
      const within = (at: number, size: number): number => Math.max(0, Math.min(size - 1, at));
      const row = within(Math.floor((chosen - first) / across) + rows, down);
      this.events.choose(first + row * across + within(((chosen - first) % across) + columns, across));
    };
    return heatMap({
      ...{ data, shape, columns, write, walk, name: this.#title.textContent, most: largest(data) },
      ...(this.#chosen === null ? {} : { chosen: this.#chosen }),
      rows: this.#part.rows.map((start) => first + start),
      choose: (at) => this.events.choose(at),
    });
  }

  /** The first elements of what is kept as statistics only. */
  #sampleOf({ sample }: Stats, dtype: Value["dtype"]): HTMLElement {
    const columns = Math.min(sample.length, mostOfVector);
    const name = `First elements of ${this.#title.textContent}`;
    const most = largest(sample);
    return heatMap({ data: sample, shape: [sample.length], rows: [0], columns, most, name, write: writerOf(dtype) });
  }

  /** What of a vector or a matrix is on screen: as many columns as there is room for, and where it was before if it can. */
  #partOf(plane: readonly number[], chosen: number, texts: readonly string[]): Part {
    if (plane.length < 2) return windowOn(plane, chosen, 1, mostOfVector, this.#part);
    const widest = texts.reduce((widest, text) => (text.length > widest.length ? text : widest), "");
    const fit = Math.floor(((this.#body.clientWidth || usual) + gap) / (cellWidth(widest) + gap));
    const columns = Math.min(Math.max(2, Math.min(mostColumns, fit)), plane[1] ?? 1);
    return windowOn(plane, chosen, mostRows, columns, this.#part?.columns === columns ? this.#part : undefined);
  }

  /** The element that is looked at, and which part of how much is on screen. */
  #about({ shape, dtype, data, stats }: Value): string {
    const total = elementsOf(shape);
    if (total === 0) return `no elements: ${shapeText(shape)}`;
    if (data === null)
      return `The first ${Math.min(stats.sample.length, mostOfVector)} of ${total} elements. The others were not recorded: a value is kept whole up to the number of elements in the setting backstep.recording.elements.`;
    if (shape.length === 0 || !this.#part) return "";
    const at = this.#chosen;
    const chosen = at === null ? [] : [`[${placeText(shape, at)}] is ${exact(data[at] ?? NaN, dtype)}`];
    if (!this.#part.cut) return chosen.join("");
    const { rows, columns } = this.#part;
    const [start = 0] = rows;
    const range = (from: number, count: number, of: number): string => `${from} to ${from + count - 1} of ${of}`;
    const size = shape.at(-1) ?? 1;
    const part = range(start % size, columns, size);
    const rowsText = range(Math.floor(start / size), rows.length, shape.at(-2) ?? 1);
    return [...chosen, shape.length > 1 ? `rows ${rowsText}, columns ${part}` : part].join(" · ");
  }

  #copy(form: CopyForm): HTMLElement {
    const button = element("button", { class: "link", type: "button", title: `Copy all elements as ${form}` }, form);
    button.addEventListener("click", () => {
      const text = this.#value && copyText(this.#value, form);
      if (text === null) return;
      this.#form = form;
      say(this.#said, "");
      this.events.copy(text, this);
    });
    return button;
  }
}

/** How a cell shows an element. */
function writerOf(dtype: Value["dtype"]): (x: number) => string {
  return isFloat(dtype) ? short : (x) => elementText(x, dtype);
}

/** An element with all the digits that tell it from its neighbours. */
function exact(x: number, dtype: Value["dtype"]): string {
  if (!isFloat(dtype) || !Number.isFinite(x) || Object.is(x, -0)) return writerOf(dtype)(x);
  return digits(dtype)(x).replaceAll("-", "−");
}

function isFloat(dtype: Value["dtype"]): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** Statistics of more than one element. */
function figuresOf(value: Value): HTMLElement[] {
  if (elementsOf(value.shape) < 2) return [];
  const { min, max, mean, std, norm, zeros, nans, infs } = value.stats ?? statisticsOf(value.data);
  const figure = (name: string, text: string): HTMLElement =>
    element("div", {}, element("dt", {}, name), element("dd", {}, text));
  return [
    ...Object.entries({ min, max, mean, std, norm }).map(([name, x]) => figure(name, fixed(x))),
    ...Object.entries({ zeros, NaN: nans, "∞": infs }).map(([name, count]) => figure(name, String(count))),
  ];
}
