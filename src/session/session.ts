import type { Change as Changed } from "../recording/change";
import type { Finding } from "../recording/finding";
import type { Thresholds } from "../recording/findings/thresholds";
import { moved, type Cursor, type Move, type Track } from "../recording/moves";
import { Outline } from "../recording/outline";
import type { Problem } from "../recording/problem";
import { Recording } from "../recording/recording";
import { remarks } from "../recording/remarks";
import { stepsOf } from "../recording/steps";
import { Checking } from "./checking";
import { Emitter, type Event } from "./event";
import { Player, type Clock } from "./player";
import { carried, opening, type Wish } from "./opening";

/** How a run goes or went. */
export type Status = "running" | "done" | "failed" | "stopped" | "limit";

/** Where a run came from, so that it can be run again and its positions found in documents. */
export interface Origin {
  /** The document that was run. */
  readonly uri: string;
  /** Its name in the recording. */
  readonly file: string;
  /** The folder that the recording's file names are relative to. */
  readonly root: string;
  readonly selection: { readonly startLine: number; readonly endLine: number } | null;
}

/** Everything about a session that is no recording. */
export interface Facts {
  readonly id: string;
  readonly title: string;
  /** Counts the runs of a window; null for a recording that was opened. */
  readonly number: number | null;
  readonly origin: Origin | null;
  /** The session that this one ran again. */
  readonly previous: string | null;
  /** What it did differently from its source, where it is the answer to a "what if". */
  readonly change?: Changed;
}

/** What about a session changed. */
export type Change = "cursor" | "rows" | "status" | "play" | "findings" | "beside";

/** What a run is compared with: another run, or another iteration of the same. */
export interface Beside {
  readonly session: Session;
  /** Null: the iteration at the cursor. */
  readonly iteration: number | null;
  /** Values that differ by no more than this part of the larger count as equal. */
  readonly tolerance: number;
}

/** Chunks arrive faster than anyone can look; the views are brought up to date this often, in milliseconds … */
const refreshEvery = 30;
/** … and take at most this part of the time, so that Stop is heard during the wildest run. */
const refreshShare = 0.25;

/** One recording, one cursor: everything that a run on screen can change. */
export class Session {
  readonly recording = new Recording();
  readonly outline = new Outline(this.recording);
  readonly player: Player;
  readonly #checking: Checking;
  status: Status = "running";
  problem: Problem | null = null;
  milliseconds: number | null = null;
  #notes: readonly string[] = [];
  #cursor: Cursor | null = null;
  #wish: Wish | null;
  #beside: Beside | null = null;
  #settled = false;
  #follow = false;
  #stale = false;
  /** Milliseconds of the last refresh. */
  #took = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #changes = new Emitter<Change>();

  constructor(
    readonly facts: Facts,
    wish: Wish | null = null,
    clock?: Clock,
    thresholds?: Thresholds,
  ) {
    this.#wish = wish;
    this.#checking = new Checking(this.outline, thresholds);
    this.player = new Player(
      () => this.#go({ to: "step", by: 1 }),
      () => this.#changes.fire("play"),
      clock,
    );
  }

  get id(): string {
    return this.facts.id;
  }

  /** The moment on screen; null as long as nothing was recorded. */
  get cursor(): Cursor | null {
    return this.#cursor;
  }

  get onDidChange(): Event<Change> {
    return this.#changes.event;
  }

  /** Sentences worth knowing about the run. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** What one would look for and does not find in what was recorded. */
  get remarks(): readonly string[] {
    return remarks(this.recording, this.outline.iterations);
  }

  /** What was found in the run so far, the worst first. */
  get findings(): readonly Finding[] {
    return this.#checking.findings;
  }

