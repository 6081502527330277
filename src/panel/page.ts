import type { Asked } from "../recording/asked";
import { type Folds, noFolds } from "../recording/folds";
import type { Session, Change } from "../session/session";
import type { Subscription } from "../session/event";
import { Answers } from "./answers";
import {
  readToHost,
  type Orientation,
  type PictureFormat,
  type ToHost,
  type ToPage,
  type ToPageOf,
  type UiState,
} from "./messages";
import { Comparing } from "./comparing";
import { Courses } from "./courses";
import { Laying } from "./laying";
import { Pace } from "./pace";
import { type Picture, Pictures } from "./pictures";
import { Stopping } from "./stopping";
import { inParts, Supply } from "./supply";
import type { Surroundings } from "./surroundings";

/** Speeds the page offers, in steps per second. */
const speeds = [1, 2, 4, 8, 16, 32, 100];

/**
 * The host's end of one page: shows one session, sends only what the page lacks, and nothing while it is hidden. In one
 * file because it is the closed union of messages.ts answered message by message; what takes more stands beside it.
 */
export class Page {
  #session: Session | null = null;
  #subscription: Subscription | null = null;
  #supply: Supply | null = null;
  #alive = false;
  #seq = 0;
  #orientation: Orientation = "LR";
  #folds: Folds = noFolds;
  readonly #laying: Laying;
  #marked: readonly number[] = [];
  readonly #comparing = new Comparing((message) => this.#send(message));
  readonly #stopping = new Stopping((message) => this.#send(message));
  readonly #answers: Answers;
  readonly #pictures = new Pictures((message) => this.#send(message));
  readonly #courses = new Courses((message) => this.#send(message));
  readonly #pace = new Pace(() => this.#session && this.#alive && this.#rows(this.#session));

  constructor(
    private readonly place: ToPageOf<"run">["place"],
    private readonly post: (message: ToPage) => void,
    private readonly around: Surroundings,
    /** Told when the page starts or ceases to be there to be seen. */
    private readonly seen: () => void = () => undefined,
  ) {
    this.#laying = new Laying(around, (message) => this.#send(message));
    this.#answers = new Answers(around.columnOf, (message) => this.#send(message));
  }

  get session(): Session | null {
    return this.#session;
  }

  /** Whether it shows the active run, whichever that is. */
  get follows(): boolean {
    return this.place !== "editor";
  }

  /** Whether the page is up and on screen. */
  get alive(): boolean {
    return this.#alive;
  }

