import { posix } from "node:path";
import * as vscode from "vscode";
import { csvOf } from "../recording/csv";
import { dotOf } from "../recording/dot";
import type { Session } from "../session/session";
import { carriedOf } from "./carried";
import { fileName, type Format, formats, sizeQuestion } from "./exporttexts";
import { type Lay, pageFiles, standalone } from "./standalone";
import type { Uis } from "./uis";
import type { Webviews } from "./webviews";
import { writeWhole } from "./whole";

/** A file to write, and what is to be said of it; a sentence where there is none, undefined where one was called off. */
type Made = { readonly bytes: Uint8Array; readonly note: string } | string | undefined;

/** Saves what a run shows as files for others: asks what and where, and says what became of it. */
export class Exports {
  /** The folder that was chosen last. */
  #folder: vscode.Uri | null = null;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly webviews: Webviews,
    private readonly uis: Uis,
    private readonly lay: Lay,
  ) {}

  async begin(session: Session | null): Promise<void> {
    if (!session || session.outline.segments.length === 0) {
      void vscode.window.showWarningMessage("Nothing to export: no run has been recorded.");
      return;
    }
    const picked = await vscode.window.showQuickPick(formats, { title: `Export ${session.facts.title} as…` });
    if (picked) await this.#save(session, picked);
  }

  async #save(session: Session, format: Format): Promise<void> {
    const target = await vscode.window.showSaveDialog({
      title: `Export as ${format.label}`,
      saveLabel: "Export",
      filters: { [format.label]: [format.format] },
      defaultUri: this.#place(session, fileName(session, format.format)),
    });
    if (!target) return;
    const made = await this.#made(session, format.format);
    if (made === undefined) return;
    if (typeof made === "string") {
      void vscode.window.showErrorMessage(`Nothing was exported: ${made}`);
      return;
    }
    try {
      await writeWhole(vscode.workspace.fs, target, made.bytes);
    } catch (error) {
      await this.#failed(session, format, target, error);
      return;
    }
    this.#folder = vscode.Uri.joinPath(target, "..");
    await written(target, format.format, made.note);
  }

  async #made(session: Session, format: Format["format"]): Promise<Made> {
    switch (format) {
      case "html":
        return this.#page(session);
      case "svg":
      case "png":
        return this.webviews.picture(session, format);
      case "dot":
        return session.cursor
          ? { bytes: new TextEncoder().encode(dotOf(session.outline, session.cursor)), note: "" }
          : "the run has no moment to show.";
      case "csv":
        return { bytes: new TextEncoder().encode(csvOf(session.outline)), note: "" };
    }
  }

  async #page(session: Session): Promise<Made> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Exporting ${session.facts.title} …`,
      cancellable: true,
    };
    const root = vscode.Uri.joinPath(this.extension, "dist", "webview").fsPath;
    const bytes = await vscode.window.withProgress(options, async (_, cancel) => {
      const abort = new AbortController();
      cancel.onCancellationRequested(() => abort.abort());
      const carried = carriedOf(session, this.uis.of(session.id, session.facts.previous), session.stops.watchpoints);
      return standalone({ outline: session.outline, carried }, pageFiles(root), this.lay, abort.signal);
    });
    const question = sizeQuestion(bytes?.length ?? 0);
    if (question === "") return bytes && { bytes, note: "" };
    const sure = await vscode.window.showWarningMessage(question, { modal: true }, "Export anyway");
    return sure !== undefined && bytes ? { bytes, note: "" } : undefined;
  }

  async #failed(session: Session, format: Format, target: vscode.Uri, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    const sentence = `${shown(target)} could not be written, and nothing of it was: ${reason}`;
    const again = await vscode.window.showErrorMessage(sentence, "Choose another place");
    if (again !== undefined) await this.#save(session, format);
  }

  /** Beside the last export, else the run's source, else in the workspace. */
  #place({ facts }: Session, name: string): vscode.Uri {
    const source = facts.origin && vscode.Uri.parse(facts.origin.uri);
    const beside = source && source.scheme !== "untitled" ? vscode.Uri.joinPath(source, "..") : null;
    const folder = this.#folder ?? beside ?? vscode.workspace.workspaceFolders?.[0]?.uri;
    return folder ? vscode.Uri.joinPath(folder, name) : vscode.Uri.file(name);
  }
}

async function written(target: vscode.Uri, format: Format["format"], note: string): Promise<void> {
  const sentence = `Exported ${shown(target)}.${note === "" ? "" : ` ${note}`}`;
  const pressed = await vscode.window.showInformationMessage(sentence, "Open", "Reveal");
  const here = target.scheme === "file" && vscode.env.remoteName === undefined;
  // A browser opens a page; where the file is on another machine, VS Code shows its text.
  if (pressed === "Open" && format === "html" && here) await vscode.env.openExternal(target);
  else if (pressed === "Open") await vscode.commands.executeCommand("vscode.open", target);
  else if (pressed === "Reveal")
    await vscode.commands.executeCommand(here ? "revealFileInOS" : "revealInExplorer", target);
}

function shown(target: vscode.Uri): string {
  return posix.basename(target.path);
}
