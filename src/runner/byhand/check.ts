import type { Put } from "../../recording/change";
import type { Finding, FindingPlace } from "../../recording/finding";
import type { Range } from "../../recording/format";
import { eachRow } from "../../recording/memo";
import type { Outline } from "../../recording/outline";
import type { Recording } from "../../recording/recording";
import type { Segment } from "../../recording/segment";
import { stepsOf } from "../../recording/steps";
import { fixed } from "../../recording/text";
import { type Going, measure, type MeasureOptions, type Measurer } from "../rerun";
import type { Prepared } from "../request";
import type { Measured, Pass } from "../wire";
import { Ancestry, type Mean } from "./ancestry";
import { descentsIn, type Descent } from "./descent";
import { directions, stepAt, steadiness, verdicts, type Probe, type Verdict } from "./slope";
import { handTurns, type HandTurn } from "./turns";

const turnsTried = 5;
const elementsEach = 8;
const directionsOfMany = 3;
/** Where the gradient is smaller than this part of its largest, it is left alone. */
const worthTrying = 1e-3;

/** A check that goes on. */
export interface HandCheck {
  stop(): void;
  /** What was found; empty when there is nothing to say. */
  readonly found: Promise<readonly Finding[]>;
}

interface Candidate {
  readonly descent: Descent;
  /** All turns in which it steps, and the five that are tried. */
  readonly turns: readonly HandTurn[];
  readonly tried: readonly HandTurn[];
}

/** A step by hand whose gradient is, but for a factor, that of a loss. */
export interface Judged extends Candidate {
  readonly verdict: Verdict;
}

/** Whether a run has anything to check: an update by hand, in at least five turns of a loop without backward. */
export function handCandidates(recording: Recording, outline: Outline): readonly Candidate[] {
  const descents = recording.programs.flatMap((program) => descentsIn(program));
  return descents
    .map((descent) => ({ descent, turns: handTurns(recording, outline, descent) }))
    .map((each) => ({ ...each, tried: chosen(each.turns) }))
    .filter(({ tried }) => tried.length === turnsTried);
}

/** Holds the hand-written gradients of a run against central differences of re-runs. */
export function checkByHand(
  recording: Recording,
  outline: Outline,
  prepared: Prepared,
  options: MeasureOptions = {},
): HandCheck {
  const judging = judgeByHand(recording, outline, prepared, options);
  const found = judging.ended.then((all) => all.flatMap((each) => worded(recording, outline, each) ?? []));
  return { stop: () => judging.stop(), found };
}

/** Finds the losses that a run steps down by hand, by central differences of re-runs. */
export function judgeByHand(
  recording: Recording,
  outline: Outline,
  prepared: Prepared,
  options: MeasureOptions = {},
): Going<readonly Judged[]> {
  let stopped = false;
  let running: Measurer | null = null;
  const all = async (): Promise<readonly Judged[]> => {
    const judged: Judged[] = [];
    for (const candidate of handCandidates(recording, outline)) {
      if (stopped) break;
      const probing = probes(candidate);
      running = measure(prepared, probing.passes, { ...options, double: true });
      const { measured, problem } = await running.ended;
      if (problem || measured.length < probing.passes.length) continue;
      const verdict = verdictOn(recording, candidate, probing, measured);
      if (verdict) judged.push({ ...candidate, verdict });
    }
    return judged;
  };
  return {
    stop: () => {
      stopped = true;
      running?.stop();
    },
    ended: all(),
  };
}

/** Five turns spread over those in which the gradient is worth looking at. */
function chosen(turns: readonly HandTurn[]): HandTurn[] {
  const norms = turns.map(({ gradient }) => Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0)));
  if (!norms.every(Number.isFinite)) return [];
  const most = Math.max(...norms);
  const worth = turns.filter((_, k) => (norms[k] ?? 0) >= worthTrying * most && most > 0);
  if (worth.length < turnsTried) return [];
  return Array.from(
    { length: turnsTried },
    (_, k) => worth[Math.floor((k * (worth.length - 1)) / (turnsTried - 1))],
  ).filter((turn) => turn !== undefined);
}

