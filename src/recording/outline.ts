import { Loops } from "./loops";
import type { Recording } from "./recording";
import { SeriesBook } from "./series";
import { segmentLabel, type OutlineData, type PlotMark, type Segment, type Series } from "./segment";
import { whole } from "./text";
import { makesStep } from "./walk";

export type { OutlineData, PlotMark, Segment, Series, TurnMark } from "./segment";

type Growing = { -readonly [K in keyof Segment]: Segment[K] };

/** What a whole recording is made of, found from what ran; grows with the recording by `update`. */
export class Outline implements OutlineData {
  readonly #loops: Loops;
  #found = 0;
  #version = 0;
  #read = 0;
  #book: SeriesBook;
  #segments: Growing[] = [];
  #plots: PlotMark[] = [];
  #iterations: number[] = [];
  /** Iterations that run, by turn. */
  readonly #open = new Map<number, Growing>();
  /** Turns that would be iterations and have no step yet: most are left by a `continue` before they have one. */
  readonly #idle = new Map<number, { readonly firstRow: number; readonly noGrad: boolean }>();
  /** The iteration before each segment that is none, by its first row. */
  readonly #before = new Map<number, Growing>();
  /** By turn the turn that is its iteration, −1 for none. */
  #owner: number[] = [];
  #roots: number[] = [];
  #turn = -1;
  #noGrad = false;
  readonly #ended: boolean[] = [];
  #rootsUpTo = 0;
  /** Rows of no iteration since the last one began; a segment as soon as one of them is a step. */
  #aside: { readonly firstRow: number; readonly noGrad: boolean; segment: Growing | null } | null = null;
  /** Where the loop whose turns are iterations asked for its next element. */
  #pull: { readonly loop: number; readonly firstRow: number; readonly noGrad: boolean } | null = null;
  #series: { readonly rows: number; readonly list: readonly Series[] } = { rows: -1, list: [] };
  /** Segments from which on labels became others, in the order it was found: a loop that starts again gets a number. */
  readonly renames: number[] = [];
  /** Grows when a late discovery changed what an iteration is: everything is new then. */
  generation = 0;

  constructor(readonly recording: Recording) {
    this.#loops = new Loops(recording);
    this.#book = new SeriesBook(recording, this.#loops);
  }

