import type { Point } from "./wires";

/** A canvas over the graph, as fine as the screen. */
export class Sheet {
  readonly canvas = document.createElement("canvas");
  readonly #context = this.canvas.getContext("2d");

  constructor(name: string) {
    this.canvas.className = name;
  }

  /** The context in the graph's coordinates, on an empty sheet or on what was painted. */
  begin(width: number, height: number, zoom: number, pan: Point, empty: boolean): CanvasRenderingContext2D | null {
    const ratio = devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide) this.canvas.width = wide;
    if (this.canvas.height !== high) this.canvas.height = high;
    this.#context?.setTransform(1, 0, 0, 1, 0, 0);
    if (empty) this.#context?.clearRect(0, 0, wide, high);
    this.#context?.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * pan.x, ratio * pan.y);
    return this.#context;
  }
}
