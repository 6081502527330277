import { Accumulator } from "./accumulator";
import { build } from "./build";
import { type Buffer, bufferOf, type DType, type Round, rounders } from "./dtype";
import { nextSequence, type Node, notesPlaces } from "./node";
import { watcher } from "./mode";
import type { Observer } from "./observer";
import { type Call, type Op, plain } from "./op";
import { scalarShape } from "./shape";
import { type Cell, nextStorageId, Storage } from "./storage";
import type { Tensor } from "./tensor";

/** How many cells a page has, as a power of two: few enough that one kept scalar holds little memory alive. */
const pageBits = 12;
/** What of a cell's number is its place on its page. */
export const onPage = (1 << pageBits) - 1;
/** A tape ends at so many cells, since it also keeps what nobody can reach any more. */
const longest = 1 << 18;

/**
 * A cell, in integers side by side: its op by serial, with marks; its operands; and, counted from the tape's first, the
 * ids of its tensor and its storage and its place in the order of nodes. An operand is the number of a cell, or −1 less
 * that of what is given; the second of an op with one operand is the number of its call.
 */
export const entry = { op: 0, a: 1, b: 2, tensor: 3, storage: 4, sequence: 5, size: 6 } as const;
/**
 * Marks beside a cell's op: bits of the operands whose gradients go on; that it has a storage, which may be written; that
 * it has two operands; that what it saved was let go of.
 */
export const marks = { op: (1 << 26) - 1, needs: 26, stored: 1 << 28, two: 1 << 29, released: 1 << 30 } as const;
/** An operand that cannot stand on this tape, or on none. */
const stale = -(2 ** 30);
const foreign = stale - 1;

/** Cells side by side, with the integers of each. */
export interface Page {
  readonly values: Buffer;
  readonly entries: Int32Array;
  used: number;
}

/** An operand that is no cell, as it was then: a leaf and where its gradient goes, or a tensor that needs none. */
interface Given {
  readonly tensor: Tensor;
  readonly place: Accumulator | null;
  readonly version: number;
}

let tapes = 0;

/**
 * The history of 0-d floats of one dtype in columns: where others have nodes, they have cells, in the order the ops ran.
 * Operands are cells before it, leaves and constants; what meets anything else, or is looked at, gets nodes (see
 * tape.nodes.ts). As a cell of memory it is the scalar put on it last.
 */
export class Tape implements Cell {
  private readonly serial = ++tapes;
  /** Cell k lies on page k >> pageBits, at k & onPage. */
  readonly pages: Page[];
  readonly given: Given[] = [];
  readonly calls: Call[] = [];
  readonly nodes = new Map<number, Node>();
  private readonly storages = new Map<number, Storage>();
  /** Rounds to the dtype. */
  readonly round: Round;
  id = 0;
  start = 0;
  private page: Page;
  private count = 0;
  private firstTensor = 0;
  private firstStorage = 0;
  private firstSequence = 0;

  /** Goes on where another ended on its page. */
  constructor(
    readonly dtype: DType,
    /** Whom its ops were told. */
    readonly told: Observer | null,
    page: Page | null,
  ) {
    this.page = page ?? pageOf(dtype);
    this.pages = [this.page];
    this.round = rounders[dtype];
  }

  get whole(): null {
    return null;
  }

  get data(): Buffer {
    return this.page.values;
  }

  /** Puts the result of an op on it; gives its cell, or `stale` or `foreign`. */
  add(op: Op, call: Call, a: Tensor, b: Tensor | null, needs: number, value: number): number {
    let first = (needs & 1) !== 0 ? this.follow(a) : mayBeGiven(a);
    let second = b === null ? 0 : (needs & 2) !== 0 ? this.follow(b) : mayBeGiven(b);
    if (first <= stale || second <= stale) return Math.min(first, second);
    if ((needs & 1) === 0) first = -this.given.push({ tensor: a, place: null, version: a.version });
    if (b === null) second = call === plain ? -1 : this.calls.push(call) - 1;
    else if ((needs & 2) === 0) second = -this.given.push({ tensor: b, place: null, version: b.version });
    return this.put(op.serial | (needs << marks.needs) | (b === null ? 0 : marks.two), first, second, value);
  }

  /** The number of an operand that needs a gradient. */
  private follow(tensor: Tensor): number {
    const cell = tensor.cellOn(this);
    if (cell >= 0) return this.version(cell) === 0 ? cell : foreign;
    const place = tensor.edge();
    if (!(place instanceof Accumulator)) return foreign;
    if (place.tape === this.serial)
      return this.given[place.number]?.version === tensor.version ? -1 - place.number : stale;
    place.tape = this.serial;
    place.number = this.given.length;
    return -this.given.push({ tensor, place, version: tensor.version });
  }