  /** Takes in what a re-run of this found. */
  report(found: readonly Finding[]): void {
    if (this.#checking.report(found)) this.#changes.fire("findings");
  }

  /** What it is compared with. */
  get beside(): Beside | null {
    return this.#beside;
  }

  set beside(beside: Beside | null) {
    this.#beside = beside;
    this.#changes.fire("beside");
  }

  /** Whether the cursor stays with the newest complete iteration while the run goes on. */
  get follow(): boolean {
    return this.#follow;
  }

  set follow(on: boolean) {
    if (on === this.#follow) return;
    this.#follow = on;
    this.#changes.fire("play");
    this.refresh(true);
  }

  /** What moves know of the recording. */
  readonly track: Track = trackOf(this.recording, this.outline);

  note(sentence: string): void {
    if (this.#notes.includes(sentence)) return;
    this.#notes = [...this.#notes, sentence];
    this.#changes.fire("status");
  }

  /** Takes the next chunk of the run; throws a sentence when it is damaged, and keeps what came before. */
  add(chunk: Uint8Array): void {
    this.recording.add(chunk);
    this.#stale = true;
    this.#timer ??= setTimeout(() => this.refresh(), Math.max(refreshEvery, this.#took / refreshShare));
  }

  /** Brings the views up to date with the chunks that arrived. */
  refresh(force = false): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#stale && !force) return;
    this.#stale = false;
    const began = performance.now();
    const before = this.#cursor;
    const row = this.#row();
    const { generation } = this.outline;
    this.outline.update();
    if (generation !== this.outline.generation && this.#settled) this.#cursor = this.#at(row) ?? before;
    if (this.#follow && this.status === "running") this.#toNewest();
    else if (!this.#settled) this.#open();
    this.#changes.fire("rows");
    if (this.#checking.look(this.status !== "running")) this.#changes.fire("findings");
    if (!same(before, this.#cursor)) this.#changes.fire("cursor");
    this.#took = performance.now() - began;
  }

  /** The run is over; what was recorded stays. */
  end(status: Exclude<Status, "running">, problem: Problem | null, milliseconds: number | null): void {
    this.status = status;
    this.problem = problem;
    this.milliseconds = milliseconds;
    this.refresh(true);
    this.#settled = true;
    this.#changes.fire("status");
  }

  /** Goes there, pausing the play; false when that is where the cursor is. */
  move(move: Move): boolean {
    this.player.pause();
    return this.#go(move);
  }

  play(): void {
    this.#settled = true;
    this.player.play();
  }

  /** The cursor and what is needed to find the same place in another recording of the same source. */
  get wish(): Wish | null {
    const cursor = this.#cursor;
    return cursor && { ...cursor, iteration: this.track.iteration(cursor.segment) };
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.player.pause();
  }

  #go(move: Move): boolean {
    if (!this.#cursor) return false;
    this.#settled = true;
    const to = moved(this.track, this.#cursor, move);
    if (!to || same(to, this.#cursor)) return false;
    this.#cursor = to;
    this.#changes.fire("cursor");
    return true;
  }

  /** The row of the step at the cursor; −1 when there is none. */
  #row(): number {
    const segment = this.#cursor && this.outline.segments[this.#cursor.segment];
    return (segment && stepsOf(this.recording, segment).steps[this.#cursor?.step ?? 0]?.row) ?? -1;
  }

  /** Where the step of a row is now that the segments are others. */
  #at(row: number): Cursor | null {
    for (const [index, segment] of this.outline.segments.entries()) {
      if (row < segment.firstRow || row >= segment.endRow) continue;
      const step = stepsOf(this.recording, segment).steps.findIndex((each) => each.row === row);
      if (step >= 0) return { segment: index, step };
    }
    return null;
  }

  #open(): void {
    if (this.track.segments === 0) return;
    const found = this.#wish && carried(this.track, this.#wish, this.status !== "running");
    if (found) {
      this.#cursor = found;
      this.#settled = true;
      return;
    }
    this.#cursor = opening(this.track, (segment) => forwardEnd(this.recording, this.outline, segment));
    const first = this.track.segmentOf(0);
    this.#settled = !this.#wish && first >= 0 && this.outline.segments[first]?.complete === true;
  }

  #toNewest(): void {
    for (let iteration = this.outline.iterations - 1; iteration >= 0; iteration--) {
      const segment = this.track.segmentOf(iteration);
      if (segment < 0 || !this.outline.segments[segment]?.complete) continue;
      const to = this.#cursor ?? opening(this.track, () => undefined);
      this.#cursor = (to && moved(this.track, to, { to: "iterationIndex", index: iteration })) ?? this.#cursor;
      return;
    }
  }
}

function trackOf(recording: Recording, outline: Outline): Track {
  const walk = (segment: number) => {
    const found = outline.segments[segment];
    return found && stepsOf(recording, found);
  };
  return {
    get segments() {
      return outline.segments.length;
    },
    iteration: (segment) => outline.segments[segment]?.iteration ?? -1,
    segmentOf: (iteration) => outline.iterationSegment(iteration),
    steps: (segment) => walk(segment)?.steps.length,
    phases: (segment) => walk(segment)?.phases,
  };
}

function forwardEnd(recording: Recording, outline: Outline, segment: number): number | undefined {
  const found = outline.segments[segment];
  const phase = found && stepsOf(recording, found).phases.find((each) => each.kind === "forward");
  return phase && phase.endStep - 1;
}

function same(a: Cursor | null, b: Cursor | null): boolean {
  return a?.segment === b?.segment && a?.step === b?.step;
}
