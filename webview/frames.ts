import { type Box, detailAt } from "./cards";
import { paintChevron } from "./chevron";
import type { Pen } from "./pen";
import type { Palette } from "./theme";

/** The frame of an open group. */
export interface FrameDrawing {
  readonly box: Box;
  readonly name: string;
  readonly note: string;
  /** Width of its title. */
  readonly title: number;
  readonly depth: number;
}

/** Height of the strip with a frame's title. */
export const frameTitle = 22;

/** Paints frames, outer ones first; the context is in the graph's coordinates. */
export function paintFrames(context: Pen, frames: readonly FrameDrawing[], palette: Palette, zoom: number): void {
  const thin = Math.max(1, 0.75 / zoom);
  context.textBaseline = "alphabetic";
  for (const { box, name, note, depth } of frames) {
    context.beginPath();
    context.roundRect(box.x, box.y, box.width, box.height, 9);
    if (!palette.highContrast) {
      context.globalAlpha = depth % 2 === 0 ? 0.05 : 0.035;
      context.fillStyle = palette.foreground;
      context.fill();
    }
    context.globalAlpha = palette.highContrast ? 1 : 0.5;
    context.strokeStyle = palette.dim;
    context.lineWidth = thin;
    context.stroke();
    context.globalAlpha = 1;
    if (detailAt(zoom) === "far") continue;
    const size = Math.min(frameTitle * 0.9, Math.max(12, 10 / zoom));
    paintChevron(context, box.x + 14, box.y + frameTitle / 2 + 1, true, palette);
    context.font = `600 ${size}px ${palette.mono}`;
    context.fillStyle = palette.foreground;
    const room = box.width - 34;
    const shown = cut(context, name, room);
    context.fillText(shown, box.x + 25, box.y + frameTitle / 2 + 1 + size * 0.35);
    const after = context.measureText(`${shown} `).width;
    if (note === "" || after + 30 > room) continue;
    context.font = `${size - 1}px ${palette.mono}`;
    context.fillStyle = palette.dim;
    context.fillText(cut(context, note, room - after), box.x + 25 + after, box.y + frameTitle / 2 + 1 + size * 0.35);
  }
}

function cut(context: Pen, text: string, room: number): string {
  const { width } = context.measureText(text);
  return width <= room ? text : `${text.slice(0, Math.max(0, Math.floor((text.length * room) / width) - 1))}…`;
}
