import { defaultCap, defaultLimits, type Limits } from "../runner/request";

/** What bounds a run and how much of it is kept. */
export interface Bounds {
  readonly limits: Limits;
  readonly cap: number;
  readonly keep: { readonly runs: number; readonly bytes: number };
}

const megabyte = 1_000_000;

/** The bounds as settings have them, by names such as "limits.seconds". */
export function boundsFrom(setting: (name: string, otherwise: number) => number): Bounds {
  const { heapMb, rssMb, wallMs, recordingMb } = defaultLimits;
  return {
    limits: {
      heapMb: setting("limits.heapMegabytes", heapMb),
      rssMb: setting("limits.memoryMegabytes", rssMb),
      wallMs: 1000 * setting("limits.seconds", wallMs / 1000),
      recordingMb: setting("limits.recordingMegabytes", recordingMb),
    },
    cap: setting("recording.elements", defaultCap),
    keep: {
      runs: setting("recordings.runs", 20),
      bytes: megabyte * setting("recordings.megabytes", 1024),
    },
  };
}
