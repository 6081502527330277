import * as vscode from "vscode";
import type { Session } from "../session/session";
import type { Sessions } from "../session/sessions";

const moves: Readonly<Record<string, Parameters<Session["move"]>[0]>> = {
  stepForward: { to: "step", by: 1 },
  stepBack: { to: "step", by: -1 },
  nextPhase: { to: "phase", by: 1 },
  previousPhase: { to: "phase", by: -1 },
  nextIteration: { to: "iteration", by: 1 },
  previousIteration: { to: "iteration", by: -1 },
  first: { to: "first" },
  last: { to: "last" },
};

/** The commands that move the active run's cursor; they leave the focus and every document alone. */
export function moveCommands(sessions: Sessions): vscode.Disposable[] {
  const play = ([name, by]: readonly [string, 1 | -1]) =>
    vscode.commands.registerCommand(`backstep.${name}`, () => {
      const session = sessions.active;
      if (session?.playing) session.pause();
      else session?.play(by);
    });
  const toStop = ([name, by]: readonly [string, 1 | -1]) =>
    vscode.commands.registerCommand(`backstep.${name}`, () => void sessions.active?.run(by));
  const others = Object.entries(moves).map(([name, move]) =>
    vscode.commands.registerCommand(`backstep.${name}`, () => void sessions.active?.move(move)),
  );
  const playing = (
    [
      ["play", 1],
      ["playBackwards", -1],
    ] as const
  ).map(play);
  const stopping = (
    [
      ["nextStop", 1],
      ["previousStop", -1],
    ] as const
  ).map(toStop);
  return [...playing, ...stopping, ...others];
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
