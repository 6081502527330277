import { briefly } from "../src/recording/explain.brief";
import type { CardEdge } from "../src/recording/folds";
import { nodeTip, type Tip, type TipRow } from "../src/recording/tip";
import { wireTip } from "../src/recording/tip.wire";
import { shapeText, short } from "../src/recording/text";
import { type Box, type Face, owners } from "./cards";
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
      const edges = pointed.wire(part.edge)?.edges ?? [];
      const tip = wireTip(recording, scene.segment, scene.step, edges) ?? otherWireTip(store, scene, edges);
      if (tip) this.#view.show(tip, [], box, pointed.size(), outline.word);
      return;
    }
    const face = pointed.face(part.node);
    const node = pointed.node(part.node) ?? -1;
    const told = face && (face.folded || face.owner === "there");
    const tip = told ? faceTip(face) : nodeTip(recording, outline, cursor, node);
    if (tip) this.#view.show(tip, told ? [] : this.#why(scene, node), box, pointed.size(), outline.word);
  }

  /** Why the gradient of a node is what it is, in a line or two; none while it is worked out. */
  #why(scene: Scene, node: number): readonly string[] {
    const why = whyAt(this.store, scene, { node, element: 0 });
    return why === null || why.uses.some(({ pending }) => pending) ? [] : briefly(why);
  }
}

/** What is on the card of a group, or of what only the run beside this one has, in full. */
function faceTip({ title, note, rows, owner, folded }: Face): Tip {
  const told = rows.map(({ label, text, hue }): TipRow => ({
    label: label || (folded ? "holds" : "value"),
    text,
    hue: hue === "dim" ? "" : hue,
  }));
  const subtitle = [note, owners[owner]].filter(Boolean).join(" · ");
  return { title, subtitle, rows: told, series: undefined, iteration: -1 };
}

/** A wire that only the run beside this one has. */
function otherWireTip(store: Store, { graph, moment }: Scene, edges: readonly number[]): Tip | undefined {
  const drawn = store.compared.drawn(graph);
  const [edge = -1] = edges;
  const { from = -1, to = -1 } = drawn.edges[edge] ?? {};
  const [giver, taker] = [drawn.nodes[from], drawn.nodes[to]];
  if (!giver || !taker) return undefined;
  const rms = store.compared.rmsOf(edge - moment.edges.length);
  const rows: TipRow[] = rms === null ? [] : [{ label: "brings back", text: `RMS ${short(rms)}`, hue: "gradient" }];
  const subtitle = [shapeText(giver.shape), owners.there].join(" · ");
  return { title: `${giver.label} → ${taker.label}`, subtitle, rows, series: undefined, iteration: -1 };
}