  private put(op: number, a: number, b: number, value: number): number {
    if (this.page.used > onPage) this.pages.push((this.page = pageOf(this.dtype)));
    const { page } = this;
    const at = page.used++;
    page.values[at] = value;
    const storage = nextStorageId();
    const sequence = nextSequence();
    if (this.count++ === 0) {
      this.firstStorage = storage;
      this.firstSequence = sequence;
    }
    const { entries } = page;
    const e = at * entry.size;
    entries[e + entry.op] = op;
    entries[e + entry.a] = a;
    entries[e + entry.b] = b;
    entries[e + entry.storage] = storage - this.firstStorage;
    entries[e + entry.sequence] = sequence - this.firstSequence;
    this.id = storage;
    this.start = at;
    return ((this.pages.length - 1) << pageBits) + at;
  }

  /** Notes the id of the tensor that stands for the cell put last. */
  named(tensor: number): void {
    if (this.count === 1) this.firstTensor = tensor;
    this.page.entries[this.start * entry.size + entry.tensor] = tensor - this.firstTensor;
  }

  /** The id of a cell's tensor. */
  tensorId(cell: number): number {
    return this.firstTensor + this.read(cell, entry.tensor);
  }

  /** A cell's place in the order of nodes. */
  sequence(cell: number): number {
    return this.firstSequence + this.read(cell, entry.sequence);
  }

  /** The page that a cell lies on. */
  pageAt(cell: number): Page {
    return this.pages[cell >> pageBits] ?? this.page;
  }

  /** One of the integers of a cell. */
  read(cell: number, which: number): number {
    return this.pageAt(cell).entries[(cell & onPage) * entry.size + which] ?? 0;
  }

  /** What a cell holds. */
  value(cell: number): number {
    return this.pageAt(cell).values[cell & onPage] ?? 0;
  }

  /** Sets a mark of a cell. */
  mark(cell: number, mark: number): void {
    const { entries } = this.pageAt(cell);
    const e = (cell & onPage) * entry.size + entry.op;
    entries[e] = (entries[e] ?? 0) | mark;
  }

  /** The storage of a cell, one for all its tensors. */
  storage(cell: number): Storage {
    const found = this.storages.get(cell);
    if (found !== undefined) return found;
    const id = this.firstStorage + this.read(cell, entry.storage);
    const made = new Storage(this.dtype, this.pageAt(cell).values, cell & onPage, 1, id, false);
    this.storages.set(cell, made);
    this.mark(cell, marks.stored);
    return made;
  }

  /** How many in-place writes a cell has seen. */
  version(cell: number): number {
    if (this.storages.size === 0 || (this.read(cell, entry.op) & marks.stored) === 0) return 0;
    return this.storages.get(cell)?.version ?? 0;
  }

  /** Whether it says all there is to say of its cells: none has a node, none was written. */
  get isWhole(): boolean {
    if (this.nodes.size > 0) return false;
    for (const { version } of this.storages.values()) if (version > 0) return false;
    return true;
  }

  /** Whether no other op may go on it. */
  isOver(told: Observer | null): boolean {
    return this.count >= longest || this.told !== told;
  }

  /** Where the next tape goes on. */
  get rest(): Page | null {
    return this.page.used > onPage ? null : this.page;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }
}

/** Whether a tensor that needs no gradient may stand on a tape: one of inference mode may not be saved. */
function mayBeGiven(tensor: Tensor): number {
  return tensor.isInference() ? foreign : 0;
}

function pageOf(dtype: DType): Page {
  return { values: bufferOf(dtype, 1 << pageBits), entries: new Int32Array(entry.size << pageBits), used: 0 };
}

const current: Partial<Record<DType, Tape>> = {};

function begin(dtype: DType): Tape {
  return (current[dtype] = new Tape(dtype, watcher(), current[dtype]?.rest ?? null));
}

/** The result of an op on 0-d floats of which some need gradients, on a tape; null where it needs a node. */
export function taped(op: Op, call: Call, a: Tensor, b: Tensor | null, needs: number, value: number): Tensor | null {
  if (notesPlaces()) return null;
  const { dtype } = a;
  let tape = current[dtype];
  if (tape === undefined || tape.isOver(watcher())) tape = begin(dtype);
  let cell = tape.add(op, call, a, b, needs, value);
  if (cell === stale) {
    tape = begin(dtype);
    cell = tape.add(op, call, a, b, needs, value);
  }
  if (cell < 0) return null;
  const output = build(tape, scalarShape, scalarShape, 0);
  tape.named(output.id);
  output.setMaker(tape, cell);
  return output;
}

/** Begins other tapes: what was made so far can be let go of. */
export function endTapes(): void {
  const { float32, float64 } = current;
  if (float32 !== undefined && !float32.isEmpty) begin("float32");
  if (float64 !== undefined && !float64.isEmpty) begin("float64");
}
