import {
  cursorOf,
  freshUi,
  type PanelDifference,
  type Orientation,
  type ToHost,
  type ToPage,
  type ToPageOf,
  type UiState,
} from "../src/panel/messages";
import type { Asked } from "../src/recording/asked";
import type { Finding } from "../src/recording/finding";
import { type Folded, foldedOf } from "../src/recording/folds";
import { type Graph, graphOf, type SegmentGraph } from "../src/recording/graph";
import { isShort } from "../src/recording/memo";
import { isQuick, type Moment, momentOf } from "../src/recording/moment";
import { type Cursor, type Move, moved, same, type Track } from "../src/recording/moves";
import { Recording } from "../src/recording/recording";
import { momentAndFolds, Reading } from "../src/recording/reading";
import type { Segment } from "../src/recording/segment";
import { stepsOf, type Steps } from "../src/recording/steps";
import type { Change } from "./change";
import { Columns } from "./columns";
import { Courses } from "./courses";
import { Differing } from "./differing";
import { PageOutline } from "./outline";

/** Everything there is to show of the moment at the cursor. */
export interface Scene {
  readonly segment: Segment;
  readonly index: number;
  readonly step: number;
  readonly steps: Steps;
  readonly drawn: SegmentGraph;
  readonly graph: Graph;
  readonly moment: Moment;
}

/** No longer than this, in milliseconds, does the page keep the host waiting for more of a run. */
const longestRest = 2000;

/**
 * The page's state: a sparse recording, the outline of the whole run, and the cursor. In one file because every message
 * of the host is taken in here, in one switch, and each changes what the next scene may be made of.
 */
export class Store {
  run: ToPageOf<"run"> | null = null;
  empty: ToPageOf<"empty"> | null = null;
  ui: UiState = freshUi;
  cursor: Cursor | null = null;
  playing = false;
  speed = 5;
  follow = false;
  speeds: readonly number[] = [1, 2, 5, 10, 30];
  marked: ToPageOf<"marked"> | null = null;
  findings: readonly Finding[] = [];
  /** What stops the run and where; null as long as the host has not said. */
  stops: ToPageOf<"stops"> | null = null;
  /** Why the run stopped at the cursor by itself, "" where it did not. */
  halt = "";
  nudged: ToPageOf<"nudged"> | null = null;
  /** What kept the last text from the clipboard, "" for nothing. */
  copyTrouble = "";
  readonly compared = new Differing();
  /** What re-runs were asked, by its sort, and how far the answer is. */
  readonly asked = new Map<Asked["what"], Asked>();
  recording = new Recording();
  outline = new PageOutline();
  readonly columns: Columns;
  readonly courses = new Courses((message) => this.post(message));
  readonly layouts = new Map<string, ToPageOf<"layout">>();
  #scene: Scene | null = null;
  #sceneAt = "";
  readonly #reading = new Reading();
  #generation = 0;
  #seq = 0;
  #wanted = new Set<string>();
  /** How the graph is drawn where the person did not say. */
  autoOrientation: Orientation = "LR";

  constructor(
    readonly post: (message: ToHost) => void,
    private readonly changed: (change: Change) => void,
  ) {
    this.columns = new Columns(post);
  }

  /** Takes in what the host says. */
  hear(message: Exclude<ToPage, { type: "picture" }>): void {
    if (message.type === "empty") {
      this.#forget();
      this.run = null;
      this.empty = message;
      this.changed("empty");
    } else if (message.type === "settings") {
      this.speeds = message.speeds;
      this.changed("play");
    } else if (message.type === "run") this.#begin(message);
    else if (message.id === this.run?.id) this.#take(message);
  }

