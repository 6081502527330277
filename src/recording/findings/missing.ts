import type { Finding } from "../finding";
import type { Form } from "../format";
import type { Outline } from "../outline";
import type { Recording } from "../recording";
import { lastTold, reasonFor, type Reason } from "./reason";
import { inLine, linkTo, listed, placeOf, Spot } from "./spot";
import type { Watch } from "./watch";

/** A null `.grad` that was used at a site, after a backward that should have filled it. */
interface Used {
  readonly row: number;
  readonly tensor: number;
  readonly backward: number;
}

/** A parameter that steps left out. */
interface Skipped {
  readonly row: number;
  readonly backward: number;
  count: number;
  /** Whether no parameter of those steps had a gradient. */
  alone: boolean;
}

/** Finds `.grad`s that are null where the program uses them or steps with them. */
export class Missing implements Watch {
  readonly #got = new Set<number>();
  readonly #uses = new Map<number, Used>();
  readonly #skipped = new Map<number, Skipped>();
  #backward = -1;

  constructor(private readonly recording: Recording) {}

  read(row: number, form: Form): void {
    const { recording } = this;
    switch (form.kind) {
      case "backward":
        this.#backward = row;
        return;
      case "accumulate":
        this.#got.add(recording.arg(row, 0));
        return;
      case "missed": {
        const tensor = recording.arg(row, 0);
        if (this.#backward < 0 || this.#uses.has(form.site) || this.#got.has(tensor)) return;
        // What was made after the backward has no gradient of it.
        if (lastTold(recording, tensor, row, this.#backward) >= 0) return;
        this.#uses.set(form.site, { row, tensor, backward: this.#backward });
        return;
      }
      case "skipped":
        if (this.#backward < 0) return;
        for (let k = 0; k < form.inputs; k++) {
          const parameter = recording.arg(row, k);
          const known = this.#skipped.get(parameter);
          if (known !== undefined) known.count++;
          else this.#skipped.set(parameter, { row, backward: this.#backward, count: 1, alone: true });
        }
        return;
      case "optimizer":
        for (let back = row - 1; back > row - 4 && back >= 0; back--) {
          const before = recording.form(back);
          if (before.kind !== "skipped" || before.site !== form.site) continue;
          for (let k = 0; k < before.inputs; k++) {
            const known = this.#skipped.get(recording.arg(back, k));
            if (known !== undefined) known.alone = false;
          }
        }
        return;
      default:
    }
  }

  findings(outline: Outline): Finding[] {
    const found: Finding[] = [];
    for (const [site, { row, tensor, backward }] of this.#uses) {
      if (this.#got.has(tensor)) continue;
      const reason = reasonFor(this.recording, tensor, row, backward);
      found.push(this.#finding(outline, `null-grad@${site}`, row, [tensor], backward, reason, "used here"));
    }
    return [...found, ...this.#stepped(outline)];
  }

  /** Parameters that no step had a gradient for; those held still on purpose do not require one. */
  #stepped(outline: Outline): Finding[] {
    const together = new Map<
      string,
      { readonly row: number; readonly backward: number; readonly reason: Reason; tensors: number[] }
    >();
    for (const [tensor, { row, backward, count, alone }] of this.#skipped) {
      if (this.#got.has(tensor) || (count < 2 && outline.iterations > 1)) continue;
      const reason = reasonFor(this.recording, tensor, row, backward);
      if (reason.kind === "no requiresGrad" && !alone) continue;
      const key = `${this.recording.form(row).site} ${reason.kind} ${reason.site}`;
      const known = together.get(key);
      if (known === undefined) together.set(key, { row, backward, reason, tensors: [tensor] });
      else known.tensors.push(tensor);
    }
    return [...together].map(([key, { row, backward, reason, tensors }]) =>
      this.#finding(outline, `null-grad@${key}`, row, tensors, backward, reason, "passed over by each step"),
    );
  }

  #finding(
    outline: Outline,
    id: string,
    row: number,
    tensors: readonly number[],
    backward: number,
    reason: Reason,
    how: string,
  ): Finding {
    const { recording } = this;
    const spot = new Spot(recording, outline, row);
    const name = listed(tensors.map((tensor) => spot.name(tensor)));
    const many = tensors.length > 1;
    const grads = listed(tensors.map((tensor) => `${spot.name(tensor)}.grad`));
    const root = new Spot(recording, outline, backward).name(recording.arg(backward, 0));
    const { why, remedy } = this.#words(reason, name, many, root);
    const { site } = recording.form(row);
    return {
      id,
      kind: "null-grad",
      severity: "warning",
      title: `${grads} ${many ? "are" : "is"} null`,
      cause: `${grads} ${many ? "are" : "is"} ${how} and ${many ? "are" : "is"} null, because ${why}.`,
      remedy,
      segment: spot.segment,
      step: spot.step,
      node: spot.node(tensors[0] ?? -1),
      place: placeOf(recording, site),
      related: [
        ...linkTo(recording, reason.site, "What keeps the gradient from it."),
        ...linkTo(recording, recording.form(backward).site, "The backward that did not reach it."),
      ],
      path: [],
    };
  }

  #words({ kind, site, op }: Reason, name: string, many: boolean, root: string): { why: string; remedy: string } {
    const line = inLine(this.recording, site);
    const [is, it] = [many ? "are" : "is", many ? "them" : "it"];
    switch (kind) {
      case "not a leaf":
        return {
          why: `${name} ${is} no leaf: ${op} made ${it}${line}, and only leaves keep a gradient`,
          remedy: `Call ${name}.retainGrad() before backward(), or look at the leaf it was made from.`,
        };
      case "no requiresGrad":
        return {
          why: `${name} ${many ? "were" : "was"} made${line} without requiresGrad`,
          remedy: "Make it with { requiresGrad: true }.",
        };
      case "detached":
        return {
          why: `detach()${line} cut ${it} off from ${root}`,
          remedy: "Leave detach() out on the way from it to the loss.",
        };
      case "noGrad":
        return {
          why: `${op}${line} ran in noGrad, which cut ${it} off from ${root}`,
          remedy: "Compute what the loss needs outside of noGrad; only the update belongs inside.",
        };
      case "no slope":
        return {
          why: `${op}${line} has no gradient, which cut ${it} off from ${root}`,
          remedy: `Take an op with a slope in its place: ${op} gives whole steps.`,
        };
      case "unused":
        return {
          why: `${root} was computed without ${it}`,
          remedy: "Use it on the way to the loss; a value taken out by item() or toArray() loses its gradient.",
        };
    }
  }
}
