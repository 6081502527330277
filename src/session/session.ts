import type { Asked } from "../recording/asked";
import type { Change as Changed } from "../recording/change";
import type { Finding } from "../recording/finding";
import type { Thresholds } from "../recording/findings/thresholds";
import { moved, same, type Cursor, type Move, type Track } from "../recording/moves";
import { Outline } from "../recording/outline";
import type { Problem } from "../recording/problem";
import { Recording } from "../recording/recording";
import { remarks } from "../recording/remarks";
import { Checking } from "./checking";
import { Emitter, type Event } from "./event";
import { Player, type Clock } from "./player";
import { carried, opening, type Wish } from "./opening";
import { Seeking } from "./stops/seek";
import { type Stop, Stops } from "./stops/stops";
import { cursorOf, forwardEnd, rowAt, trackOf } from "./track";

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
export type Change = "cursor" | "rows" | "status" | "play" | "findings" | "beside" | "asked" | "stops";

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
  #asked: readonly Asked[] = [];
  #settled = false;
  #follow = false;
  #stale = false;
  /** Milliseconds of the last refresh. */
  #took = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #changes = new Emitter<Change>();
  /** What stops the play and a debug session. */
  readonly stops = new Stops(this, () => this.#changes.fire("stops"));
  #halt: Stop | null = null;
  readonly #seeking = new Seeking(this, () => this.#changes.fire("play"));

  constructor(
    readonly facts: Facts,
    wish: Wish | null = null,
    clock?: Clock,
    thresholds?: Thresholds,
  ) {
    this.#wish = wish;
    this.#checking = new Checking(this.outline, thresholds);
    this.player = new Player(
      (by) => this.#advance(by),
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

  /** Whether the place where it is to open may still come. */
  get arriving(): boolean {
    return this.#wish !== null && !this.#settled && this.status === "running";
  }

  /** Sentences worth knowing about the run. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** What one would look for and does not find in what was recorded. */
  get remarks(): readonly Problem[] {
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

  /** What re-runs of it were asked, one of a sort, and how far the answers are; the last one is the newest. */
  get asked(): readonly Asked[] {
    return this.#asked;
  }

  /** Takes in how far an answer is. */
  answer(asked: Asked): void {
    this.#asked = [...this.#asked.filter(({ what }) => what !== asked.what), asked];
    this.#changes.fire("asked");
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
    const row = rowAt(this.recording, this.outline, before);
    const { generation } = this.outline;
    this.outline.update();
    if (generation !== this.outline.generation && this.#settled)
      this.#cursor = cursorOf(this.recording, this.outline, row) ?? before;
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
    this.pause();
    return this.#go(move);
  }

  /** Whether the cursor moves by itself. */
  get playing(): boolean {
    return this.player.playing || this.#seeking.on;
  }

  /** Why the cursor stopped where it is; null when it was brought there. */
  get halt(): Stop | null {
    return this.#halt;
  }

  play(by: 1 | -1 = 1): void {
    this.pause();
    this.#settled = true;
    this.player.play(by);
  }

  pause(): void {
    this.player.pause();
    this.#seeking.end();
  }

  /** Goes to the next stop, or where there is none to the end in that direction. */
  async run(by: 1 | -1): Promise<void> {
    this.pause();
    const found = await this.#seeking.next(by);
    if (found) this.stop(found.place.cursor, found.stop);
    else if (found === null) this.#go({ to: by > 0 ? "last" : "first" });
  }

  /** Goes where something stops. */
  stop(cursor: Cursor, stop: Stop): void {
    const moved = this.#go({ to: "cursor", ...cursor }, stop);
    if (!moved) this.#changes.fire("cursor");
  }

  /** The cursor and what is needed to find the same place in another recording of the same source. */
  get wish(): Wish | null {
    const cursor = this.#cursor;
    return cursor && { ...cursor, iteration: this.track.iteration(cursor.segment) };
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.pause();
  }

  /** One step of the play; false where it ends. */
  #advance(by: 1 | -1): boolean | Promise<boolean> {
    const from = this.#cursor;
    const to = from && moved(this.track, from, { to: "step", by });
    if (!to || same(to, from)) return false;
    const place = this.stops.any ? this.stops.way.at(to) : null;
    if (!place) return this.#go({ to: "cursor", ...to });
    return this.stops.at(place, by).then((stop) => {
      if (!this.player.playing || !same(from, this.#cursor)) return false;
      this.#go({ to: "cursor", ...to }, stop);
      return stop === null;
    });
  }

  #go(move: Move, halt: Stop | null = null): boolean {
    if (!this.#cursor) return false;
    this.#settled = true;
    const to = moved(this.track, this.#cursor, move);
    if (to) this.#halt = halt;
    if (!to || same(to, this.#cursor)) return false;
    this.#cursor = to;
    this.#changes.fire("cursor");
    return true;
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
