import type { Box } from "./cards";
import type { Point } from "./wires";

/** Which part of the graph is on screen. */
export interface View {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

/** A point of the graph that stays where it is on screen, or comes there. */
export interface Hold {
  readonly point: Point;
  readonly onScreen: Point;
  /** It comes at least this near. */
  readonly atLeast?: number;
}

/** What the buttons, the folding (where there is one) and the legend lie over is left free where all is fitted in. */
const frame = {
  wide: { left: 16, top: 16, folding: 46, right: 16, bottom: 36 },
  tight: { left: 8, top: 46, folding: 72, right: 8, bottom: 30 },
};
const buttons = { width: 46, height: 120 };
const tight = 420;
const largest = 1.25;

/** The view that has everything on it, and nothing under what lies over the graph. */
export function fitting(boxes: readonly Box[], width: number, height: number, folds: boolean): View {
  const bounds = boundsOf(boxes);
  const { left, top, folding, right, bottom } = width < tight ? frame.tight : frame.wide;
  const start = folds ? folding : top;
  const within = (free: number): { zoom: number; x: number; y: number } => {
    const x = Math.max(40, width - left - free);
    const y = Math.max(40, height - start - bottom);
    const zoom = Math.min(largest, x / bounds.width, y / bounds.height);
    const middle = { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 };
    return { zoom, x: left + x / 2 - zoom * middle.x, y: start + y / 2 - zoom * middle.y };
  };
  let { zoom, x, y } = within(right);
  const covered = boxes.some(
    (box) => (box.x + box.width) * zoom + x > width - buttons.width && box.y * zoom + y < buttons.height,
  );
  if (covered && width >= tight) ({ zoom, x, y } = within(right + buttons.width));
  return { zoom, x, y };
}

/** The box around boxes. */
export function boundsOf(boxes: readonly Box[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
