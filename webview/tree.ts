import type { Folded } from "../src/recording/folds";
import type { Group, Part } from "../src/recording/groups";
import { groupsOf } from "../src/recording/groups";
import { type Face, owners } from "./cards";
import { element, mark, say } from "./dom";

/** What a person can do in the tree. */
export interface TreeEvents {
  /** A card was come to. */
  select(card: number): void;
  /** Shows the line of a card's node. */
  reveal(card: number): void;
  /** Opens a group, or closes it. */
  toggle(group: Group): void;
}

/** A line of the tree: a card, or an open group before what is in it. */
interface Line {
  readonly item: HTMLElement;
  readonly card: number;
  readonly group: Group | null;
}

/** The graph as a tree of nodes with value and gradient, for the keyboard and for screen readers. */
export class TreeView {
  readonly element = element("ul", { class: "tree mono", role: "tree", "aria-label": "Nodes of the graph" });
  #folded: Folded | null = null;
  #lines: readonly Line[] = [];
  /** By card its line. */
  #ofCard: readonly number[] = [];
  #faces: readonly Face[] = [];
  #active = 0;

  constructor(private readonly events: TreeEvents) {
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusin", (event) => {
      const at = this.#lines.findIndex(({ item }) => item === event.target);
      if (at >= 0 && at !== this.#active) this.#focusable(at);
    });
    this.element.addEventListener("click", (event) => {
      const item = event.target instanceof Element ? event.target.closest("[role=treeitem]") : null;
      const at = this.#lines.findIndex((line) => line.item === item);
      if (at >= 0) this.#go(at);
    });
  }

  /** Shows a moment; only the lines that changed are written. */
  show(folded: Folded, faces: readonly Face[]): void {
    if (folded !== this.#folded) this.#begin(folded);
    faces.forEach((face, i) => {
      const item = this.#itemOf(i);
      if (!item || face === this.#faces[i]) return;
      say(item, textOf(face));
      mark(item, "aria-current", face.current ? "step" : null);
    });
    this.#faces = faces;
  }

  /** Marks the selected card, and tells those that the caret's line made. */
  pick(selected: number | null, marked: ReadonlySet<number>): void {
    this.#lines.forEach(({ item, card }) => {
      mark(item, "aria-selected", String(card >= 0 && card === selected));
      mark(item, "aria-description", marked.has(card) ? "made by the line of the caret" : null);
    });
    const at = selected === null ? undefined : this.#ofCard[selected];
    if (at !== undefined) this.#focusable(at);
  }

  /** Tells what was found on cards. */
  find(found: ReadonlyMap<number, string>): void {
    this.#lines.forEach(({ item, card }) => {
      const text = found.get(card);
      if (text === undefined) delete item.dataset.found;
      else item.dataset.found = `, ${text}`;
    });
  }

  /** Another graph, or the same folded otherwise: who was on a group stays on it. */
  #begin(folded: Folded): void {
    const focused = this.element.contains(document.activeElement);
    const before = this.#lines[this.#active];
    const same = folded.graph === this.#folded?.graph;
    this.#folded = folded;
    this.#faces = [];
    this.#lines = linesOf(folded);
    const ofCard: number[] = [];
    this.#lines.forEach(({ card }, i) => {
      if (card >= 0) ofCard[card] = i;
    });
    this.#ofCard = ofCard;
    this.element.replaceChildren(...this.#lines.map(({ item }) => item));
    const group = before?.group;
    const at = same && group ? this.#lines.findIndex((line) => line.group === group) : -1;
    this.#active = Math.max(0, at);
    this.#focusable(this.#active);
    if (focused) this.#lines[this.#active]?.item.focus();
  }

  #itemOf(card: number): HTMLElement | undefined {
    return this.#lines[this.#ofCard[card] ?? -1]?.item;
  }

  #focusable(at: number): void {
    const before = this.#lines[this.#active]?.item;
    if (before) before.tabIndex = -1;
    this.#active = at;
    const item = this.#lines[at]?.item;
    if (item) item.tabIndex = 0;
  }

  #go(at: number): void {
    const line = this.#lines[at];
    if (!line) return;
    this.#focusable(at);
    line.item.focus();
    if (line.card >= 0) this.events.select(line.card);
  }

  #key(event: KeyboardEvent): void {
    const to = { ArrowDown: this.#active + 1, ArrowUp: this.#active - 1, Home: 0, End: this.#lines.length - 1 }[
      event.key
    ];
    if (to !== undefined) this.#go(to);
    else if (event.key === "Enter") this.#enter();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #enter(): void {
    const line = this.#lines[this.#active];
    if (line?.group) this.events.toggle(line.group);
    else if (line) this.events.reveal(line.card);
  }
}

function linesOf(folded: Folded): Line[] {
  const closed = new Map(folded.cards.flatMap(({ group }, card) => (group ? [[group, card] as const] : [])));
  const open = new Map(folded.frames.map(({ group }, frame) => [group, frame] as const));
  const lines: Line[] = [];
  const line = (level: number, card: number, group: Group | null, expanded: boolean | null): void => {
    const attributes = { role: "treeitem", tabindex: -1, "aria-level": level };
    const item = element("li", { ...attributes, "aria-expanded": expanded === null ? null : String(expanded) });
    item.style.setProperty("--level", String(level - 1));
    item.dataset.drawn = card >= 0 ? `n${card}` : `f${group ? open.get(group) : ""}`;
    if (group && expanded === true) say(item, `${group.name} ${group.note}`.trim());
    lines.push({ item, card, group });
  };
  const walk = (parts: readonly Part[], level: number): void => {
    for (const part of parts) {
      if (typeof part === "number") line(level, folded.cardOf[part] ?? -1, null, null);
      else if (closed.has(part)) line(level, closed.get(part) ?? -1, part, false);
      else if (open.has(part)) {
        line(level, -1, part, true);
        walk(part.parts, level + 1);
      } else walk(part.parts, level);
    }
  };
  walk(groupsOf(folded.graph).parts, 1);
  return lines;
}

function textOf(face: Face): string {
  const rows = face.rows.map((row) => {
    const text = row.text === "—" ? "to come" : row.text;
    return row.label === "" ? text : `${row.label} ${text}`;
  });
  const apart = face.apart === "" ? [] : [face.apart.replace("Δ∂", "gradient apart").replace("Δ", "apart")];
  const title = `${face.title}${face.symbol === "" || !face.named ? "" : ` (${face.symbol})`} ${face.note}`;
  const owner = owners[face.owner] === "" ? [] : [owners[face.owner]];
  return [title.trimEnd(), ...rows, ...apart, ...owner].join(", ");
}
