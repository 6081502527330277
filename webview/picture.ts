import type { Box } from "./cards";
import type { Pen } from "./pen";
import { SvgPen } from "./svg";

/** What can be painted anywhere: its extent, and the painting at a size at which so much can be read. */
export interface Painting {
  readonly box: Box;
  readonly background: string;
  readonly title: string;
  paint(pen: Pen, zoom: number): void;
}

/** A picture's file, and what is to be said of it. */
export interface Picture {
  readonly bytes: Uint8Array;
  readonly note: string;
}

/** Pixels of a picture for each of the page's. */
const fineness = 2;
/** No side of a PNG is longer than this, … */
const longest = 16_000;
/** … and no more pixels are in it. */
const most = 64_000_000;

/** The painting as a file; null where the browser cannot. */
export async function pictureOf(painting: Painting, format: "svg" | "png"): Promise<Picture | null> {
  const { box, background, title } = painting;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) return null;
  const paint = (pen: Pen, zoom: number): void => {
    pen.fillStyle = background;
    pen.fillRect(box.x, box.y, box.width, box.height);
    painting.paint(pen, zoom);
  };
  if (format === "svg") {
    const pen = new SvgPen(box, context);
    paint(pen, 1);
    return { bytes: new TextEncoder().encode(pen.document(title)), note: "" };
  }
  const scale = scaleOf(box);
  canvas.width = Math.ceil(box.width * scale);
  canvas.height = Math.ceil(box.height * scale);
  context.setTransform(scale, 0, 0, scale, -box.x * scale, -box.y * scale);
  paint(context, Math.min(1, scale));
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) return null;
  const share = Math.round((100 * scale) / fineness);
  const note =
    scale < fineness ? `The graph is too large for a PNG: it was scaled to ${share} %. An SVG has no such limit.` : "";
  return { bytes: new Uint8Array(await blob.arrayBuffer()), note };
}

/** How many pixels a unit of the picture gets. */
export function scaleOf({ width, height }: Box): number {
  return Math.min(fineness, longest / width, longest / height, Math.sqrt(most / (width * height)));
}
