import type { Pen } from "./pen";
import type { Palette } from "./theme";

/** The sign of what can be opened, pointing right, or closed, pointing down. */
export function paintChevron(context: Pen, x: number, y: number, open: boolean, palette: Palette): void {
  context.beginPath();
  if (open) {
    context.moveTo(x - 4, y - 2);
    context.lineTo(x, y + 2.5);
    context.lineTo(x + 4, y - 2);
  } else {
    context.moveTo(x - 2, y - 4);
    context.lineTo(x + 2.5, y);
    context.lineTo(x - 2, y + 4);
  }
  context.strokeStyle = palette.foreground;
  context.lineWidth = 1.6;
  context.stroke();
}
