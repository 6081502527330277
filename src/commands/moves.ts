import * as vscode from "vscode";
import type { Session } from "../session/session";
import type { Sessions } from "../session/sessions";
import type { Commands } from "./names";

/** The commands that move the active run's cursor; they leave the focus and every document alone. */
export function moveCommands(sessions: Sessions) {
  const move = (to: Parameters<Session["move"]>[0]) => () => void sessions.active?.move(to);
  const play = (by: 1 | -1) => () => {
    const session = sessions.active;
    if (session?.playing) session.pause();
    else session?.play(by);
  };
  const toStop = (by: 1 | -1) => () => void sessions.active?.run(by);
  return {
    stepForward: move({ to: "step", by: 1 }),
    stepBack: move({ to: "step", by: -1 }),
    nextPhase: move({ to: "phase", by: 1 }),
    previousPhase: move({ to: "phase", by: -1 }),
    nextIteration: move({ to: "iteration", by: 1 }),
    previousIteration: move({ to: "iteration", by: -1 }),
    first: move({ to: "first" }),
    last: move({ to: "last" }),
    play: play(1),
    playBackwards: play(-1),
    nextStop: toStop(1),
    previousStop: toStop(-1),
  } satisfies Partial<Commands>;
}

/** Keeps the keys that keybindings, menus and enablement ask for. */
export class Keys {
  readonly #said = new Map<string, boolean>();
  #watched: { dispose(): unknown } | null = null;

  constructor(sessions: Sessions) {
    const tell = (): void => {
      const session = sessions.active;
      this.#set("backstep.hasRun", session !== null);
      this.#set("backstep.running", sessions.running !== null);
      this.#set("backstep.canRunAgain", session !== null && session.facts.origin !== null);
    };
    sessions.onDidChangeActive((session) => {
      this.#watched?.dispose();
      this.#watched = session?.onDidChange((change) => change === "status" && tell()) ?? null;
      tell();
    });
    tell();
  }

  #set(key: string, value: boolean): void {
    if (this.#said.get(key) === value) return;
    this.#said.set(key, value);
    void vscode.commands.executeCommand("setContext", key, value);
  }
}

/** Asks which of the window's runs to show. */
export async function chooseRun(sessions: Sessions): Promise<void> {
  const items = [...sessions.all].reverse().map((session) => ({
    label: session.facts.title,
    description: session.facts.number === null ? "" : `run ${session.facts.number}`,
    detail: `${session.status} · ${session.outline.iterations} ${session.outline.word}s`,
    session,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: "Choose run" });
  if (picked) sessions.activate(picked.session);
}
