import { placeText } from "../src/recording/indices";
import { fixed, short } from "../src/recording/text";
import { element, mark } from "./dom";

/** A part of a tensor as a grid of numbers. */
export interface Heat {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
  /** Flat indices of the rows' first elements, and how many elements a row shows. */
  readonly rows: readonly number[];
  readonly columns: number;
  /** The largest size among all that the colours are to compare. */
  readonly most: number;
  /** The element that is looked at. */
  readonly chosen?: number;
  /** Elements that are part of what is explained. */
  readonly lit?: ReadonlySet<number>;
  /** Makes each cell a button. */
  readonly choose?: (element: number) => void;
  /** What the cells are of, for screen readers. */
  readonly name: string;
}

/** Room for a letter of a cell and around its text, in pixels. */
const letter = 6.7;
const around = 8;

/** Numbers as cells: blue for negative, red for positive, the stronger the larger, and the sign printed in each. */
export function heatMap(heat: Heat): HTMLElement {
  const isVector = heat.rows.length === 1;
  const box = element("div", {
    class: `heat mono${isVector ? " vector" : ""}`,
    role: "group",
    "aria-label": heat.name,
  });
  const cells: HTMLElement[] = [];
  let widest = 4;
  for (const start of heat.rows)
    for (let c = 0; c < heat.columns; c++) {
      const at = start + c;
      const x = heat.data[at] ?? NaN;
      widest = Math.max(widest, short(x).length);
      cells.push(cell(heat, at, x));
    }
  box.append(...cells);
  if (isVector) box.style.setProperty("--cell", `${Math.ceil(widest * letter + around)}px`);
  else box.style.setProperty("--columns", String(heat.columns));
  if (heat.choose) walkable(box, cells, heat.columns);
  return box;
}

function cell(heat: Heat, at: number, x: number): HTMLElement {
  const { choose } = heat;
  const place = `[${placeText(heat.shape, at)}]`;
  const sign = Number.isNaN(x) ? "none" : x < 0 || Object.is(x, -0) ? "negative" : "positive";
  const of = element(
    choose ? "button" : "div",
    {
      class: sign,
      title: `${place} ${fixed(x)}`,
      ...(choose ? { type: "button", "aria-label": `${place} ${short(x)}` } : {}),
    },
    short(x),
  );
  const share = Number.isFinite(x) && heat.most > 0 ? Math.abs(x) / heat.most : Number.isNaN(x) ? 0 : 1;
  of.style.setProperty("--heat", `${Math.round(share * 42)}%`);
  if (heat.lit?.has(at)) of.classList.add("lit");
  if (heat.chosen === at) of.classList.add("chosen");
  if (choose) {
    mark(of, "aria-pressed", String(heat.chosen === at));
    of.tabIndex = at === (heat.chosen ?? heat.rows[0]) ? 0 : -1;
    of.addEventListener("click", () => choose(at));
  }
  return of;
}

/** Arrow keys go from cell to cell. */
function walkable(box: HTMLElement, cells: readonly HTMLElement[], columns: number): void {
  box.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const at = cells.findIndex((each) => each === document.activeElement);
    const next = by === undefined || at < 0 ? undefined : cells[at + by];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    next?.focus();
  });
}

/** The largest size among finite numbers. */
export function largest(data: ArrayLike<number>): number {
  let most = 0;
  for (let k = 0; k < data.length; k++) {
    const size = Math.abs(data[k] ?? 0);
    if (Number.isFinite(size) && size > most) most = size;
  }
  return most;
}

/** A small window on a tensor around an element: which rows, and how many columns of them, are shown. */
export function windowOn(
  shape: readonly number[],
  around: number,
  mostRows: number,
  mostColumns: number,
): { readonly rows: readonly number[]; readonly columns: number; readonly cut: boolean } {
  const size = shape.at(-1) ?? 1;
  const total = shape.reduce((a, b) => a * b, 1);
  if (shape.length < 2) {
    const columns = Math.min(size, mostRows * mostColumns);
    const start = Math.max(0, Math.min(around - Math.floor(columns / 2), size - columns));
    return { rows: total === 0 ? [] : [start], columns, cut: columns < size };
  }
  const columns = Math.min(size, mostColumns);
  const count = size === 0 ? 0 : total / size;
  const rows = Math.min(count, mostRows);
  const row = Math.floor(around / Math.max(1, size));
  const first = Math.max(0, Math.min(row - Math.floor(rows / 2), count - rows));
  const left = Math.max(0, Math.min((around % Math.max(1, size)) - Math.floor(columns / 2), size - columns));
  return {
    rows: Array.from({ length: rows }, (_, r) => (first + r) * size + left),
    columns,
    cut: columns < size || rows < count,
  };
}
