import { mkdir } from "node:fs/promises";
import { basename } from "node:path";
import * as vscode from "vscode";
import type { launch as launchRun, Listener, RunResult } from "../runner/launch";
import type { Prepared } from "../runner/request";
import type { Problem } from "../runner/problem";
import type { Spare } from "../runner/spare";
import { labelOf } from "../session/feed";
import { wishWith } from "../session/opening";
import { type Beside, Session, type Origin } from "../session/session";
import type { Sessions } from "../session/sessions";
import type { Draft, Shelf } from "../session/shelf";
import { documentOf, fileOf, overlay, rootOf, type Target } from "./documents";
import { manageTrust, notTrusted, openSettings, say } from "./messages";
import { boundsFor, thresholds } from "./settings";
import { addedNote, linesText, type Lines } from "./target";
import { type Question, whatIf } from "./whatif";

type Launch = typeof launchRun;

/** What runs tell the rest of the extension. */
export interface Told {
  /** Something will run, and is to be seen. */
  starting(): void;
  /** Something is wrong in a document. */
  problem(uri: vscode.Uri, problem: Problem, session: Session): void;
  /** A run came to its end. */
  ended(session: Session): void;
  /** A document is run anew: what was wrong with it may not be any more. */
  cleared(uri: vscode.Uri): void;
  /** Where the lines that a session ran stand now; null when they were edited away. */
  linesNow(session: Session): Lines | null;
}

/** Progress that can be cancelled is shown for what takes longer than this. */
const patience = 1000;

function freshId(): string {
  return `${Date.now().toString(36)}-${Math.floor(Math.random() * 1e9).toString(36)}`;
}

/** Starts, stops and repeats runs; one at a time. */
export class Runs {
  #stop: (() => void) | null = null;
  #next: (() => Promise<void>) | null = null;

  constructor(
    private readonly sessions: Sessions,
    private readonly shelf: Shelf,
    private readonly spare: Spare,
    private readonly output: vscode.OutputChannel,
    private readonly storage: vscode.Uri,
    private readonly told: Told,
  ) {}

  /** Runs a document or some of its lines; `previous` is the run that this repeats. */
  async run(target: Target, previous: Session | null = null): Promise<void> {
    if (!vscode.workspace.isTrusted) return say("warning", notTrusted, { "Manage workspace trust": manageTrust });
    const running = this.sessions.running;
    if (running) {
      return say("warning", `${running.facts.title} is still running, and one runs at a time.`, {
        "Stop it and run": () => {
          this.#next = () => this.run(target, previous);
          this.stop();
        },
        "Run afterwards": () => {
          this.#next = () => this.run(target, previous);
          if (!this.sessions.running) return this.#runNext();
          return undefined;
        },
      });
    }
    await this.#start(target, previous);
  }

  /** Runs the source of a session again, keeping cursor, folds and positions. */
  async again(session: Session): Promise<void> {
    const { origin } = session.facts;
    const document = origin ? await documentOf(origin.uri) : undefined;
    if (!origin || !document) {
      return say("warning", `${session.facts.title} cannot be run again: its source is not open any more.`, {
        "Open example": () => vscode.commands.executeCommand("backstep.openExample"),
      });
    }
    const lines = origin.selection && this.told.linesNow(session);
    if (origin.selection && !lines) {
      return say("warning", "The lines that were run are no longer there: select what to run.", {
        "Run the file": () => this.run({ document, lines: null }, session),
      });
    }
    await this.run({ document, lines }, session);
  }

  /** Stops a running one, and waits until it has. */
  async stopped(session: Session): Promise<void> {
    this.stop();
    await over(session);
  }

  /** Asks the running one to stop; what it recorded stays. */
  stop(): void {
    this.#stop?.();
  }

