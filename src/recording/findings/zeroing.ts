import type { Finding } from "../finding";
import type { Form } from "../format";
import type { Outline } from "../outline";
import type { Recording } from "../recording";
import { short } from "../text";
import type { Leaves } from "./leaves";
import { inLine, linkTo, listed, placeOf, Spot } from "./spot";
import type { Watch } from "./watch";

/** What the `.grad` of a leaf went through since it was last empty; rows, −1 for never. */
interface Ledger {
  /** "fresh": no update has used it yet. "lost": zeroed before one did. "stale": an update used it, and it is still there. */
  state: "empty" | "fresh" | "stale" | "lost";
  /** The first accumulation into a used gradient, and the one before; it is no harm before an update uses the sum. */
  mixed: { readonly row: number; readonly pass: number; readonly held: number } | null;
  /** A backward that added what an earlier one had added: its accumulation, and that earlier backward. */
  again: { readonly row: number; readonly pass: number; readonly earlier: number; readonly doubled: boolean } | null;
  accumulated: number;
  used: number;
  zeroed: number;
}

/** The first time that something goes wrong at a site: where, for which leaves, and the rows that have a part in it. */
interface Wrong {
  readonly row: number;
  /** Leaves that go wrong in the same round are told together. */
  readonly round: number;
  readonly leaves: Set<number>;
  readonly update: number;
  readonly before: number;
  /** The accumulation that had left what was used; −1 where nobody asks. */
  readonly held: number;
  readonly doubled: boolean;
}

/** By the site of an update how often it had gradients, and how often they had been zeroed. */
interface Updates {
  good: number;
  readonly lost: Map<number, Wrong>;
}

/**
 * Finds gradients that were used twice, or not at all: a backward that adds to a gradient which an update had already
 * used, when a further update uses the sum; gradients zeroed before every update; a second backward from the same root.
 */
export class Zeroing implements Watch {
  readonly #ledgers = new Map<number, Ledger>();
  readonly #mixed = new Map<number, Wrong>();
  readonly #again = new Map<number, Wrong>();
  readonly #updates = new Map<number, Updates>();
  /** By root the last backward from it. */
  readonly #passes = new Map<number, number>();
  readonly #running: { readonly row: number; readonly earlier: number }[] = [];

  constructor(
    private readonly recording: Recording,
    private readonly leaves: Leaves,
  ) {}

  read(row: number, form: Form): void {
    const { recording, leaves } = this;
    switch (form.kind) {
      case "backward": {
        const root = recording.arg(row, 0);
        this.#running.push({ row, earlier: this.#passes.get(root) ?? -1 });
        this.#passes.set(root, row);
        return;
      }
      case "backwardEnd":
        this.#running.pop();
        return;
      case "accumulate":
        if (form.flag !== "retained") this.#accumulated(row, recording.arg(row, 0));
        return;
      case "gradSet":
        this.#zeroed(row, recording.arg(row, 0), recording.arg(row, 1) < 0);
        return;
      case "optimizer":
      case "skipped": {
        const parameters = Array.from({ length: form.inputs }, (_, k) => recording.arg(row, k));
        this.#used(row, form.site, parameters);
        return;
      }
      case "update": {
        const gradientOf = leaves.ofGradient(recording.arg(row, form.inputs));
        if (gradientOf !== undefined) return this.#zeroed(row, gradientOf, form.op === "zero_");
        const leaf = leaves.ofStorage(recording.arg(row, form.inputs + 1));
        if (leaf !== undefined && leaves.sources(row, form).includes(leaf)) this.#used(row, form.site, [leaf]);
        return;
      }
      default:
    }
  }

