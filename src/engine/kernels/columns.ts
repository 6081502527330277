import { numel } from "../shape";
import { allocate, type Storage } from "../storage";
import { packed, type Strided } from "./loops";

/** A sliding block over the last two dims of images. */
export interface Sliding {
  readonly kernel: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Height and width of the image. */
  readonly size: readonly [number, number];
}

/** How many blocks fit down and across. */
export function blocks({ kernel, dilation, padding, stride, size }: Sliding): readonly [number, number] {
  const count = (d: 0 | 1) =>
    Math.floor((size[d] + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1) / stride[d]) + 1;
  return [count(0), count(1)];
}

/** Calls `pair` for every element of a block that lies in the image, in ATen's order: place in the columns, place in the image. */
function walk(images: number, sliding: Sliding, pair: (column: number, image: number) => void): void {
  const { kernel, dilation, padding, stride, size } = sliding;
  const [down, across] = blocks(sliding);
  const [height, width] = size;
  let column = 0;
  for (let image = 0; image < images; image++) {
    const at = image * height * width;
    for (let i = 0; i < kernel[0]; i++) {
      for (let j = 0; j < kernel[1]; j++) {
        for (let r = 0; r < down; r++) {
          const row = r * stride[0] - padding[0] + i * dilation[0];
          for (let c = 0; c < across; c++, column++) {
            const place = c * stride[1] - padding[1] + j * dilation[1];
            if (row >= 0 && row < height && place >= 0 && place < width) pair(column, at + row * width + place);
          }
        }
      }
    }
  }
}

/** Each block of each image as a column: […, height, width] → […, kernel · kernel, blocks]. */
export function columnsOf(x: Strided, sliding: Sliding): Storage {
  const data = packed(x);
  const images = numel(x.shape.slice(0, -2));
  const [down, across] = blocks(sliding);
  const out = allocate(x.storage.dtype, images * sliding.kernel[0] * sliding.kernel[1] * down * across);
  walk(images, sliding, (column, image) => {
    out.data[out.start + column] = data[image]!;
  });
  return out;
}

/** The images of `count` channels whose blocks are added from columns. */
export function imagesOf(x: Strided, count: number, sliding: Sliding): Storage {
  const data = packed(x);
  const out = allocate(x.storage.dtype, count * sliding.size[0] * sliding.size[1]);
  walk(count, sliding, (column, image) => {
    out.data[out.start + image] = out.data[out.start + image]! + data[column]!;
  });
  return out;
}

/** Row-major positions picked from a shape by one list of indices for each dim. */
export function crossing(shape: readonly number[], lists: readonly (readonly number[])[]): Int32Array {
  let places = Int32Array.of(0);
  lists.forEach((list, d) => {
    const next = new Int32Array(places.length * list.length);
    for (let i = 0; i < places.length; i++) {
      for (let k = 0; k < list.length; k++) next[i * list.length + k] = places[i]! * shape[d]! + list[k]!;
    }
    places = next;
  });
  return places;
}
