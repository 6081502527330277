import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { Layouts } from "../../src/layout/layout";
import { html } from "../../src/panel/html";
import { Page } from "../../src/panel/page";
import type { Empty, Surroundings } from "../../src/panel/surroundings";
import { type NudgeOutcome, type ToHost } from "../../src/panel/messages";
import { Uis } from "../../src/panel/uis";
import type { Asked } from "../../src/recording/asked";
import type { Cursor } from "../../src/recording/moves";
import { nudge, planNudge } from "../../src/runner/nudge";
import { isProblem } from "../../src/runner/problem";
import { checkGradients } from "../../src/runner/gradcheck/check";
import { drawLandscape } from "../../src/runner/landscape/draw";
import { defaultLimits, type Prepared } from "../../src/runner/request";
import { again } from "../../src/runner/rerun";
import { Evaluator } from "../../src/runner/evaluator";
import { Session } from "../../src/session/session";
import { chunksOf } from "../session/recorded";
import { buildChild } from "../support/child";
import { type HostedPage, openPage, type PageOptions } from "../support/page";

/** The built page in Chromium, talking to the real host's end of it. */
export interface Hosted extends HostedPage {
  readonly session: Session | null;
  readonly host: Page;
  /** What the page asked the extension to do or show. */
  readonly acts: readonly string[];
  /** What the page posted of one kind. */
  posted<T extends ToHost["type"]>(type: T): Extract<ToHost, { type: T }>[];
  /** Waits until the host has handled all moves and the page has painted. */
  settled(): Promise<void>;
}

export interface RunOptions extends Pick<PageOptions, "theme" | "width" | "height" | "first"> {
  readonly title?: string;
  readonly place?: "sideBar" | "panel" | "editor";
  readonly empty?: Empty;
  /** Milliseconds that the first picture may take. */
  readonly patience?: number;
}

const layouts = new Layouts(resolve("dist/layout-worker.js"));

let evaluator: Evaluator | null = null;

/** Ends what the pages of a test file share. */
export function closeLayouts(): void {
  layouts.dispose();
  evaluator?.dispose();
  evaluator = null;
}

/** A session holding a real run of `text`. */
export async function ran(text: string, title = "linear-regression.ts"): Promise<Session> {
  const { chunks, status, message } = await chunksOf(text);
  const session = new Session({ id: `run-${title}`, title, number: 3, origin: null, previous: null });
  for (const chunk of chunks) session.add(chunk);
  const problem = message === "" ? null : { message, file: title, line: 11, column: 2, kind: "runtime" as const };
  session.end(status === "failed" ? "failed" : status === "limit" ? "limit" : "done", problem, 9);
  return session;
}

function prepared(session: Session): Prepared {
  const [program] = session.recording.programs;
  const source = { file: program?.file ?? "", root: mkdtempSync(join(tmpdir(), "backstep-page-")), selection: null };
  const ready = again(session.recording, source, { limits: defaultLimits });
  if (isProblem(ready)) throw new Error(ready.message);
  return ready;
}

/** Nudges by a real re-run of what the session recorded. */
async function nudgeReally(session: Session, cursor: Cursor, node: number, by: number): Promise<NudgeOutcome> {
  const plan = planNudge(session.recording, session.outline, cursor, node, by);
  if (typeof plan === "string") return plan;
  return nudge(plan, prepared(session), { child: await buildChild() }).ended;
}

/** Asks real re-runs, which tell how far they are. */
async function askReally(session: Session, what: Asked["what"], cursor: Cursor, node: number): Promise<void> {
  session.answer({ what, done: 0, of: 0, outcome: null });
  const { recording, outline } = session;
  const progress = (done: number, of: number): void => session.answer({ what, done, of, outcome: null });
  const options = { child: await buildChild(), progress };
  if (what === "landscape") {
    const outcome = await drawLandscape(recording, outline, cursor, prepared(session), options).ended;
    return session.answer({ what, done: 0, of: 0, outcome });
  }
  const found = await checkGradients(recording, outline, cursor, node, prepared(session), options).ended;
  if (typeof found !== "string") session.report(found.findings);
  session.answer({ what, done: 0, of: 0, outcome: typeof found === "string" ? found : found.outcome });
}

/** The text of an example that ships. */
export function example(name: string): string {
  return readFileSync(`examples/${name}.ts`, "utf8");
}

/** Opens the built page on a session, or on nothing. */
export async function openRun(browser: Browser, session: Session | null, options: RunOptions = {}): Promise<Hosted> {
  const acts: string[] = [];
  const kept = new Map<string, unknown>();
  const around: Surroundings = {
    uis: new Uis({ get: (key) => kept.get(key), update: (key, value) => Promise.resolve(void kept.set(key, value)) }),
    lay: (key, topology, orientation, signal) => layouts.lay(key, topology, orientation, signal),
    act: (action) => acts.push(action),
    reveal: (_session, segment, node) => acts.push(`reveal ${segment} ${node}`),
    revealFinding: (_session, finding) => acts.push(`find ${finding.id}`),
    whatIf: (_session, segment, node) => acts.push(`what if ${segment} ${node}`),
    nudge: nudgeReally,
    ask: (session, what, cursor, node) => void askReally(session, what, cursor, node),
    empty: () => options.empty ?? { reason: "", problem: null, canRun: true },
    columnOf: (question, dropped) => {
      evaluator ??= new Evaluator({ child: resolve("dist/child.js"), budgetMs: 20_000 });
      return evaluator.column(question, dropped);
    },
    copy: (text) => {
      acts.push(`copy ${text}`);
      return Promise.resolve();
    },
    canRun: () => true,
    log: (text) => acts.push(`log ${text}`),
  };
  let posting: Promise<unknown> = Promise.resolve();
  let send: (message: unknown) => Promise<void> = () => Promise.resolve();
  const host = new Page(
    options.place ?? "panel",
    (message) => {
      posting = posting.then(() => send(message));
    },
    around,
  );
  host.show(session);
  const hosted = await openPage(browser, {
    ...options,
    html: (base) =>
      html("n0nce", base, { script: `${base}/dist/webview/main.js`, style: `${base}/dist/webview/main.css` }),
    onMessage: (message, post) => {
      send = post;
      host.receive(message);
    },
  });
  const settled = async (): Promise<void> => {
    for (let quiet = 0; quiet < 2; quiet++) {
      await hosted.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      await posting;
    }
  };
  if (session)
    await hosted.page.waitForSelector(".cards[data-ready]", { state: "attached", timeout: options.patience ?? 8000 });
  else await hosted.page.waitForSelector(".empty", { timeout: 8000 });
  await settled();
  return {
    ...hosted,
    close: async () => {
      host.dispose();
      await hosted.close();
    },
    session,
    host,
    acts,
    posted: <T extends ToHost["type"]>(type: T) =>
      (hosted.sent as ToHost[]).filter((m) => m.type === type) as Extract<ToHost, { type: T }>[],
    settled,
  };
}
