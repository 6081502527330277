import { Checks } from "../../../src/recording/findings/checks";
import type { Finding, FindingKind } from "../../../src/recording/finding";
import { graphOf } from "../../../src/recording/graph";
import { stepsOf } from "../../../src/recording/steps";
import { recorded, type Recorded } from "../recorded";

/** What was found in a program that really ran; `all` has what is merely worth knowing too. */
export interface Found extends Recorded {
  readonly all: readonly Finding[];
  /** "error not-zeroed: w.grad was not zeroed", of errors and warnings. */
  readonly told: readonly string[];
}

/** Runs a program that fails or does not, as is said, and looks for everything. */
export async function found(body: string, fails = false): Promise<Found> {
  const run = await recorded(body);
  const errors = Array.from({ length: run.recording.rows }, (_, row) => row).filter(
    (row) => run.recording.form(row).kind === "error",
  );
  const said = errors.map((row) => run.recording.string(run.recording.arg(row, 0))).join();
  if ((said !== "") !== fails) throw new Error(`The program ${fails ? "did not fail" : `failed: ${said}`}`);
  const all = new Checks(run.outline).update();
  const told = all
    .filter(({ severity }) => severity !== "note")
    .map((each) => `${each.severity} ${each.kind}: ${each.title}`);
  return { ...run, all, told };
}

/** The one finding of a kind. */
export function only(run: Found, kind: FindingKind): Finding {
  const some = run.all.filter((each) => each.kind === kind);
  const [one] = some;
  if (one === undefined || some.length > 1)
    throw new Error(`${some.length} findings of ${kind}: ${run.told.join("; ")}`);
  return one;
}

/** "epoch 1 · w.grad += −54 · w · line 6": the moment, the step, the node and the line of a finding. */
export function where({ recording, outline }: Recorded, finding: Finding): string {
  const segment = outline.segments[finding.segment];
  if (segment === undefined) return "nowhere";
  const step = stepsOf(recording, segment).steps[finding.step]?.text ?? "";
  const node = graphOf(recording, segment).graph.nodes[finding.node]?.label ?? "";
  return [outline.label(segment), step, node, `line ${(finding.place?.line ?? -2) + 1}`].join(" · ");
}

/** The names of the nodes on a finding's path. */
export function way({ recording, outline }: Recorded, finding: Finding): string[] {
  const segment = outline.segments[finding.segment];
  if (segment === undefined) return [];
  return finding.path.map((node) => graphOf(recording, segment).graph.nodes[node]?.label ?? "?");
}

/** Four samples of y = 2x and a weight of 0. */
export const line = `const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
const lossOf = () => w.mul(x).sub(y).pow(2).mean();
`;
