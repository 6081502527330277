import { drawing } from "./dom";
import { roundTicks, tickText } from "./scales";

/** What an axis goes over; its name stands beside it, "" for none. */
export interface Axis {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** A picture's axes: where numbers stand in it, its grid and its labels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly inside: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly ticks: readonly SVGElement[];
}

const width = 260;

/** The axes of a picture of a height. */
export function frame(x: Axis, y: Axis, height: number): Frame {
  const inside = {
    left: 40,
    right: width - 8,
    top: y.name === "" ? 8 : 18,
    bottom: height - (x.name === "" ? 20 : 32),
  };
  const across = scale(x, inside.left, inside.right);
  const up = scale(y, inside.bottom, inside.top);
  const ticks = [
    ...across.ticks.map((tick) => line(across.at(tick), inside.top, across.at(tick), inside.bottom)),
    ...up.ticks.map((tick) => line(inside.left, up.at(tick), inside.right, up.at(tick))),
    ...across.ticks.map((tick) => label(tickText(tick), across.at(tick), inside.bottom + 14, "middle")),
    ...up.ticks.map((tick) => label(tickText(tick), inside.left - 5, up.at(tick) + 3, "end")),
    ...(x.name === "" ? [] : [label(x.name, (inside.left + inside.right) / 2, height - 4, "middle")]),
    ...(y.name === "" ? [] : [label(y.name, inside.left, 10, "start")]),
  ];
  return { width, height, inside, x: across.at, y: up.at, ticks };
}

/** Where a number stands between two places, and round numbers for the axis. */
function scale({ low, high }: Axis, from: number, to: number): { at: (v: number) => number; ticks: number[] } {
  const at = (v: number): number => round(from + ((v - low) / (high - low)) * (to - from));
  return { at, ticks: roundTicks(low, high, 4) };
}

function line(x1: number, y1: number, x2: number, y2: number): SVGElement {
  return drawing("line", { x1, y1, x2, y2, class: "grid" });
}

function label(text: string, x: number, y: number, anchor: string): SVGElement {
  const made = drawing("text", { x: round(x), y: round(y), "text-anchor": anchor });
  made.textContent = text;
  return made;
}

function round(x: number): number {
  return Math.round(10 * x) / 10;
}