interface Probing {
  readonly passes: readonly Pass[];
  /** What pass 2k and 2k + 1 try. */
  readonly tried: readonly { readonly turn: HandTurn; readonly direction: readonly number[]; readonly h: number }[];
}

function probes({ descent, tried: turns }: Candidate): Probing {
  const passes: Pass[] = [];
  const tried: Probing["tried"][number][] = [];
  for (const turn of turns) {
    const n = turn.weight.length;
    const ways = n <= elementsEach ? unit(n) : directions(n, directionsOfMany);
    for (const direction of ways) {
      const most = turn.weight.reduce((most, p, k) => (direction[k] === 0 ? most : Math.max(most, Math.abs(p))), 0);
      const h = stepAt(most);
      for (const by of [h, -h]) {
        const elements = turn.weight.map((p, k) => p + by * (direction[k] ?? 0));
        passes.push({ puts: [putInto(descent, turn, elements)], turns: [turn.turn] });
      }
      tried.push({ turn, direction, h });
    }
  }
  return { passes, tried };
}

/** Gives the weight of a step other elements from the beginning of its turn on. */
export function putInto({ weight: binding }: Descent, { turn, nth }: HandTurn, elements: readonly number[]): Put {
  return nth >= 0
    ? { at: "write", binding, nth, number: elements[0] ?? NaN }
    : { at: "turn", turn, tensor: -1, binding, elements };
}

function unit(n: number): number[][] {
  return Array.from({ length: n }, (_, k) => Array.from({ length: n }, (_, j) => (j === k ? 1 : 0)));
}

function verdictOn(
  recording: Recording,
  { descent }: Candidate,
  { tried }: Probing,
  measured: readonly Measured[],
): Verdict | null {
  const made: Probe[] = [];
  for (const [k, { turn, direction, h }] of tried.entries()) {
    const [above, below] = [measured[2 * k], measured[2 * k + 1]];
    if (!above || !below || !agrees(above, turn) || !agrees(below, turn)) return null;
    const claimed = turn.gradient.reduce((sum, g, i) => sum + g * (direction[i] ?? 0), 0);
    made.push({ turn: turn.turn, h, claimed, above: lastWrites(above), below: lastWrites(below) });
  }
  const own = new Set([descent.weight, descent.gradient]);
  const candidates = [...(made[0]?.above.keys() ?? [])].filter(
    (id) => !own.has(id) && made.some(({ above, below }) => above.get(id) !== below.get(id)),
  );
  // What a function calls its argument or its result comes after what the loop calls it.
  const order = (id: number): number => (["const", "let", "var"].indexOf(recording.binding(id).kind) < 0 ? 1 : 0);
  const found = verdicts(
    made,
    candidates.reverse().sort((a, b) => order(a) - order(b)),
  );
  return found.length > 1 ? null : (found[0] ?? null);
}

/** Whether the re-run came to the weight as it was recorded, but for what rounding to float32 had made of it. */
function agrees({ problem, found, readings }: Measured, { weight }: HandTurn): boolean {
  const [before] = found;
  if (problem !== "" || !before || readings.length !== 1 || before.length !== weight.length) return false;
  return before.every((x, k) => Math.abs(x - (weight[k] ?? NaN)) <= steadiness * Math.max(1, Math.abs(x)));
}

function lastWrites({ readings }: Measured): Map<number, number> {
  return new Map(readings.flatMap(({ writes }) => writes.map(([id, value]): [number, number] => [id, value])));
}

