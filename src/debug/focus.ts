import * as vscode from "vscode";

const key = "backstep.focusEditorOnBreak";
const setting = "focusEditorOnBreak";
const { Global } = vscode.ConfigurationTarget;

/**
 * Keeps VS Code from moving the focus into the editor at each stop while a recording is debugged: a key pressed in the
 * page would end up in the user's source. What the setting was is put back afterwards, also after a crash.
 */
export class Focus {
  #sessions = 0;

  constructor(private readonly memory: vscode.Memento) {
    if (this.#held) void this.#restore();
  }

  async hold(): Promise<void> {
    this.#sessions++;
    const debug = vscode.workspace.getConfiguration("debug");
    if (this.#held || debug.get<boolean>(setting) === false) return;
    await this.memory.update(key, [debug.inspect<boolean>(setting)?.globalValue ?? null]);
    await debug.update(setting, false, Global);
  }

  async release(): Promise<void> {
    this.#sessions = Math.max(0, this.#sessions - 1);
    if (this.#sessions === 0) await this.#restore();
  }

  /** What a person had set, in a list so that nothing set can be told from nothing kept. */
  get #held(): readonly (boolean | null)[] | undefined {
    return this.memory.get<readonly (boolean | null)[]>(key);
  }

  async #restore(): Promise<void> {
    const held = this.#held;
    if (!held) return;
    await vscode.workspace.getConfiguration("debug").update(setting, held[0] ?? undefined, Global);
    await this.memory.update(key, undefined);
  }
}
