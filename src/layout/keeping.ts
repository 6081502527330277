import type { Topology } from "./dot";
import { packed } from "./graphviz";
import { type CentredBox as Box, framesAround, wireBetween } from "./layered";
import type { Layout, Orientation } from "./layout";

/** What the cards and frames of a graph are called in every graph that has them. */
export interface Names {
  readonly cards: readonly string[];
  readonly frames: readonly string[];
}

/** Graphs that are mostly the same, and where everything stands that any of them has. */
interface Picture {
  readonly cards: Map<string, Box>;
  /** By the two cards and the count of wires between them. */
  readonly wires: Map<string, readonly number[]>;
  readonly frames: Map<string, { readonly around: string; readonly box: readonly number[] }>;
}

const apart = 18;
const tries = 60;

/** Lays out the graphs of one run one after the other, so that what two of them have in common stands in one place. */
export class Keeping {
  readonly #known = new Map<string, Layout>();
  readonly #pictures: Picture[] = [];

  constructor(private readonly orientation: Orientation) {}

  /** The layout of a graph: as Graphviz has it where nothing is known of it, else with its new cards put where there is room. */
  lay(key: string, names: Names, topology: Topology, fresh: Layout): Layout {
    const known = this.#known.get(key);
    if (known) return known;
    let picture = this.#pictures.find(
      (each) => 2 * names.cards.filter((name) => each.cards.has(name)).length >= names.cards.length,
    );
    const layout = picture ? this.#into(picture, names, topology, fresh) : fresh;
    if (!picture) this.#pictures.push((picture = { cards: new Map(), wires: new Map(), frames: new Map() }));
    remember(picture, names, topology, layout);
    this.#known.set(key, layout);
    return layout;
  }

  #into(picture: Picture, names: Names, topology: Topology, fresh: Layout): Layout {
    const boxes = this.#boxes(picture, names, topology, fresh);
    const { wires, frames } = picture;
    const count = counting();
    const splines = topology.edges.map(({ from, to }): readonly number[] => {
      const [giver, taker] = [boxes[from], boxes[to]];
      if (!giver || !taker) return [];
      const stays =
        giver === picture.cards.get(names.cards[from] ?? "") && taker === picture.cards.get(names.cards[to] ?? "");
      const wire = wires.get(count(`${names.cards[from] ?? ""} → ${names.cards[to] ?? ""}`));
      return stays && wire ? wire : wireBetween(giver, taker, this.orientation);
    });
    const centres = new Float32Array(boxes.flatMap(({ x, y }) => [x, y]));
    const around = framesAround(topology, centres);
    names.frames.forEach((name, frame) => {
      const before = frames.get(name);
      if (before?.around === insideOf(frame, names, topology)) around.set(before.box, 4 * frame);
    });
    return { ...extent(boxes), centres, frames: around, ...packed(splines) };
  }

  /** Known cards where they were, unless another stands there by now; the others beside what gives to them. */
  #boxes(picture: Picture, names: Names, topology: Topology, fresh: Layout): Box[] {
    const boxes = topology.sizes.map((size, card): Box => ({
      ...{ x: fresh.centres[2 * card] ?? 0, y: fresh.centres[2 * card + 1] ?? 0 },
      ...size,
    }));
    const shifts = new Map<number, Shift>();
    const placed: Box[] = [];
    names.cards.forEach((name, card) => {
      const [box, from] = [picture.cards.get(name), boxes[card]];
      if (!box || !from || placed.some((other) => overlap(box, other))) return;
      boxes[card] = box;
      shifts.set(card, { x: box.x - from.x, y: box.y - from.y });
      placed.push(box);
    });
    for (const part of connected(topology, (card) => !shifts.has(card))) {
      const inside = new Set(part);
      const givers = topology.edges.filter(({ to }) => inside.has(to)).flatMap(({ from }) => shifts.get(from) ?? []);
      const takers = topology.edges.filter(({ from }) => inside.has(from)).flatMap(({ to }) => shifts.get(to) ?? []);
      const by = mean(givers.length > 0 ? givers : takers.length > 0 ? takers : [...shifts.values()]);
      const moved = this.#room(
        part.flatMap((card) => boxes[card] ?? []).map((box) => shifted(box, by)),
        placed,
      );
      part.forEach((card, k) => (boxes[card] = moved[k] ?? boxes[card] ?? noBox));
      placed.push(...moved);
    }
    return boxes;
  }

  /** The nearest free place for cards that belong together, across the direction of the wires. */
  #room(wanted: readonly Box[], placed: readonly Box[]): readonly Box[] {
    const across = this.orientation === "LR";
    const step = wanted.reduce((most, { width, height }) => Math.max(most, across ? height : width), 0) / 2 + apart;
    for (let k = 0; k < tries; k++) {
      const by = step * Math.ceil(k / 2) * (k % 2 === 0 ? -1 : 1);
      const moved = wanted.map((box) => shifted(box, across ? { x: 0, y: by } : { x: by, y: 0 }));
      if (!moved.some((box) => placed.some((other) => overlap(box, other)))) return moved;
    }
    return wanted;
  }
}