function worded(
  recording: Recording,
  outline: Outline,
  { descent: { name, gradientName }, tried: [turn], verdict: { candidate, factor, claimed, numeric } }: Judged,
): Finding | null {
  const segment = outline.segments[turn?.segment ?? -1];
  if (!turn || !segment) return null;
  const loss = recording.binding(candidate).name;
  const { steps } = stepsOf(recording, segment);
  const step = Math.max(
    0,
    steps.findLastIndex(({ row }) => row <= turn.gradientRow),
  );
  const site = recording.form(turn.gradientRow).site;
  const shared = {
    id: `hand-written-gradient ${name} ${gradientName}`,
    kind: "hand-written-gradient",
    segment: turn.segment,
    step,
    node: steps[step]?.node ?? -1,
    place: placeOf(recording, site),
    path: [],
  } as const;
  const of = `∂${loss}/∂${name}`;
  const what = gradientName.length <= 24 ? gradientName : `the gradient of ${name}`;
  if (Math.abs(factor - 1) <= steadiness) {
    return {
      ...shared,
      severity: "note",
      title: `${what} agrees with the numerical gradient`,
      cause: `Over five turns ${what} is what central differences of ${loss} give for ${of}: ${fixed(numeric)} in the first.`,
      remedy: "",
      related: [],
    };
  }
  const ancestry = new Ancestry(recording, segment);
  const lossTensor = writtenTensor(recording, segment, candidate, ancestry);
  const meanOfLoss = lossTensor < 0 ? undefined : ancestry.means(lossTensor)[0];
  const isN = meanOfLoss !== undefined && meanOfLoss.over > 1 && near(factor, meanOfLoss.over);
  const gradient =
    turn.gradientTensor >= 0 ? turn.gradientTensor : ancestry.sourceOf(turn.gradient[0] ?? NaN, turn.gradientRow);
  const single = isN ? ancestry.means(gradient).find(({ over }) => over === 1) : undefined;
  const times = figure(factor, isN ? meanOfLoss.over : null);
  const why = !isN
    ? ""
    : single
      ? ` The loss is a mean over ${times} elements, but the mean in line ${lineOf(recording, single)} averages a single number, which is the sum of all ${times} already.`
      : ` ${times} is how many elements the mean in line ${lineOf(recording, meanOfLoss)} runs over.`;
  return {
    ...shared,
    severity: "warning",
    title: `${what} is ${times} × ${of}`,
    cause: `By hand it is ${fixed(claimed)} where central differences of ${loss} give ${fixed(numeric)}, and ${times} times as much in all five turns that were tried.${why}`,
    remedy: single
      ? `Divide by ${times} instead of taking a mean there; as it is, the loop trains with ${times} times the learning rate it names.`
      : `Correct the formula, or divide by ${times}; as it is, the loop trains with ${times} times the learning rate it names.`,
    related: [
      ...(single ? link(recording, single, "averages a single number") : []),
      ...(isN ? link(recording, meanOfLoss, `the mean over ${times} elements`) : []),
    ],
  };
}

function figure(factor: number, n: number | null): string {
  return n !== null
    ? String(n)
    : near(factor, Math.round(factor))
      ? String(Math.round(factor))
      : String(Number(factor.toPrecision(4)));
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= steadiness * Math.abs(b);
}

/** The tensor that a turn's last write gave a binding, or that the number was read from; −1 for none. */
function writtenTensor(recording: Recording, segment: Segment, binding: number, ancestry: Ancestry): number {
  let found = -1;
  eachRow(recording, segment, (row) => {
    const form = recording.form(row);
    if (form.kind !== "write" || form.ref !== binding) return;
    if (form.valueType === "tensor") found = recording.arg(row, 0);
    else if (form.valueType === "number") found = ancestry.sourceOf(recording.number(row, 0), row);
  });
  return found;
}

function lineOf(recording: Recording, { site }: Mean): number {
  return (recording.site(site)?.line ?? -1) + 1;
}

function link(recording: Recording, { site }: Mean, message: string): (FindingPlace & { message: string })[] {
  const place = placeOf(recording, site);
  return place ? [{ ...place, message }] : [];
}

function placeOf(recording: Recording, site: number): FindingPlace | null {
  const found: Range | undefined = recording.site(site);
  if (!found) return null;
  const { line, column, endLine, endColumn } = found;
  return { file: recording.programOfSite(site)?.file ?? "", line, column, endLine, endColumn };
}
