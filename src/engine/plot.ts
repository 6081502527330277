import { argumentError } from "./errors";
import { watcher } from "./mode";
import { numel, sizes } from "./shape";
import type { Tensor } from "./tensor";

function pair(name: string, x: Tensor, y: Tensor): void {
  if (numel(x.shape) !== numel(y.shape)) {
    throw argumentError(
      `plot.${name}(x, y) needs as many x as y, but got shapes ${sizes(x.shape)} and ${sizes(y.shape)}`,
      "Give both the same number of elements.",
    );
  }
  watcher()?.plotted?.(name, [x, y]);
}

/**
 * Draws points at (x, y) into Backstep's Plots tab; outside Backstep it does nothing.
 * Shapes: two of equally many elements. Errors: numbers of elements that differ.
 */
export function scatter(x: Tensor, y: Tensor): void {
  pair("scatter", x, y);
}

/**
 * Draws a line through the points (x, y) in the order of x; outside Backstep it does nothing.
 * Shapes: two of equally many elements. Errors: numbers of elements that differ.
 */
export function line(x: Tensor, y: Tensor): void {
  pair("line", x, y);
}

/**
 * Draws a picture: [height, width] in greys from the smallest to the largest element, or [3, height, width] in colours.
 * Shapes: [height, width], [1, height, width] or [3, height, width]. Errors: other shapes.
 */
export function image(pixels: Tensor): void {
  const { shape } = pixels;
  if (shape.length !== 2 && !(shape.length === 3 && (shape[0] === 1 || shape[0] === 3))) {
    throw argumentError(
      `plot.image needs shape [height, width], [1, height, width] or [3, height, width], but got ${sizes(shape)}`,
      "Reshape it first.",
    );
  }
  watcher()?.plotted?.("image", [pixels]);
}
