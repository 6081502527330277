import { briefly } from "../src/recording/explain.brief";
import type { CardEdge } from "../src/recording/folds";
import { nodeTip, type Tip, type TipRow } from "../src/recording/tip";
import { wireTip } from "../src/recording/tip.wire";
import type { Box, Face } from "./cards";
import type { Part } from "./graph";
import type { Scene, Store } from "./store";
import { TipView } from "./tip";
import { whyAt } from "./why";

/** What is drawn where the pointer is. */
export interface Pointed {
  box(part: Part): Box | undefined;
  face(card: number): Face | undefined;
  /** The node that a card is. */
  node(card: number): number | null;
  wire(edge: number): CardEdge | undefined;
  size(): { readonly width: number; readonly height: number };
}

const delay = 220;

/** The tooltip of the card or the wire under the pointer; it follows the cursor of the run. */
export class Tips {
  readonly #view = new TipView();
  #part: Part | null = null;
  #timer = 0;

  constructor(
    private readonly store: Store,
    private readonly pointed: Pointed,
  ) {}

  get element(): HTMLElement {
    return this.#view.element;
  }

  /** The pointer is on a part, or on none; the tip comes after a moment, and at once where one is shown already. */
  point(part: Part | null): void {
    this.#part = part;
    clearTimeout(this.#timer);
    if (part === null || "frame" in part) this.hide();
    else this.#timer = window.setTimeout(() => this.#show(part), this.element.hidden ? delay : 0);
  }

  /** What the tip tells of may have changed. */
  refresh(): void {
    if (this.#part !== null && !this.element.hidden) this.#show(this.#part);
  }

  hide(): void {
    this.#view.hide();
  }

  #show(part: Part): void {
    const { store, pointed } = this;
    const { recording, outline, cursor } = store;
    const box = pointed.box(part);
    const scene = store.scene();
    if ("frame" in part || !box || !cursor || !scene) return;
    if ("edge" in part) {
      const tip = wireTip(recording, scene.segment, scene.step, pointed.wire(part.edge)?.edges ?? []);
      if (tip) this.#view.show(tip, [], box, pointed.size(), outline.word);
      return;
    }
    const face = pointed.face(part.node);
    const node = pointed.node(part.node) ?? -1;
    const tip = face?.folded ? groupTip(face) : nodeTip(recording, outline, cursor, node);
    if (tip) this.#view.show(tip, face?.folded ? [] : this.#why(scene, node), box, pointed.size(), outline.word);
  }

  /** Why the gradient of a node is what it is, in a line or two; none while it is worked out. */
  #why(scene: Scene, node: number): readonly string[] {
    const why = whyAt(this.store, scene, { node, element: 0 });
    return why === null || why.uses.some(({ pending }) => pending) ? [] : briefly(why);
  }
}

/** What is on a group's card, in full. */
function groupTip({ title, note, rows }: Face): Tip {
  const told = rows.map(({ label, text, hue }): TipRow => ({
    label: label || "holds",
    text,
    hue: hue === "dim" ? "" : hue,
  }));
  return { title, subtitle: note, rows: told, series: undefined, iteration: -1 };
}