  show(session: Session | null): void {
    if (session === this.#session) return;
    this.#pictures.drop("another run came to the panel before its picture was made.");
    this.#subscription?.dispose();
    this.#session = session;
    // Moves are counted anew in each run: those on their way to the run before are lost.
    this.#seq = 0;
    this.#subscription = session?.onDidChange((change) => this.#changed(change)) ?? null;
    this.#begin();
  }

  /** Shows anew why there is nothing to show. */
  emptied(): void {
    if (!this.#session) this.#send({ type: "empty", ...this.around.empty() });
  }

  /** The page went off the screen: VS Code throws its document away, and a new one will say `ready`. */
  hidden(): void {
    this.#alive = false;
    this.#forget();
    this.seen();
  }

  /** Nodes that the caret's line made. */
  mark(segment: number, nodes: readonly number[]): void {
    if (!this.#session || (nodes.length === 0 && this.#marked.length === 0)) return;
    this.#marked = nodes;
    this.#send({ type: "marked", id: this.#session.id, segment, nodes: [...nodes] });
  }

  /** The graph as this page shows it, as soon as it does; a sentence where there is none. */
  picture(format: PictureFormat): Promise<Picture | string> {
    return this.#session ? this.#pictures.ask(this.#session.id, format) : Promise.resolve("there is no run.");
  }

  dispose(): void {
    this.hidden();
    this.#pictures.drop("the panel was closed before its picture was made.");
    this.#subscription?.dispose();
    this.#session = null;
  }

  receive(data: unknown): void {
    const message = readToHost(data);
    if (typeof message === "string") {
      this.around.log(`The page sent something that was not understood: ${message}`);
      return;
    }
    if (message.type === "ready") {
      this.#alive = true;
      this.#seq = 0;
      this.#orientation = message.orientation;
      this.#begin();
      this.seen();
    } else if (message.type === "action") this.around.act(message.action, this.#session);
    else if (message.type === "trouble") this.around.log(message.text);
    else if (this.#session && message.id === this.#session.id) this.#heard(message, this.#session);
  }

  #heard(message: Extract<ToHost, { id: string }>, session: Session): void {
    switch (message.type) {
      case "move":
        this.#seq = message.seq;
        if (!session.move(message.move)) this.#sendCursor();
        return;
      case "took":
        return this.#pace.took();
      case "play":
        return session.play(message.by);
      case "pause":
        return session.pause();
      case "toStop":
        return void session.run(message.by);
      case "watch":
        session.stops.watchpoints = message.watchpoints;
        return;
      case "speed":
        session.player.speed = message.speed;
        return;
      case "follow":
        session.follow = message.on;
        return;
      case "select":
        return this.around.uis.set(session.id, { ...this.#ui(session), selected: message.node });
      case "reveal":
        return this.around.reveal(session, message.segment, message.node);
      case "revealFinding": {
        const found = session.findings.find((each) => each.id === message.finding);
        if (found) this.around.revealFinding(session, found);
        return;
      }
      case "whatIf":
        return this.around.whatIf(session, message.segment, message.node);
      case "nudge": {
        const { id, segment, step, node, by } = message;
        void this.around
          .nudge(session, { segment, step }, node, by)
          .then((outcome) => this.#send({ type: "nudged", id, segment, node, outcome }));
        return;
      }
      case "gradcheck":
      case "landscape": {
        const { type, segment, step } = message;
        const node = message.type === "gradcheck" ? message.node : -1;
        return this.around.ask(session, type, { segment, step }, node);
      }
      case "want":
        this.#orientation = message.orientation;
        this.#folds = message.folds;
        this.#sendChunks([message.segment]);
        return this.#layOut(session, message.segment);
      case "pictured":
        return this.#pictures.take(message);
      case "column":
        return void this.#answers.column(message, session);
      case "course":
        return void this.#courses.tell(message, session);
      case "copy":
        return this.#copy(session.id, message.text);
      case "ui":
        return this.around.uis.set(session.id, message.ui);
    }
  }

  #copy(id: string, text: string): void {
    this.around.copy(text).then(
      () => this.#send({ type: "copied", id, trouble: "" }),
      (reason: unknown) => this.#send({ type: "copied", id, trouble: `It could not be copied: ${String(reason)}` }),
    );
  }

  #ui(session: Session): UiState {
    return this.around.uis.of(session.id, session.facts.previous);
  }

  #forget(): void {
    this.#answers.forget();
    this.#courses.forget();
    this.#laying.forget();
    this.#supply = null;
    this.#pace.reset();
    this.#comparing.end();
    this.#stopping.end();
  }

  /** Everything from the beginning. */
  #begin(): void {
    this.#forget();
    if (!this.#alive) return;
    this.#send({ type: "settings", speeds });
    const session = this.#session;
    if (!session) return this.emptied();
    const { orientation, folds } = this.#ui(session);
    this.#orientation = orientation ?? this.#orientation;
    this.#folds = folds;
    this.#supply = new Supply(session.id, session.recording, session.outline);
    this.#sendRun(session);
    this.#pace.now();
    this.#sendFindings(session);
    this.#sendAsked(session.id, session.asked);
    this.#comparing.begin(session);
    this.#pictures.again();
    this.#stopping.begin(session);
  }

  #changed(change: Change): void {
    const session = this.#session;
    if (!session || !this.#alive) return;
    if (change === "status") {
      this.#sendRun(session);
      if (session.beside && session.status !== "running") this.#comparing.begin(session);
    } else if (change === "findings") this.#sendFindings(session);
    else if (change === "stops") return;
    else if (change === "asked") this.#sendAsked(session.id, session.asked.slice(-1));
    else if (change === "beside") {
      this.#comparing.begin(session);
      if (session.cursor) this.#layOut(session, session.cursor.segment);
    } else if (change !== "rows") this.#moved(session);
    else if (session.status === "running") this.#pace.soon();
    else this.#pace.now();
  }

  #rows(session: Session): void {
    this.#sendChunks(this.#near(session));
    if (this.#supply) this.#send(this.#supply.outlineNow());
    this.#moved(session);
  }

  #moved(session: Session): void {
    this.#sendChunks(this.#near(session));
    this.#sendCursor();
    this.#comparing.moved();
    if (session.cursor) this.#layOut(session, session.cursor.segment);
  }

  #near({ cursor }: Session): readonly number[] {
    return cursor ? [cursor.segment - 1, cursor.segment, cursor.segment + 1] : [];
  }

  #sendRun(session: Session): void {
    const { status, milliseconds, problem, notes, facts } = session;
    this.#send({
      type: "run",
      id: session.id,
      title: facts.title,
      number: facts.number,
      status,
      milliseconds,
      problem: problem && { message: problem.message, file: problem.file, line: problem.line, column: problem.column },
      notes: [...notes],
      canRun: this.around.canRun(session),
      again: facts.change ? `Run again: ${facts.title}, as it was recorded` : "Run again",
      place: this.place,
      ui: this.#ui(session),
    });
  }

  #sendFindings({ id, findings }: Session): void {
    this.#send({
      type: "findings",
      id,
      list: findings.map((each) => ({ ...each, related: [...each.related], path: [...each.path] })),
    });
  }

  #sendAsked(id: string, asked: readonly Asked[]): void {
    for (const each of asked) this.#send({ type: "asked", id, asked: each });
  }

  #sendChunks(segments: readonly number[]): void {
    const message = this.#alive ? this.#supply?.chunks(segments, this.#session?.status !== "running") : null;
    if (message) for (const part of inParts(message)) this.#send(part);
  }

  #sendCursor(): void {
    const session = this.#session;
    if (!session?.cursor) return;
    const { player, playing, follow, halt } = session;
    this.#send({
      type: "cursor",
      id: session.id,
      segment: session.cursor.segment,
      step: session.cursor.step,
      seq: this.#seq,
      playing,
      speed: player.speed,
      follow,
      halt: halt === null ? "" : halt.text || "Breakpoint",
    });
  }

  #layOut(session: Session, segment: number): void {
    if (this.#alive) this.#laying.layOut(session, segment, this.#orientation, this.#folds);
  }

  #send(message: ToPage): void {
    if (this.#alive) this.post(message);
  }
}