  #begin(message: ToPageOf<"run">): void {
    if (message.id !== this.run?.id) {
      this.#forget();
      this.ui = message.ui;
    }
    this.run = message;
    this.empty = null;
    this.changed("run");
  }

  #forget(): void {
    this.recording = new Recording();
    this.outline = new PageOutline();
    this.cursor = null;
    this.playing = false;
    this.marked = null;
    this.findings = [];
    this.stops = null;
    this.halt = "";
    this.nudged = null;
    this.compared.forget();
    this.asked.clear();
    this.layouts.clear();
    this.columns.forget();
    this.courses.forget();
    this.#wanted.clear();
    this.#reading.end();
    this.#scene = null;
    this.#seq = 0;
    this.#generation++;
  }

  #take(message: Exclude<ToPage, { type: "empty" | "settings" | "run" | "picture" }>): void {
    switch (message.type) {
      case "chunks":
        for (const { bytes } of message.chunks) this.recording.add(bytes);
        this.#wanted.clear();
        this.#generation++;
        this.changed("moment");
        break;
      case "outline": {
        const began = performance.now();
        this.#outline(message);
        this.changed("outline");
        // A long run costs more each time: what shares the page's thread gets three quarters of it all the same.
        setTimeout(() => this.#tookIn(message.id), Math.min(longestRest, 3 * (performance.now() - began)));
        break;
      }
      case "cursor":
        this.#hearCursor(message);
        break;
      case "layout":
        this.layouts.set(`${message.orientation} ${message.key}`, message);
        this.#wanted.clear();
        this.changed("layout");
        break;
      case "findings":
        this.findings = message.list;
        this.changed("findings");
        break;
      case "stops":
        this.stops = message;
        this.changed("stops");
        break;
      case "marked":
        this.marked = message;
        this.changed("marked");
        break;
      case "beside":
      case "joined":
      case "differences":
        this.compared.hear(message);
        if (message.type === "joined") this.#wanted.clear();
        else this.changed(message.type);
        break;
      case "nudged":
        this.nudged = message;
        this.changed("nudged");
        break;
      case "asked":
        // The newest stands last.
        this.asked.delete(message.asked.what);
        this.asked.set(message.asked.what, message.asked);
        this.changed("asked");
        break;
      case "column":
        this.columns.hear(message);
        this.changed("column");
        break;
      case "course":
        this.courses.hear(message);
        this.changed("course");
        break;
      case "copied":
        this.copyTrouble = message.trouble;
        this.changed("copied");
    }
  }

  #tookIn(id: string): void {
    if (this.run?.id === id) this.post({ type: "took", id });
  }

  #outline(message: ToPageOf<"outline">): void {
    this.outline.take(message);
    // A late discovery made other iterations of the run.
    if (message.from === 0) this.courses.forget();
    this.#generation++;
  }

  /** The host owns the cursor; an answer to an older move than the page's last would only flicker. */
  #hearCursor(message: ToPageOf<"cursor">): void {
    const { playing, speed, follow, halt } = message;
    const played = playing !== this.playing || speed !== this.speed || follow !== this.follow || halt !== this.halt;
    this.playing = playing;
    this.speed = speed;
    this.follow = follow;
    if (message.seq >= this.#seq) this.halt = halt;
    if (message.seq >= this.#seq && !(this.#scene && same(this.cursor, message))) {
      this.cursor = cursorOf(message);
      this.changed("moment");
    }
    if (played) this.changed("play");
  }

  /** What moves need to know of the part of the recording that is here. */
  readonly track: Track = ((store: Store): Track => ({
    get segments() {
      return store.outline.segments.length;
    },
    iteration: (segment) => store.outline.segments[segment]?.iteration ?? -1,
    segmentOf: (iteration) => store.outline.segmentOf(iteration),
    steps: (segment) => store.stepsIn(segment)?.steps.length,
    phases: (segment) => store.stepsIn(segment)?.phases,
  }))(this);

  /** The steps of a segment whose rows are here. */
  stepsIn(index: number): Steps | undefined {
    const segment = this.outline.segments[index];
    if (!segment || !this.recording.holds(segment.firstRow, segment.endRow)) return undefined;
    return isShort(segment) || stepsOf.has(this.recording, segment) ? stepsOf(this.recording, segment) : undefined;
  }

  /** Moves at once where the page can, and tells the host in any case. */
  move(move: Move): void {
    if (!this.run || !this.cursor) return;
    this.post({ type: "move", id: this.run.id, seq: ++this.#seq, move });
    const next = moved(this.track, this.cursor, move);
    if (!next || same(next, this.cursor)) return;
    this.cursor = next;
    this.halt = "";
    this.changed("moment");
  }

  /** Changes what a person set up on the page. */
  set(change: Partial<UiState>): void {
    this.ui = { ...this.ui, ...change };
    if (this.run) this.post({ type: "ui", id: this.run.id, ui: this.ui });
    this.changed("ui");
  }

  get orientation(): Orientation {
    return this.ui.orientation ?? this.autoOrientation;
  }

  /** The moment at the cursor, or null as long as its rows are not here; then they are asked for. */
  scene(): Scene | null {
    if (!this.cursor) return null;
    const { segment: index, step } = this.cursor;
    const at = `${this.#generation} ${index} ${step}`;
    if (this.#scene && at === this.#sceneAt) return this.#scene;
    const segment = this.outline.segments[index];
    if (!segment || !this.recording.holds(segment.firstRow, segment.endRow)) {
      this.want(index);
      return null;
    }
    if (this.#reading.isOf(segment)) return null;
    if (!isQuick(this.recording, segment)) {
      this.#reading.begin(segment, momentAndFolds(this.recording, segment, step), () => this.changed("moment"));
      return null;
    }
    const steps = stepsOf(this.recording, segment);
    const drawn = graphOf(this.recording, segment);
    const shown = Math.min(step, steps.steps.length - 1);
    const moment = momentOf(this.recording, segment, shown);
    this.#scene = { segment, index, step: shown, steps, drawn, graph: drawn.graph, moment };
    this.#sceneAt = at;
    return this.#scene;
  }

  /** The graph of a moment as it is folded now. */
  foldedOf({ graph }: Scene): Folded {
    return foldedOf(this.compared.drawn(graph), this.ui.folds);
  }

  /** The layout of a graph as it is to be drawn now, or null and it is asked for. */
  layoutOf(scene: Scene): ToPageOf<"layout"> | null {
    const layout = this.layouts.get(`${this.orientation} ${this.foldedOf(scene).key}`);
    if (!layout) this.want(scene.index);
    return layout ?? null;
  }

  /** Asks for what drawing a segment takes; once. */
  want(segment: number): void {
    const { folds } = this.ui;
    const key = `${segment} ${this.orientation} ${folds.depth ?? "auto"} ${folds.toggled.join(" ")}`;
    if (!this.run || this.#wanted.has(key) || segment < 0 || segment >= this.outline.segments.length) return;
    this.#wanted.add(key);
    this.post({ type: "want", id: this.run.id, segment, orientation: this.orientation, folds });
  }

  /** Asks for the neighbours of the cursor's segment, so that a step across its end need not wait. */
  wantNeighbours(): void {
    if (!this.cursor) return;
    for (const by of [1, -1]) {
      const index = this.cursor.segment + by;
      const segment = this.outline.segments[index];
      if (segment && !this.recording.holds(segment.firstRow, segment.endRow)) this.want(index);
    }
  }

  /** What the run is compared with, null for nothing. */
  get beside(): ToPageOf<"beside"> | null {
    return this.compared.beside;
  }

  /** By node how it differs from its partner at the cursor. */
  differing(): ReadonlyMap<number, PanelDifference> {
    return this.compared.nodes(this.cursor);
  }

  /** The node that the inspector is about: the selected one, else the one that the step is about. */
  get focused(): number | null {
    return this.ui.selected ?? this.scene()?.moment.step?.node ?? null;
  }
}
