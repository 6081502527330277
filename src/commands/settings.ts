import * as vscode from "vscode";
import { thresholdsFrom } from "../session/thresholds";

/** What bounds a run and how much of it is kept, as the settings say. */
export interface Bounds {
  readonly limits: {
    readonly heapMb: number;
    readonly rssMb: number;
    readonly wallMs: number;
    readonly recordingMb: number;
  };
  readonly cap: number;
  readonly keep: { readonly runs: number; readonly bytes: number };
}

const megabyte = 1_000_000;

/** The settings for runs of a document. */
export function boundsFor(scope: vscode.Uri | undefined): Bounds {
  const settings = vscode.workspace.getConfiguration("backstep", scope);
  return {
    limits: {
      heapMb: settings.get("limits.heapMegabytes", 1024),
      rssMb: settings.get("limits.memoryMegabytes", 2048),
      wallMs: 1000 * settings.get("limits.seconds", 300),
      recordingMb: settings.get("limits.recordingMegabytes", 512),
    },
    cap: settings.get("recording.elements", 4096),
    keep: {
      runs: settings.get("recordings.runs", 20),
      bytes: megabyte * settings.get("recordings.megabytes", 1024),
    },
  };
}

/** From when on something is found in a run. */
export function thresholds(): ReturnType<typeof thresholdsFrom> {
  const settings = vscode.workspace.getConfiguration("backstep.findings");
  return thresholdsFrom((name, otherwise) => settings.get<number>(name, otherwise));
}
