import type { FindingLink, FindingPlace } from "../finding";
import { graphOf } from "../graph";
import type { Outline } from "../outline";
import type { Recording } from "../recording";
import type { Segment } from "../segment";
import { nameOf, startOf } from "../start";
import { stepsOf } from "../steps";

/** Where a row stands in a run, as a person moves through it. */
export class Spot {
  readonly segment: number;
  readonly step: number;
  readonly #segment: Segment | undefined;

  constructor(
    private readonly recording: Recording,
    private readonly outline: Outline,
    readonly row: number,
  ) {
    this.segment = segmentAt(outline, row);
    this.#segment = outline.segments[this.segment];
    const steps = this.#segment === undefined ? [] : stepsOf(recording, this.#segment).steps;
    this.step = Math.max(
      0,
      steps.findLastIndex((step) => step.row <= row),
    );
  }

  /** "epoch 3"; "" where a run has no iterations. */
  get label(): string {
    return this.#segment === undefined || this.outline.iterations === 0 ? "" : this.outline.label(this.#segment);
  }

  /** Index in the segment's graph of what a tensor is there, −1 when it is not drawn. */
  node(tensor: number): number {
    return this.#segment === undefined ? -1 : graphOf(this.recording, this.#segment).tensors.lastIndexOf(tensor);
  }

  /** What a tensor is called. */
  name(tensor: number): string {
    if (this.#segment === undefined) return "a tensor";
    const { graph, names } = graphOf(this.recording, this.#segment);
    const node = graph.nodes[this.node(tensor)];
    if (node?.named === true) return node.label;
    const { state, holder } = startOf(this.recording, this.#segment);
    return (
      nameOf(this.recording, names.get(tensor) ?? holder(tensor)) ?? state.nameOf(tensor) ?? node?.label ?? "a tensor"
    );
  }
}

/** The place of a call site, null when it is unknown. */
export function placeOf(recording: Recording, site: number): FindingPlace | null {
  const found = recording.site(site);
  if (found === undefined) return null;
  const { line, column, endLine, endColumn } = found;
  return { file: recording.programOfSite(site)?.file ?? "", line, column, endLine, endColumn };
}

/** A link to a call site; none when it is unknown. */
export function linkTo(recording: Recording, site: number, message: string): FindingLink[] {
  const place = placeOf(recording, site);
  return place === null ? [] : [{ ...place, message }];
}

/** " in line 12", "" when the place is unknown. */
export function inLine(recording: Recording, site: number): string {
  const line = recording.site(site)?.line;
  return line === undefined ? "" : ` in line ${line + 1}`;
}

/** "a, b and c"; what is too much is counted. */
export function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  if (unique.length > 4) return `${unique.slice(0, 3).join(", ")} and ${unique.length - 3} more`;
  return unique.length < 2 ? (unique[0] ?? "") : `${unique.slice(0, -1).join(", ")} and ${unique.at(-1) ?? ""}`;
}

/** The innermost segment with a row: where async code interleaves, the one that has a step there. */
function segmentAt(outline: Outline, row: number): number {
  const { segments, recording } = outline;
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.firstRow ?? Infinity) <= row) low = middle + 1;
    else high = middle;
  }
  let found = Math.max(0, low - 1);
  for (let at = low - 1; at >= 0 && at > low - 50; at--) {
    const segment = segments[at];
    if (segment === undefined || row >= segment.endRow) continue;
    found = at;
    if (segment.turn < 0 || stepsOf(recording, segment).steps.some((step) => step.row <= row && row <= step.lastRow))
      return at;
  }
  return found;
}