  findings(outline: Outline): Finding[] {
    const found: Finding[] = [];
    for (const [site, wrong] of this.#mixed) found.push(this.#notZeroed(outline, site, wrong));
    for (const [site, wrong] of this.#again) found.push(this.#backwardTwice(outline, site, wrong));
    for (const [site, { good, lost }] of this.#updates)
      if (good === 0) for (const [zeroing, wrong] of lost) found.push(this.#zeroedEarly(outline, zeroing, site, wrong));
    return found;
  }

  #ledger(leaf: number): Ledger {
    let found = this.#ledgers.get(leaf);
    if (found === undefined) {
      found = { state: "empty", mixed: null, again: null, accumulated: -1, used: -1, zeroed: -1 };
      this.#ledgers.set(leaf, found);
    }
    return found;
  }

  #accumulated(row: number, leaf: number): void {
    const ledger = this.#ledger(leaf);
    const pass = this.#running.at(-1);
    if (pass !== undefined && pass.earlier >= 0 && ledger.again === null) {
      const { earlier } = pass;
      const doubled = ledger.zeroed < earlier && ledger.used < earlier && this.#sameSeed(pass.row, earlier);
      if (doubled || ledger.used > earlier) ledger.again = { row, pass: pass.row, earlier, doubled };
    }
    if (ledger.state === "stale") {
      if (ledger.again === null) ledger.mixed ??= { row, pass: pass?.row ?? row, held: ledger.accumulated };
    } else ledger.state = "fresh";
    ledger.accumulated = row;
  }

  /** The gradient was zeroed, set to null, or (`all` false) given other contents. */
  #zeroed(row: number, leaf: number, all: boolean): void {
    const ledger = this.#ledger(leaf);
    if (ledger.state === "empty" || (ledger.state === "lost" && all)) return;
    if (all) {
      ledger.state = ledger.state === "fresh" ? "lost" : "empty";
      ledger.zeroed = row;
      ledger.again = null;
    } else ledger.state = "fresh";
    ledger.mixed = null;
  }

  /** An update used the gradients of these leaves. */
  #used(row: number, site: number, leaves: readonly number[]): void {
    let good = false;
    const lost: number[] = [];
    for (const leaf of leaves) {
      const ledger = this.#ledgers.get(leaf);
      if (ledger === undefined) continue;
      if (ledger.state === "lost") lost.push(leaf);
      else if (ledger.state !== "empty") {
        good = true;
        this.#charge(row, leaf, ledger);
        [ledger.state, ledger.used] = ["stale", row];
      }
    }
    if (!good && lost.length === 0) return;
    const updates = this.#updates.get(site) ?? { good: 0, lost: new Map<number, Wrong>() };
    this.#updates.set(site, updates);
    if (good) {
      updates.good++;
      updates.lost.clear();
    } else if (updates.good === 0)
      for (const leaf of lost) {
        const { zeroed, accumulated } = this.#ledger(leaf);
        const wrong = { row: zeroed, round: row, update: row, before: accumulated, held: -1, doubled: false };
        this.#put(updates.lost, leaf, wrong);
        this.#ledger(leaf).state = "empty";
      }
  }

