import type { Literal, Nth, Put } from "../recording/change";
import type { Problem } from "../recording/problem";
import type { Instrumented } from "./instrument";

/** Framing on the pipe from the child: one byte that says what, four bytes little-endian for how long, the payload. */
export const wire = { chunk: 0, printed: 1, ended: 2, measured: 3 } as const;

/** How loud a printed line is; the order is the first byte of a printed message. */
export const levels = ["log", "info", "warn", "error", "debug"] as const;

export type Level = (typeof levels)[number];

/** File descriptors of the child beside the standard ones. */
export const descriptors = { stop: 3, out: 4 } as const;

/** What the host asks of a running child: the first byte of the stop file. */
export const asks = { stop: 1, wall: 2 } as const;

/** How a run ended by what the child knows: a limit it found exceeded, that the host asked it to end, a problem, or well. */
export interface Ending {
  readonly reason?: "asked" | "memory" | "recording";
  readonly problem?: Problem;
}

/** One run of a program of which only some numbers are wanted. */
export interface Pass {
  readonly puts: readonly Put[];
  /** The turns to read, in the order they run; the pass ends with the last one's end. None: the whole run as one. */
  readonly turns: readonly number[];
  /** Tensors, by their ids in the recording or their places, whose gradients are wanted of each backward pass. */
  readonly gradients?: readonly (number | Nth)[];
}

/** Passes of one program in one process. */
export interface Measuring {
  /** Whether float32 is computed in float64. */
  readonly double: boolean;
  readonly passes: readonly Pass[];
}

/** What a turn of a pass gave: numbers and one-element tensors that were written, and the values of backward's roots. */
export interface Reading {
  readonly turn: number;
  readonly writes: readonly (readonly [binding: number, value: number])[];
  /** NaN for a root of more than one element. */
  readonly roots: readonly number[];
  /** What each backward pass brought to the tensors that were asked for, as far as it came to them. */
  readonly gradients: readonly ReachedGradient[];
}

/** What a backward pass brought to a tensor. */
export interface ReachedGradient {
  /** Which backward of the reading it was. */
  readonly pass: number;
  /** Index in the gradients that were asked for. */
  readonly wanted: number;
  readonly elements: readonly number[];
}

/** How a pass went. */
export interface Measured {
  readonly pass: number;
  /** What was wrong, "" for nothing. */
  readonly problem: string;
  readonly readings: readonly Reading[];
  /** What each put took the place of, null when it never came to it. */
  readonly found: readonly (readonly number[] | null)[];
}

/** The file that runs, as its reader needs it. */
export type Woven = Pick<Instrumented, "code" | "program" | "next">;

/** What the child is told on its standard input. */
export interface Task {
  readonly path: string;
  readonly name: string;
  /** What runs, blanked where a selection leaves something out, with the hooks in it. */
  readonly woven: Woven;
  /** The whole text, as the recording shows it. */
  readonly shown: string;
  readonly lines: readonly { readonly start: number; readonly end: number; readonly added: boolean }[];
  readonly root: string;
  readonly overlay: readonly (readonly [path: string, text: string])[];
  readonly cap: number;
  readonly seed: number;
  readonly rssBytes: number;
  readonly recordingBytes: number;
  readonly literals: readonly Literal[];
  readonly puts: readonly Put[];
  /** Only for the measuring child. */
  readonly measuring: Measuring | null;
}

/** The task as the host wrote it. */
export function readTask(json: string): Task {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- both ends of the pipe are this code
  return JSON.parse(json) as Task;
}

/** The ending as the child wrote it. */
export function readEnding(json: string): Ending {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- both ends of the pipe are this code
  return JSON.parse(json) as Ending;
}

/** What a pass gave, as bytes. JSON knows no NaN and no infinity: they cross as words. */
export function measuredText(measured: Measured): string {
  return JSON.stringify(measured, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value,
  );
}

/** What a pass gave, as the child wrote it. */
export function readMeasured(json: string): Measured {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- both ends of the pipe are this code
  return JSON.parse(json, (_, value: unknown) =>
    typeof value === "object" && value !== null && "number" in value && typeof value.number === "string"
      ? Number(value.number)
      : value,
  ) as Measured;
}

/** Cuts a stream of framed messages apart, however its pieces come; each byte is moved once. */
export class Unframer {
  private readonly header = new Uint8Array(5);
  private payload: Uint8Array | null = null;
  /** Bytes that are here of the header, or when that is complete of the payload. */
  private held = 0;

  constructor(private readonly message: (what: number, payload: Uint8Array) => void) {}

  add(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      const into = this.payload ?? this.header;
      const taken = piece.subarray(at, at + into.length - this.held);
      into.set(taken, this.held);
      this.held += taken.length;
      at += taken.length;
      if (this.held === into.length) this.filled();
    }
  }

  /** The header is complete, or the payload. */
  private filled(): void {
    this.held = 0;
    const view = new DataView(this.header.buffer);
    const payload = this.payload;
    this.payload = payload === null ? new Uint8Array(view.getUint32(1, true)) : null;
    if (payload !== null) this.message(view.getUint8(0), payload);
    else if (this.payload?.length === 0) this.filled();
  }
}
