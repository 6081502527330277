import * as vscode from "vscode";
import { thresholdsFrom } from "../session/thresholds";
import { boundsFrom, type Bounds } from "./bounds";

/** What bounds runs of a document, as the settings say. */
export function boundsFor(scope: vscode.Uri | undefined): Bounds {
  const settings = vscode.workspace.getConfiguration("backstep", scope);
  return boundsFrom((name, otherwise) => settings.get<number>(name, otherwise));
}

/** From when on something is found in a run. */
export function thresholds(): ReturnType<typeof thresholdsFrom> {
  const settings = vscode.workspace.getConfiguration("backstep.findings");
  return thresholdsFrom((name, otherwise) => settings.get<number>(name, otherwise));
}