  #charge(row: number, leaf: number, ledger: Ledger): void {
    const { mixed, again, used } = ledger;
    if (mixed !== null) {
      const { row: at, pass, held } = mixed;
      this.#put(this.#mixed, leaf, { row: at, round: pass, update: row, before: used, held, doubled: false });
    }
    if (again !== null) {
      const { row: at, pass, earlier, doubled } = again;
      this.#put(this.#again, leaf, { row: at, round: pass, update: row, before: earlier, held: -1, doubled });
    }
    [ledger.mixed, ledger.again] = [null, null];
  }

  #put(to: Map<number, Wrong>, leaf: number, wrong: Omit<Wrong, "leaves">): void {
    const { site } = this.recording.form(wrong.row);
    const known = to.get(site);
    if (known === undefined) to.set(site, { ...wrong, leaves: new Set([leaf]) });
    else if (known.round === wrong.round) known.leaves.add(leaf);
  }

  #sameSeed(a: number, b: number): boolean {
    const [one, other] = [this.recording.blockOf(a, 0).data, this.recording.blockOf(b, 0).data];
    if (one === null || other === null || one.length !== other.length) return false;
    for (let k = 0; k < one.length; k++) if (one[k] !== other[k]) return false;
    return true;
  }

  /** " the −30"; " what" for more than a number. */
  #held(row: number): string {
    const { data } = this.recording.blockOf(row, 0);
    return data?.length === 1 ? `the ${short(data[0] ?? NaN)} that` : "what";
  }

  #notZeroed(outline: Outline, site: number, { row, leaves, update, before, held }: Wrong): Finding {
    const { recording } = this;
    const spot = new Spot(recording, outline, row);
    const tensors = [...leaves];
    const names = tensors.map((leaf) => spot.name(leaf));
    const [first = -1] = tensors;
    const grads = listed(names.map((name) => `${name}.grad`));
    const many = tensors.length > 1;
    const when = spot.label === "" ? "" : ` in ${spot.label}`;
    const byOptimizer = recording.form(update).kind !== "update";
    return {
      id: `not-zeroed@${site}`,
      kind: "not-zeroed",
      severity: "error",
      title: `${grads} ${many ? "were" : "was"} not zeroed`,
      cause: `This backward added to ${grads}${when}, which still held ${many ? "what" : this.#held(held)} the update${inLine(recording, recording.form(before).site)} had already used, so the next update moved by the sum.`,
      remedy: byOptimizer
        ? "Call optimizer.zeroGrad() once per update, before backward() or after step()."
        : `Zero it after the update: ${names[0] ?? "w"}.grad!.zero_(), or ${names[0] ?? "w"}.grad = null.`,
      segment: spot.segment,
      step: spot.step,
      node: spot.node(first),
      place: placeOf(recording, site),
      related: [
        ...linkTo(recording, recording.form(before).site, "This update had used the gradient already."),
        ...(recording.form(update).site === recording.form(before).site
          ? []
          : linkTo(recording, recording.form(update).site, "This update used the sum.")),
      ],
      path: [],
    };
  }

  #zeroedEarly(outline: Outline, zeroing: number, site: number, { row, leaves, before }: Wrong): Finding {
    const { recording } = this;
    const spot = new Spot(recording, outline, row);
    const tensors = [...leaves];
    const grads = listed(tensors.map((leaf) => `${spot.name(leaf)}.grad`));
    const backward = recording.form(before).site;
    return {
      id: `zeroed-early@${zeroing}`,
      kind: "zeroed-early",
      severity: "error",
      title: `${grads} ${tensors.length > 1 ? "were" : "was"} zeroed before the update`,
      cause: `The gradient that the backward${inLine(recording, backward)} left in ${grads} was zeroed here before the update${inLine(recording, site)} could use it, so nothing is learned.`,
      remedy: "Zero gradients after the update, or before backward().",
      segment: spot.segment,
      step: spot.step,
      node: spot.node(tensors[0] ?? -1),
      place: placeOf(recording, zeroing),
      related: [
        ...linkTo(recording, backward, "This backward had filled it."),
        ...linkTo(recording, site, "This update found nothing."),
      ],
      path: [],
    };
  }

  #backwardTwice(outline: Outline, site: number, { row, leaves, before, doubled }: Wrong): Finding {
    const { recording } = this;
    const spot = new Spot(recording, outline, row);
    const tensors = [...leaves];
    const grads = listed(tensors.map((leaf) => `${spot.name(leaf)}.grad`));
    const earlier = recording.form(before).site;
    const root = spot.name(recording.arg(before, 0));
    return {
      id: `backward-twice@${site}`,
      kind: "backward-twice",
      severity: "error",
      title: doubled ? `${grads} counted twice` : `backward() through an old graph`,
      cause: doubled
        ? `${root} went backward before${earlier === site ? "" : inLine(recording, earlier)}, and this backward added the same gradient to ${grads} once more, which the next update used.`
        : `${root} was computed before the last update and went backward then, so this backward brought the gradient of the old weights to ${grads} again.`,
      remedy: doubled
        ? "Call backward() once per forward, or zero the gradients in between."
        : "Compute the loss anew in each turn of the loop, before backward().",
      segment: spot.segment,
      step: spot.step,
      node: spot.node(tensors[0] ?? -1),
      place: placeOf(recording, site),
      related: earlier === site ? [] : linkTo(recording, earlier, "The first backward from there."),
      path: [],
    };
  }
}
