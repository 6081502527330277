import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import type { Segment } from "../../src/recording/segment";
import { stepsOf } from "../../src/recording/steps";
import { folder, runReal } from "../runner/run";

/** A program as it ran in the real child, and what was found in its recording. */
export interface Recorded {
  readonly recording: Recording;
  readonly outline: Outline;
  readonly chunks: readonly Uint8Array[];
  readonly printed: readonly string[];
}

/** Runs a program and reads its recording. What it does not import itself is imported for it. */
export async function recorded(body: string, files: Readonly<Record<string, string>> = {}): Promise<Recorded> {
  const text = body.includes('from "backstep"') ? body : `${imports}\n${body}`;
  const root = folder({ "main.ts": text, ...files });
  const { chunks, printed } = await runReal(text, { root });
  const recording = new Recording();
  for (const chunk of chunks) recording.add(chunk);
  const outline = new Outline(recording);
  outline.update();
  return { recording, outline, chunks, printed };
}

const imports = `import { nn, noGrad, optim, tensor, type Tensor } from "backstep";`;

/** Kind, label and phases of each segment, as text: "epoch 0: forward backward(l) update". */
export function told({ recording, outline }: Pick<Recorded, "recording" | "outline">): string[] {
  return outline.segments.map((segment) => `${outline.label(segment)}: ${phases(recording, segment)}`);
}

/** "forward backward(l) update" */
export function phases(recording: Recording, segment: Segment): string {
  return stepsOf(recording, segment)
    .phases.map(({ kind, root }) => (root === "" ? kind : `${kind}(${root})`))
    .join(" ");
}

/** The steps of a segment in words. */
export function texts(recording: Recording, segment: Segment | undefined): string[] {
  return segment === undefined ? [] : stepsOf(recording, segment).steps.map(({ text }) => text);
}

/** The segment of an iteration. */
export function iteration(outline: Outline, index: number): Segment {
  const segment = outline.segments[outline.iterationSegment(index)];
  if (segment === undefined) throw new Error(`There is no iteration ${index}.`);
  return segment;
}
