import cytoscape from "cytoscape";

/** What is used of Cytoscape's renderer, whose type it does not tell. */
interface Renderer {
  readonly cy: cytoscape.Core;
  readonly destroyed: boolean;
  readonly beforeRenderCallbacks: readonly { readonly fn: (willDraw: boolean, now: number) => void }[];
  startRenderLoop: () => void;
  redraw: (this: Renderer) => void;
}

/**
 * Makes Cytoscape render when something changed and only then. By itself it asks for every frame that the screen has,
 * for as long as the page is there, and paints three canvases on which there is nothing to see: its elements are
 * without opacity, and what is seen is painted by whoever hears its `render`.
 */
export function renderOnChange(): void {
  const canvas: unknown = cytoscape("renderer", "canvas");
  if (!isClassOfRenderers(canvas)) throw new Error("Cytoscape has another renderer than the one that is known here.");
  const asked = new WeakSet<Renderer>();
  canvas.prototype.startRenderLoop = () => undefined;
  canvas.prototype.redraw = function () {
    if (asked.has(this)) return;
    asked.add(this);
    requestAnimationFrame((now) => {
      asked.delete(this);
      if (this.destroyed) return;
      for (const { fn } of this.beforeRenderCallbacks) fn(true, now);
      this.cy.emit("render");
    });
  };
}

function isClassOfRenderers(value: unknown): value is { readonly prototype: Renderer } {
  return typeof value === "function" && "startRenderLoop" in value.prototype && "redraw" in value.prototype;
}
