import { between } from "../../recording/cone";
import type { Finding } from "../../recording/finding";
import { judged, type CheckedNode, type Gradcheck } from "../../recording/gradcheck";
import type { GraphNode } from "../../recording/graph";
import type { Cursor } from "../../recording/moves";
import type { Outline } from "../../recording/outline";
import type { Recording } from "../../recording/recording";
import { fixed } from "../../recording/text";
import { handCandidates } from "../byhand/check";
import { steadiness } from "../byhand/slope";
import { type Loss, lossAt } from "../loss";
import { disagrees } from "../nudge";
import type { Prepared } from "../request";
import { andThen, type Going, measure, type MeasureOptions, type Measurer } from "../rerun";
import { type Shortcut, shortcutTo } from "../shortcut";
import type { Measured, Pass } from "../wire";
import { blame } from "./blame";
import { checkedSlope, closer, numericOf, type Sides, verdictOn } from "./slope";
import { passesOf, type Subject, subjectOf, type Way } from "./subject";

/** More passes are not run for one check. */
const mostPasses = 800;
/** What part of the time is left for trying again what did not agree. */
const reserve = 0.25;

/** What a check came to: its table, and what it found wrong, with the places. */
export interface Checked {
  readonly outcome: Gradcheck;
  readonly findings: readonly Finding[];
}

/** A check that goes on. */
export interface GradientCheck {
  stop(): void;
  /** A string says why there is no outcome. */
  readonly ended: Promise<Checked | string>;
}

/** Thrown where a re-run did not come to its end; the message is for a person. */
class Interrupted extends Error {}

/** Subject by subject what is known of each of its ways. */
interface Probed {
  readonly subject: Subject;
  readonly sides: readonly Sides[];
  /** Why nothing is known, "" where it is. */
  readonly why: string;
}

/** Holds the gradients of the moment at a cursor against central differences, of one node (−1: of all). */
export function checkGradients(
  recording: Recording,
  outline: Outline,
  cursor: Cursor,
  node: number,
  prepared: Prepared,
  options: MeasureOptions = {},
): GradientCheck {
  const loss = lossAt(recording, outline, cursor);
  if (typeof loss === "string") {
    const byHand = handCandidates(recording, outline).length > 0;
    const why = byHand
      ? `${loss} What is worked out by hand is checked after every run: the list above says how.`
      : loss;
    return { stop: () => undefined, ended: Promise.resolve(why) };
  }
  const start = (from: Shortcut): Going<Checked | string> => {
    const check = new Check(from, cursor.segment, options);
    return { stop: () => check.stop(), ended: check.run(node) };
  };
  return andThen(shortcutTo(loss, outline, prepared, options), start, wasStopped);
}

const wasStopped = "The check was stopped.";

class Check {
  private readonly loss: Loss;
  private readonly prepared: Prepared;
  readonly #notes: readonly string[];
  readonly #deadline: number;
  readonly #leaves: readonly Subject[];
  #running: Measurer | null = null;
  #stopped = false;
  #cut = false;
  #done = 0;
  #of = 0;