  async #start({ document, lines }: Target, previous: Session | null): Promise<void> {
    const bounds = boundsFor(document.uri);
    const root = rootOf(document, this.storage);
    const origin: Origin = { uri: document.uri.toString(), file: "", root, selection: lines };
    const title = basename(document.uri.path) + (lines ? `, ${linesText(lines)}` : "");
    const session = (file: string): Session =>
      new Session(
        {
          id: freshId(),
          title,
          number: this.sessions.nextNumber,
          origin: { ...origin, file },
          previous: previous?.id ?? null,
        },
        previous?.wish ?? null,
        undefined,
        thresholds(),
      );
    this.told.starting();
    this.told.cleared(document.uri);
    // The runner brings the parser with it; it is loaded when something runs.
    const [{ prepare }, { launch }, { isProblem }] = await Promise.all([
      import("../runner/prepare"),
      import("../runner/launch"),
      import("../runner/problem"),
    ]);
    await mkdir(root, { recursive: true });
    const prepared = prepare({
      file: fileOf(document),
      text: document.getText(),
      ...(lines && { selection: lines }),
      root,
      overlay: overlay(),
      limits: bounds.limits,
      cap: bounds.cap,
    });
    if (isProblem(prepared)) return this.#refused(session(prepared.file), document, prepared);
    const live = session(prepared.name);
    if (previous) live.stops.watchpoints = previous.stops.watchpoints;
    const added = addedNote(prepared.added);
    if (added !== null) live.note(added);
    await this.#record(live, document, prepared, launch);
  }

  /** Runs what a session ran with a change, as a run of its own beside it. */
  async whatIf(
    { session: base, text, change: asked }: Question,
    prepared: Prepared,
    beside: Beside | null,
  ): Promise<void> {
    if (this.sessions.running)
      return say("warning", `${this.sessions.running.facts.title} is still running, and one runs at a time.`, {});
    const { origin } = base.facts;
    const document = origin ? await documentOf(origin.uri) : undefined;
    if (!origin || !document) return say("warning", `The source of ${base.facts.title} is not open any more.`, {});
    const { change } = prepared;
    const facts = { title: `${whatIf}${text}`, number: this.sessions.nextNumber, origin, previous: base.id };
    const live = new Session({ id: freshId(), ...facts, ...(change && { change }) }, wishWith(base.wish, asked.puts));
    live.note(`${base.facts.title} ran again with ${text}; the file was not touched.`);
    this.told.starting();
    const { launch } = await import("../runner/launch");
    live.stops.watchpoints = base.stops.watchpoints;
    live.beside = beside;
    await this.#record(live, document, prepared, launch);
  }

  async #record(live: Session, document: vscode.TextDocument, prepared: Prepared, launch: Launch): Promise<void> {
    const draft = this.shelf.begin(labelOf(live));
    this.#begin(live);
    await this.#follow(live, document, prepared, launch, draft);
    const gone = await this.shelf.prune(
      boundsFor(document.uri).keep,
      this.sessions.all.map((each) => each.id),
    );
    if (gone.length > 0) this.output.appendLine(`(${gone.length} old recordings were removed)`);
    await this.#runNext();
  }

  #begin(session: Session): void {
    this.sessions.add(session);
    this.output.appendLine(`── run ${session.facts.number ?? ""}: ${session.facts.title}`);
  }

  async #runNext(): Promise<void> {
    const next = this.#next;
    this.#next = null;
    await next?.();
  }

  async #follow(
    session: Session,
    document: vscode.TextDocument,
    prepared: Prepared,
    launch: Launch,
    draft: Draft,
  ): Promise<void> {
    const result = await this.#watch(session, prepared, launch, draft);
    this.#stop = null;
    for (const sentence of result.missing) session.note(sentence);
    // The snippet's own time says more than that of the process around it.
    session.end(result.status, result.error, session.recording.facts.milliseconds ?? result.ms);
    if (result.status === "done") {
      for (const remark of session.remarks) {
        session.note(remark.message);
        this.told.problem(uriOf(session, document, remark), remark, session);
      }
    }
    for (const { severity, title } of session.findings) if (severity === "error") session.note(`${title}: see Checks.`);
    const trouble = await draft.close();
    if (trouble !== null) session.note(`The recording could not be kept on the disk: ${trouble}.`);
    await this.shelf.note(labelOf(session));
    if (result.error) this.#failed(session, document, result.error);
    this.told.ended(session);
  }

  async #watch(session: Session, prepared: Prepared, launch: Launch, draft: Draft): Promise<RunResult> {
    const listener: Listener = {
      chunk: (bytes) => {
        draft.append(bytes);
        try {
          session.add(bytes);
        } catch (error) {
          session.note(error instanceof Error ? error.message : String(error));
          run.stop();
        }
      },
      printed: (text) => this.output.appendLine(text),
      ended: () => undefined,
    };
    const run = launch(prepared, listener, { spare: this.spare });
    this.#stop = () => run.stop();
    void this.#progress(session, () => run.stop());
    return run.ended;
  }

  async #progress(session: Session, stop: () => void): Promise<void> {
    await new Promise((later) => setTimeout(later, patience));
    if (session.status !== "running") return;
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Running ${session.facts.title}`,
      cancellable: true,
    };
    await vscode.window.withProgress(options, (_, cancelled) => {
      cancelled.onCancellationRequested(stop);
      return over(session);
    });
  }

  /** Nothing could be run: the session has no recording, only a problem. */
  #refused(session: Session, document: vscode.TextDocument, problem: Problem): void {
    this.#begin(session);
    session.end("failed", problem, null);
    this.#failed(session, document, problem);
  }

  #failed(session: Session, document: vscode.TextDocument, problem: Problem): void {
    this.told.problem(uriOf(session, document, problem), problem, session);
    this.output.appendLine(problem.message);
    const showProblem = { "Show problem": () => vscode.commands.executeCommand("backstep.showProblem") };
    const actions =
      problem.kind === "selection"
        ? { "Run the file": () => this.run({ document, lines: null }) }
        : problem.kind === "limit"
          ? { "Open settings": openSettings, "Show output": () => this.output.show(true) }
          : { ...showProblem, "Show output": () => this.output.show(true) };
    void say("error", problem.message, actions);
  }
}

/** Comes when a session runs no more. */
function over(session: Session): Promise<void> {
  return new Promise((ended) => {
    const listener = session.onDidChange(() => {
      if (session.status === "running") return;
      listener.dispose();
      ended();
    });
  });
}

/** The document a problem is in. */
function uriOf({ facts }: Session, document: vscode.TextDocument, { file, line }: Problem): vscode.Uri {
  const own = file === "" || file === facts.origin?.file || line < 0;
  return own ? document.uri : vscode.Uri.joinPath(vscode.Uri.file(facts.origin?.root ?? ""), file);
}
