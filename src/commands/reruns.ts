import * as vscode from "vscode";
import type { Nudge } from "../runner/nudge";
import type { Prepared } from "../runner/request";
import type { Session } from "../session/session";
import { notTrusted } from "./messages";
import { boundsFor } from "./settings";

type Cursor = NonNullable<Session["cursor"]>;
type Asked = Session["asked"][number];
type Outcome<W extends Asked["what"]> = Exclude<Extract<Asked, { what: W }>["outcome"], string | null>;

/** A re-run answers a question that somebody waits for, or that nobody asked: it gets less time than a run. */
const seconds = { asked: 60, background: 30 };

/** How far a re-run is, is told the page this often, in milliseconds. */
const tellEvery = 100;

/** A re-run that somebody waits for. */
interface Answering<T> {
  stop(): void;
  readonly ended: Promise<T | string>;
}

/** Runs what a session recorded again, with other numbers in it; the session itself stays as it is. */
export class Reruns {
  readonly #checking = new Map<Session, { stop(): void }>();
  #asked: { stop(): void } | null = null;
  /** By session what was asked of it last. */
  readonly #latest = new WeakMap<Session, Map<Asked["what"], object>>();

  /** What a small change of a leaf does to the loss at a cursor; a string says why that is not known. */
  async nudge(session: Session, cursor: Cursor, node: number, by: number): Promise<Nudge | string> {
    const prepared = await this.prepare(session, seconds.asked);
    if (typeof prepared === "string") return prepared;
    const { nudge, planNudge } = await import("../runner/nudge");
    const plan = planNudge(session.recording, session.outline, cursor, node, by);
    if (typeof plan === "string") return plan;
    const run = nudge(plan, prepared);
    this.#asked?.stop();
    this.#asked = run;
    return run.ended;
  }

  /** Asks re-runs of a session about a moment; how far the answer is, and the answer, come to the session. */
  ask(session: Session, what: Asked["what"], cursor: Cursor, node = -1): Promise<void> {
    const { recording, outline } = session;
    if (what === "gradcheck")
      return this.#answer<Outcome<"gradcheck">>(
        session,
        (done, of, outcome) => ({ what, done, of, outcome }),
        async (prepared, progress) => {
          const { checkGradients } = await import("../runner/gradcheck/check");
          const check = checkGradients(recording, outline, cursor, node, prepared, { progress });
          const ended = check.ended.then((found) => {
            if (typeof found === "string") return found;
            session.report(found.findings);
            return found.outcome;
          });
          return { stop: () => check.stop(), ended };
        },
      );
    return this.#answer<Outcome<"landscape">>(
      session,
      (done, of, outcome) => ({ what, done, of, outcome }),
      async (prepared, progress) => {
        const { drawLandscape } = await import("../runner/landscape/draw");
        return drawLandscape(recording, outline, cursor, prepared, { progress });
      },
    );
  }

  /** Ends what somebody waits for. */
  stopAsking(): void {
    this.#asked?.stop();
  }

  async #answer<T>(
    session: Session,
    told: (done: number, of: number, outcome: T | string | null) => Asked,
    start: (prepared: Prepared, progress: (done: number, of: number) => void) => Promise<Answering<T>>,
  ): Promise<void> {
    this.#asked?.stop();
    const mine = {};
    const begun = told(0, 0, null);
    const latest = this.#latest.get(session) ?? new Map<Asked["what"], object>();
    this.#latest.set(session, latest.set(begun.what, mine));
    const tell = (asked: Asked): void => {
      if (latest.get(begun.what) === mine) session.answer(asked);
    };
    tell(begun);
    const stopping = new AbortController();
    this.#asked = { stop: () => stopping.abort() };
    const prepared = await this.prepare(session, seconds.asked);
    if (typeof prepared === "string") return tell(told(0, 0, prepared));
    let last = 0;
    const run = await start(prepared, (done, of) => {
      if (performance.now() - last < tellEvery) return;
      last = performance.now();
      tell(told(done, of, null));
    });
    stopping.signal.addEventListener("abort", () => run.stop());
    if (stopping.signal.aborted) run.stop();
    tell(told(0, 0, await run.ended));
  }

  /** Looks in the background whether hand-written gradients are what the loss says; quiet where it cannot. */
  async check(session: Session): Promise<void> {
    const { recording, outline } = session;
    if (outline.iterations < 5) return;
    const prepared = await this.prepare(session, seconds.background);
    if (typeof prepared === "string") return;
    const { checkByHand } = await import("../runner/byhand/check");
    for (const [other, running] of this.#checking) if (other !== session) running.stop();
    const run = checkByHand(recording, outline, prepared);
    this.#checking.set(session, run);
    const found = await run.found;
    this.#checking.delete(session);
    if (found.length > 0) session.report(found);
  }

  /** The program of a session as it was recorded, ready to run; a string says why it cannot. */
  async prepare(session: Session, wallSeconds = Infinity): Promise<Prepared | string> {
    if (!vscode.workspace.isTrusted) return notTrusted;
    const { origin, title, change } = session.facts;
    if (origin === null) return `${title} was opened from a file, so it cannot be run again.`;
    const [{ again }, { isProblem }] = await Promise.all([import("../runner/rerun"), import("../runner/problem")]);
    const { limits } = boundsFor(vscode.Uri.parse(origin.uri));
    const wallMs = Math.min(limits.wallMs, 1000 * wallSeconds);
    const prepared = again(session.recording, origin, { limits: { ...limits, wallMs } });
    if (isProblem(prepared)) return prepared.message;
    // A run with a change is re-run with it.
    return change ? { ...prepared, change } : prepared;
  }

  /** Ends what still goes on. */
  stop(): void {
    this.#asked?.stop();
    for (const running of this.#checking.values()) running.stop();
  }

  dispose(): void {
    this.stop();
  }
}