  constructor(
    from: Shortcut,
    private readonly segment: number,
    private readonly options: MeasureOptions,
  ) {
    const { loss, prepared } = from;
    [this.loss, this.prepared, this.#notes] = [loss, prepared, from.notes];
    this.#deadline = performance.now() + prepared.request.limits.wallMs;
    const leaves = loss.drawn.graph.nodes.filter(({ kind }) => kind === "leaf");
    this.#leaves = leaves
      .map((leaf) => subjectOf(loss, leaf))
      .filter((each) => typeof each === "object" && each !== null);
  }

  stop(): void {
    this.#stopped = true;
    this.#running?.stop();
  }

  async run(node: number): Promise<Checked | string> {
    try {
      return await this.#run(node);
    } catch (error) {
      if (error instanceof Interrupted) return error.message;
      throw error;
    }
  }

  async #run(only: number): Promise<Checked | string> {
    const { loss } = this;
    const { nodes } = loss.drawn.graph;
    const wanted = only < 0 ? nodes : nodes.filter(({ index }) => index === only);
    const found = wanted.map((each) => ({ node: each, subject: subjectOf(loss, each) }));
    const subjects = found.flatMap(({ subject }) => (typeof subject === "object" && subject ? [subject] : []));
    const unchecked = found.flatMap(({ node, subject }) =>
      typeof subject === "string" ? [unknown(node, `Not checked: ${subject}.`)] : [],
    );
    if (subjects.length + unchecked.length === 0)
      return only < 0
        ? `No gradient of ${loss.name} reaches anything here.`
        : "Only what a gradient has reached can be checked.";
    const [same] = await this.#measure([{ puts: [], turns: loss.turns }], false);
    const now = same && loss.in(same);
    if (now === undefined) return "The re-run never came to this backward pass.";
    if (!Object.is(now, loss.value)) return disagrees(loss, now);

    const { within, notes } = bounded(subjects);
    const checked = await this.#checkAll(within);
    if (only >= 0 && !this.#cut && checked.some((each) => judged(each) === "wrong")) {
      const way = between(loss.drawn.graph, only, loss.gradients.rootOf(loss.pass));
      const rest = nodes.filter(({ index, kind }) => kind === "op" && index !== only && way.has(index));
      const further = rest
        .map((each) => subjectOf(loss, each))
        .filter((each) => typeof each === "object" && each !== null);
      checked.push(...(await this.#checkAll(bounded(further).within)));
    }
    const all = [...checked, ...unchecked].sort((a, b) => Number(b.leaf) - Number(a.leaf) || a.node - b.node);
    const findings = blame(loss, this.segment, all);
    if (findings.length === 0 && all.some((each) => judged(each) === "wrong"))
      notes.push("Which rule it is could not be told: what was made from it could not be checked.");
    if (this.#cut) {
      const seconds = Math.round(this.prepared.request.limits.wallMs / 1000);
      const came = all.filter(({ slopes }) => slopes.length > 0).length;
      notes.push(`The check was cut off after ${seconds} s, when ${came} of ${all.length} gradients were done.`);
    }
    if (all.some(({ slopes }) => slopes.some(({ name }) => name.startsWith("direction"))))
      notes.push("Tensors of many elements are checked along a few random directions, the same each time.");
    return {
      outcome: { segment: this.segment, loss: loss.name, nodes: all, notes: [...notes, ...this.#notes] },
      findings,
    };
  }

  /** Checks subjects at one go; what did not agree is tried again with a smaller step. */
  async #checkAll(subjects: readonly Subject[]): Promise<CheckedNode[]> {
    const { loss } = this;
    const start: Pass = { puts: [], turns: loss.turns, gradients: subjects.map(({ node }) => loss.which(node.index)) };
    const passes = subjects.flatMap((subject) => passesOf(loss, subject, subject.ways));
    const [first, ...rest] = await this.#measure([start, ...passes], true, 1 - reserve);
    const at = first && loss.in(first);
    if (!first) throw new Interrupted("The check was cut off before a re-run came to its end.");
    if (at === undefined) throw new Interrupted("The re-run never came to this backward pass.");
    // Float64 rounds otherwise; far from what was recorded it would be a check of something else.
    if (!near(at, loss.value, 1e-5))
      throw new Interrupted(
        `Computed in float64 ${loss.name} is ${fixed(at)} where ${fixed(loss.value)} was recorded, so this moment is too sensitive to rounding for a check.`,
      );
    const gradients = first.readings[0]?.gradients.filter(({ pass }) => pass === loss.nth) ?? [];
    let next = 0;
    const probed = subjects.map((subject): Probed => {
      const count = 2 * subject.ways.length;
      const own = rest.slice(next, (next += count));
      const whole = own.length === count;
      const why = !whole
        ? "Not checked: the time was up."
        : this.#came(own, subject)
          ? ""
          : "Not checked: a re-run in float64 does not come to it as it was.";
      return { subject, why, sides: why === "" ? sidesOf(loss, own, subject.h) : [] };
    });
    const claims = probed.map(({ subject }, k) => {
      const gradient = gradients.find(({ wanted }) => wanted === k)?.elements;
      return gradient && gradient.length === subject.elements.length
        ? subject.ways.map(({ direction }) => gradient.reduce((sum, g, k) => sum + g * (direction[k] ?? 0), 0))
        : null;
    });
    const most = probed.map(({ sides }) => Math.max(0, ...sides.map((each) => Math.abs(numericOf(each)))));
    const again = probed.map(({ subject, sides }, k): readonly Way[] =>
      subject.ways.filter((_, w) => {
        const [claim, side] = [claims[k]?.[w], sides[w]];
        return claim !== undefined && side !== undefined && verdictOn(claim, at, side, null, most[k] ?? 0) === "wrong";
      }),
    );
    const seconds = await this.#closer(probed, again);
    return probed.map(({ subject, sides, why }, k): CheckedNode => {
      const claimed = claims[k];
      const { node } = subject;
      if (why !== "") return unknown(node, why);
      if (!claimed) return unknown(node, "Not checked: no gradient comes to it in float64.");
      const slopes = subject.ways.map((way, w) => {
        const [claim = NaN, side = { h: NaN, above: NaN, below: NaN }] = [claimed[w], sides[w]];
        const second = seconds[k]?.get(way) ?? null;
        return checkedSlope(way.name, claim, side, verdictOn(claim, at, side, second, most[k] ?? 0));
      });
      return { ...unknown(node, ""), elements: subject.elements.length, slopes };
    });
  }

  async #closer(probed: readonly Probed[], ways: readonly (readonly Way[])[]): Promise<Map<Way, Sides>[]> {
    const passes = probed.flatMap(({ subject }, k) => passesOf(this.loss, subject, ways[k] ?? [], closer));
    const measured = passes.length > 0 ? await this.#measure(passes, true) : [];
    let next = 0;
    return probed.map(({ subject }, k) => {
      const own = ways[k] ?? [];
      const sides = sidesOf(this.loss, measured.slice(next, (next += 2 * own.length)), subject.h * closer);
      return new Map(own.flatMap((way, w) => (sides[w] ? [[way, sides[w]]] : [])));
    });
  }

  /** Whether the re-runs came to what a subject held, but for what rounding had made of it. */
  #came(own: readonly Measured[], { elements }: Subject): boolean {
    const size = Math.max(1, ...elements.map(Math.abs));
    return own.every(({ found }) => {
      const before = found[0];
      return (
        before?.length === elements.length && before.every((x, k) => near(x, elements[k] ?? NaN, steadiness * size))
      );
    });
  }

  /** Runs passes; in float64 all leaves hold what they held then, however far rounding had let them drift. */
  async #measure(passes: readonly Pass[], double: boolean, part = 1): Promise<readonly Measured[]> {
    const { loss, prepared, options } = this;
    const { limits } = prepared.request;
    const wallMs = Math.max(1, part * (this.#deadline - performance.now()));
    const { literals, puts } = prepared.change ?? { literals: [], puts: [] };
    const then = double ? this.#leaves.map(({ node, elements }) => loss.put(node.index, elements)) : [];
    const before = this.#done;
    this.#of += passes.length;
    this.#running = measure(
      {
        ...prepared,
        request: { ...prepared.request, limits: { ...limits, wallMs } },
        change: { literals, puts: [...puts, ...then] },
      },
      passes,
      {
        ...options,
        double,
        progress: (done) => options.progress?.((this.#done = before + done), this.#of),
      },
    );
    if (this.#stopped) this.#running.stop();
    const { measured, problem, stopped } = await this.#running.ended;
    this.#done = before + measured.length;
    if (stopped) throw new Interrupted(wasStopped);
    const failed = measured.find((each) => each.problem !== "");
    if (failed) throw new Interrupted(`A re-run failed: ${failed.problem}`);
    if (problem && problem.kind !== "limit")
      throw new Interrupted(`A re-run did not come to its end: ${problem.message}`);
    this.#cut ||= problem !== null;
    return measured;
  }
}

function bounded(subjects: readonly Subject[]): { within: Subject[]; notes: string[] } {
  const within: Subject[] = [];
  let passes = 0;
  const inOrder = [...subjects].sort((a, b) => Number(a.node.kind !== "leaf") - Number(b.node.kind !== "leaf"));
  for (const subject of inOrder) {
    passes += 2 * subject.ways.length;
    if (passes > mostPasses) break;
    within.push(subject);
  }
  const out = subjects.length - within.length;
  return {
    within,
    notes:
      out === 0 ? [] : [`${out} of ${subjects.length} gradients were left out: a check has ${mostPasses} re-runs.`],
  };
}

function sidesOf(loss: Loss, measured: readonly Measured[], h: number): Sides[] {
  return Array.from({ length: measured.length / 2 }, (_, k) => {
    const [above, below] = [measured[2 * k], measured[2 * k + 1]];
    return { h, above: (above && loss.in(above)) ?? NaN, below: (below && loss.in(below)) ?? NaN };
  });
}

function unknown({ index, label, kind }: GraphNode, why: string): CheckedNode {
  return { node: index, name: label, leaf: kind === "leaf", elements: 0, slopes: [], why };
}

function near(a: number, b: number, room: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= Math.max(room, steadiness * Math.max(Math.abs(a), Math.abs(b)));
}
