import type { Change } from "../recording/change";
import type { Program } from "../recording/format";
import type { Measuring } from "./wire";

/** What bounds a run. */
export interface Limits {
  readonly heapMb: number;
  readonly rssMb: number;
  readonly wallMs: number;
  readonly recordingMb: number;
}

/** A run that is asked for. */
export interface RunRequest {
  /** Absolute path, or the name of an untitled document. */
  readonly file: string;
  readonly text: string;
  /** Selected lines, 0-based, end exclusive; absent: the whole file. */
  readonly selection?: { readonly startLine: number; readonly endLine: number };
  /** Workspace root, or the file's folder: names are relative to it and nothing outside is readable. */
  readonly root: string;
  /** Unsaved documents: absolute path → text. */
  readonly overlay: ReadonlyMap<string, string>;
  readonly limits: Limits;
  /** Tensors with more elements are recorded as statistics. */
  readonly cap: number;
  /** Seed of the engine's generator and of Math.random; 0 when absent. */
  readonly seed?: number;
  /** The Node to run; this process's own when absent. */
  readonly execPath?: string;
}

/** The limits when nobody set any. */
export const defaultLimits: Limits = { heapMb: 1024, rssMb: 2048, wallMs: 60_000, recordingMb: 512 };

/** The same of `cap`. */
export const defaultCap = 4096;

/** A request whose text is ready to run. */
export interface Prepared {
  readonly request: RunRequest;
  /** The main file's absolute path, also for an untitled document. */
  readonly path: string;
  /** Path relative to the root, with forward slashes. */
  readonly name: string;
  /** What runs: the request's text with everything blanked that a selection leaves out, line by line. */
  readonly text: string;
  /** The lines that run, when a selection was completed; empty for a whole file. */
  readonly lines: Program["lines"];
  /** The ones of them that were added to the selection. */
  readonly added: Program["lines"];
  /** What a re-run does differently. */
  readonly change?: Change;
  /** Nothing is recorded: these passes run, and give some numbers each. */
  readonly measuring?: Measuring;
}