interface Shift {
  readonly x: number;
  readonly y: number;
}

const noBox: Box = { x: 0, y: 0, width: 0, height: 0 };

function shifted(box: Box, by: Shift): Box {
  return { ...box, x: box.x + by.x, y: box.y + by.y };
}

function mean(shifts: readonly Shift[]): Shift {
  const sum = shifts.reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }), { x: 0, y: 0 });
  const count = Math.max(1, shifts.length);
  return { x: sum.x / count, y: sum.y / count };
}

/** The chosen cards, those together that wires among them connect. */
function connected({ sizes, edges }: Topology, chosen: (card: number) => boolean): number[][] {
  const partOf = sizes.map((_, card) => card);
  const find = (card: number): number => {
    let at = card;
    while (partOf[at] !== at) at = partOf[at] = partOf[partOf[at] ?? at] ?? at;
    return at;
  };
  for (const { from, to } of edges) if (chosen(from) && chosen(to)) partOf[find(to)] = find(from);
  const parts = new Map<number, number[]>();
  sizes.forEach((_, card) => {
    if (chosen(card)) parts.set(find(card), [...(parts.get(find(card)) ?? []), card]);
  });
  return [...parts.values()];
}

function overlap(a: Box, b: Box): boolean {
  return (
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 + apart && Math.abs(a.y - b.y) < (a.height + b.height) / 2 + apart
  );
}

function extent(boxes: readonly Box[]): { width: number; height: number } {
  return {
    width: boxes.reduce((most, { x, width }) => Math.max(most, x + width / 2), 0),
    height: boxes.reduce((most, { y, height }) => Math.max(most, y + height / 2), 0),
  };
}

/** Adds what is new in a layout to what is known. */
function remember({ cards, wires, frames }: Picture, names: Names, topology: Topology, layout: Layout): void {
  const { centres, points, starts } = layout;
  names.cards.forEach((name, card) => {
    const size = topology.sizes[card] ?? { width: 0, height: 0 };
    if (!cards.has(name)) cards.set(name, { x: centres[2 * card] ?? 0, y: centres[2 * card + 1] ?? 0, ...size });
  });
  const count = counting();
  topology.edges.forEach(({ from, to }, edge) => {
    const name = count(`${names.cards[from] ?? ""} → ${names.cards[to] ?? ""}`);
    if (!wires.has(name)) wires.set(name, [...points.subarray(2 * (starts[edge] ?? 0), 2 * (starts[edge + 1] ?? 0))]);
  });
  names.frames.forEach((name, frame) => {
    const box = [...layout.frames.subarray(4 * frame, 4 * frame + 4)];
    if (!frames.has(name)) frames.set(name, { around: insideOf(frame, names, topology), box });
  });
}

/** What stands in a frame, as one text. */
function insideOf(frame: number, names: Names, { frames = [], frameOf }: Topology): string {
  const inside = names.cards.filter((_, card) => frameOf?.[card] === frame);
  return [...inside, ...names.frames.filter((_, other) => frames[other]?.parent === frame)].join("\n");
}

/** Tells equal names apart by their order. */
export function counting(): (name: string) => string {
  const counts = new Map<string, number>();
  return (name) => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return `${name} ${count}`;
  };
}
