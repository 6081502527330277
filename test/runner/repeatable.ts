import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits, type Limits, type Prepared } from "../../src/runner/request";
import { again } from "../../src/runner/rerun";
import { graphOf } from "../../src/recording/graph";
import { folder, runReal } from "./run";

/** A program that ran, and what is needed to run it again. */
export interface Repeatable {
  readonly recording: Recording;
  readonly outline: Outline;
  readonly prepared: Prepared;
}

/** Runs a program for real, ready to be run again. */
export async function repeatable(
  text: string,
  files: Record<string, string> = {},
  limits: Partial<Limits> = {},
): Promise<Repeatable> {
  const root = folder({ "main.ts": text, ...files });
  const { chunks } = await runReal(text, { root });
  const recording = new Recording();
  for (const chunk of chunks) recording.add(chunk);
  const outline = new Outline(recording);
  outline.update();
  const source = { file: "main.ts", root, selection: null };
  const prepared = again(recording, source, { limits: { ...defaultLimits, ...limits } });
  if (isProblem(prepared)) throw new Error(prepared.message);
  return { recording, outline, prepared };
}

/** The segment of an iteration, the one before all of them for −1. */
export function segmentOf({ outline }: Repeatable, iteration: number): number {
  return iteration < 0 ? 0 : outline.iterationSegment(iteration);
}

/** The node with a label in an iteration, −1 for none. */
export function nodeOf(of: Repeatable, label: string, iteration = 0): number {
  const segment = of.outline.segments[segmentOf(of, iteration)]!;
  return graphOf(of.recording, segment).graph.nodes.findIndex((node) => node.label === label);
}