  /** Takes in the rows that came since the last call. */
  update(): void {
    const { rows } = this.recording;
    while (this.#found < rows) this.#loops.read(this.#found++);
    if (this.#loops.version !== this.#version) this.#restart();
    while (this.#read < rows) this.#take(this.#read++);
    for (const each of this.#open.values()) this.#book.settle(each.iteration, this.#rootOf(each.turn), false);
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get plots(): readonly PlotMark[] {
    return this.#plots;
  }

  get iterations(): number {
    return this.#iterations.length;
  }

  get series(): readonly Series[] {
    if (this.#series.rows !== this.#read) this.#series = { rows: this.#read, list: this.#book.series(this.iterations) };
    return this.#series.list;
  }

  /** Segments before this index do not change any more within a generation. */
  get settled(): number {
    let first = Math.max(0, this.#segments.length - 1);
    for (const { iteration } of this.#open.values()) first = Math.min(first, this.iterationSegment(iteration));
    return first;
  }

  /** Index of an iteration's segment, or −1. */
  iterationSegment(iteration: number): number {
    return this.#iterations[iteration] ?? -1;
  }

  /** "run 2 · epoch 7 · batch 3"; "setup", "after epoch 7" and "after training" for the others. */
  label(segment: Segment): string {
    return segmentLabel(segment, this.beginning(segment));
  }

  /** A segment's label without the number that ends an iteration's. */
  beginning(segment: Segment): string {
    if (segment.kind === "iteration") return this.#iterationBeginning(segment);
    if (segment.kind === "setup") return this.iterations === 0 ? "run" : "setup";
    if (segment.kind === "after") return "after training";
    const before = this.#before.get(segment.firstRow);
    return before === undefined ? "between" : `after ${this.label(before)}`;
  }

  /** What one iteration is called: "epoch", or "iteration". */
  get word(): string {
    const innermost = this.#segments[this.#iterations[0] ?? -1]?.turns.at(-1);
    return innermost === undefined ? "iteration" : this.#wordOf(innermost.loop);
  }

  #restart(): void {
    this.#version = this.#loops.version;
    if (this.#read === 0) return;
    this.generation++;
    this.#read = 0;
    this.#book = new SeriesBook(this.recording, this.#loops);
    this.#segments = [];
    this.#plots = [];
    this.#iterations = [];
    this.#open.clear();
    this.#idle.clear();
    this.#before.clear();
    this.#owner = [];
    this.#roots = [];
    this.#rootsUpTo = 0;
    this.renames.length = 0;
    this.#ended.length = 0;
    this.#turn = -1;
    this.#noGrad = false;
    this.#aside = null;
    this.#pull = null;
  }

  #take(row: number): void {
    const { recording } = this;
    const form = recording.form(row);
    if (form.kind === "turn" || form.kind === "switch") this.#turn = recording.arg(row, 0);
    if (form.kind === "turn") this.#rename(this.#turn);
    if (form.flag === "pull" && this.#loops.iterationLoop(this.#rootOf(this.#turn, form.ref)) === form.ref) {
      this.#pull = { loop: form.ref, firstRow: row, noGrad: this.#noGrad };
      this.#aside = null;
    }
    const owner = this.#turn < 0 ? -1 : this.#ownerOf(this.#turn);
    let iteration = -1;
    if (owner >= 0 && this.#ended[owner] !== true) {
      const segment = this.#open.get(owner) ?? this.#begin(owner, row);
      if (segment !== null) segment.endRow = row + 1;
      iteration = segment?.iteration ?? -1;
    } else this.#stepAside(row);
    this.#book.read(row, iteration, owner < 0 ? -1 : this.#rootOf(owner));
    if (form.kind === "plot") this.#plots.push({ row, site: form.site });
    if (form.kind === "gradMode") this.#noGrad = form.flag === "off";
    else if (form.kind === "turnEnd") this.#end(recording.arg(row, 0), form.flag);
  }

  /** Notes from where on labels are others when a turn begins the second start of its loop. */
  #rename(id: number): void {
    const { turns } = this.#loops;
    const turn = turns.turn(id);
    if (turn?.activation !== 1 || turn.index !== 0) return;
    const isBeside = (segment: Segment): boolean => segment.turn < 0 || turns.isWithin(segment.turn, turn.parent);
    this.renames.push(1 + this.#segments.findLastIndex((segment) => !isBeside(segment)));
  }

  /** The iteration of a turn, null until it has a step. */
  #begin(turn: number, row: number): Growing | null {
    const pulled = this.#idle.has(turn) ? null : this.#pulled(row);
    const idle = pulled ?? this.#idle.get(turn) ?? { firstRow: row, noGrad: this.#noGrad };
    if (pulled?.steps !== true && !makesStep(this.recording, this.recording.form(row))) {
      this.#idle.set(turn, idle);
      return null;
    }
    this.#idle.delete(turn);
    const last = this.#segments.at(-1);
    if (last?.kind === "after") last.kind = "between";
    this.#aside = null;
    const segment: Growing = {
      kind: "iteration",
      iteration: this.#iterations.length,
      firstRow: idle.firstRow,
      noGrad: idle.noGrad,
      endRow: row + 1,
      turn,
      turns: this.#loops.turns.path(turn),
      complete: false,
    };
    this.#iterations.push(this.#segments.push(segment) - 1);
    this.#open.set(turn, segment);
    return segment;
  }

  /** What the head of a loop did to get the element of the turn that a row begins. */
  #pulled(row: number): { readonly firstRow: number; readonly noGrad: boolean; readonly steps: boolean } | null {
    const { kind, ref } = this.recording.form(row);
    if (kind !== "turn" || this.#pull?.loop !== ref) return null;
    const { firstRow, noGrad } = this.#pull;
    this.#pull = null;
    const steps = this.#aside?.segment ?? null;
    if (steps !== null) {
      this.#segments.pop();
      this.#before.delete(steps.firstRow);
    }
    return { firstRow, noGrad, steps: steps !== null };
  }

  #stepAside(row: number): void {
    const aside = (this.#aside ??= { firstRow: row, noGrad: this.#noGrad, segment: null });
    if (aside.segment !== null) aside.segment.endRow = row + 1;
    else if (makesStep(this.recording, this.recording.form(row))) {
      const setup = this.#iterations.length === 0;
      aside.segment = {
        kind: setup ? "setup" : this.#open.size > 0 ? "between" : "after",
        iteration: -1,
        firstRow: aside.firstRow,
        endRow: row + 1,
        turn: -1,
        turns: this.#loops.turns.path(this.#turn),
        complete: true,
        noGrad: aside.noGrad,
      };
      const before = this.#segments[this.#iterations.at(-1) ?? -1];
      if (before !== undefined) this.#before.set(aside.firstRow, before);
      this.#segments.push(aside.segment);
    }
  }

  #end(turn: number, flag: string): void {
    const segment = this.#open.get(turn);
    if (segment !== undefined) {
      this.#book.settle(segment.iteration, this.#rootOf(turn), true);
      segment.complete = flag !== "throw";
      this.#open.delete(turn);
    }
    this.#idle.delete(turn);
    if (turn === this.#turn) this.#turn = this.#loops.turns.turn(turn)?.parent ?? -1;
    this.#ended[turn] = true;
  }

  #ownerOf(turn: number): number {
    const known = this.#owner[turn];
    if (known !== undefined) return known;
    const found = this.#loops.turns.turn(turn);
    if (found === undefined) return -1;
    const outer = found.parent < 0 ? -1 : this.#ownerOf(found.parent);
    const owner = outer >= 0 ? outer : found.loop === this.#loops.iterationLoop(found.root) ? turn : -1;
    return (this.#owner[turn] = owner);
  }

  #rootOf(turn: number, otherwise = -1): number {
    return this.#loops.turns.turn(turn)?.root ?? otherwise;
  }

  #wordOf(loop: number): string {
    return this.recording.loop(loop).variable || "iteration";
  }

  #iterationBeginning(segment: Segment): string {
    const parts: string[] = [];
    const { turns } = this.#loops;
    for (let turn = turns.turn(segment.turn); turn !== undefined; turn = turns.turn(turn.parent)) {
      const number = turn.id === segment.turn ? "" : whole(turn.value ?? turn.index + 1);
      parts.unshift(`${this.#wordOf(turn.loop)} ${number}`);
      if (turns.activationsOf(turn.loop, turn.parent) < 2) continue;
      const fn = turn.frame < 0 ? -1 : this.recording.frame(turn.frame).fn;
      parts.unshift(`${(fn < 0 ? "" : this.recording.fn(fn).name) || "run"} ${turn.activation + 1}`);
    }
    const roots = this.#trainedRoots();
    if (roots.length > 1) parts.unshift(`loop ${roots.indexOf(this.#rootOf(segment.turn)) + 1}`);
    return parts.join(" · ");
  }

  /** The outermost loops that have iterations, in the order of their first one. */
  #trainedRoots(): readonly number[] {
    const last = this.#iterations.length;
    if (this.#rootsUpTo === last) return this.#roots;
    for (let k = this.#rootsUpTo; k < last; k++) {
      const root = this.#rootOf(this.#segments[this.#iterations[k] ?? -1]?.turn ?? -1);
      if (!this.#roots.includes(root)) this.#roots.push(root);
    }
    this.#rootsUpTo = last;
    return this.#roots;
  }
}
