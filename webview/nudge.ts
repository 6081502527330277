import type { NudgeOutcome } from "../src/panel/messages";
import type { GraphNode } from "../src/recording/graph";
import { fixed, short } from "../src/recording/text";
import { element, mark, say } from "./dom";
import { enable, numberField, wordButton } from "./kit";

const minus = "−";

/** A section that tries what a small change of a leaf does to the loss, beside what its gradient says. */
export class NudgeView {
  readonly #title = element("h3", {});
  readonly #button: HTMLElement;
  readonly #by;
  readonly #result = element("div", { "aria-live": "polite" });
  readonly #element: HTMLElement;
  readonly #known = new Map<string, NudgeOutcome>();
  readonly #running = new Set<string>();
  #step = 0.01;
  #segment = -1;
  #node: GraphNode | null = null;

  constructor(try_: (node: number, by: number) => void) {
    this.#button = wordButton("", "secondary", () => {
      if (!this.#node) return;
      this.#running.add(this.#key);
      this.#known.delete(this.#key);
      this.#show();
      try_(this.#node.index, this.#step);
    });
    this.#by = numberField("Change by", (typed) => {
      const number = Number(typed.trim().replace(minus, "-").replace(",", "."));
      if (Number.isFinite(number) && number !== 0 && typed.trim() !== "") this.#step = number;
      this.#show();
    });
    this.#element = element(
      "section",
      { class: "nudge" },
      this.#title,
      element("div", { class: "asks" }, element("span", {}, "by"), this.#by.element, this.#button),
      this.#result,
    );
  }

  /** The section for a leaf in a segment. */
  show(segment: number, node: GraphNode): HTMLElement {
    this.#segment = segment;
    this.#node = node;
    this.#show();
    return this.#element;
  }

  hear(segment: number, node: number, outcome: NudgeOutcome): void {
    const key = `${segment} ${node}`;
    this.#running.delete(key);
    this.#known.set(key, outcome);
    this.#show();
  }

  get #key(): string {
    return `${this.#segment} ${this.#node?.index ?? -1}`;
  }

  #show(): void {
    if (!this.#node) return;
    const known = this.#known.get(this.#key);
    const running = this.#running.has(this.#key);
    say(this.#title, `Nudge ${this.#node.label}`);
    this.#by.show(String(this.#step).replace("-", minus));
    say(this.#button, running ? "Running again…" : "Try it");
    enable(this.#button, !running);
    const text = running ? "running" : JSON.stringify(known ?? "");
    if (this.#result.dataset.text === text) return;
    mark(this.#result, "data-text", text);
    this.#result.replaceChildren(...(running ? [] : shown(known)));
  }
}

function shown(outcome: NudgeOutcome | undefined): HTMLElement[] {
  if (outcome === undefined)
    return [
      still("Runs this iteration again with the leaf changed, to hold its gradient against what really happens."),
    ];
  if (typeof outcome === "string") return [still(outcome)];
  const { name, by, loss, before, after, gradient } = outcome;
  const change = `${name} ${by < 0 ? minus : "+"} ${String(Math.abs(by))}`;
  const predicted = before + by * gradient;
  const row = (what: string, number: string, note: string, hue: string): HTMLElement =>
    element(
      "tr",
      {},
      element("td", {}, what),
      element("td", { class: `mono ${hue}` }, number),
      element("td", { class: "dim" }, note),
    );
  return [
    element("p", { class: "mono change" }, `${change} → ${loss} `, element("b", { class: "value" }, fixed(after))),
    element(
      "table",
      {},
      row("re-run", fixed(after), `from ${fixed(before)}`, "value"),
      row("gradient says", fixed(predicted), `${fixed(before)} ${sign(by * gradient)}`, "gradient"),
      row("apart", short(after - predicted), "", ""),
    ),
    still(sentence(after - before, by * gradient)),
  ];
}

function sign(x: number): string {
  return `${x < 0 ? minus : "+"} ${fixed(Math.abs(x))}`;
}

/** A slope is right for an ever smaller step; how far it is off for this one says how curved the loss is. */
function sentence(really: number, predicted: number): string {
  const off = Math.abs(really - predicted);
  if (!Number.isFinite(off)) return "The loss is not finite there.";
  if (off <= 0.02 * Math.abs(predicted))
    return "The gradient foretells the change: over so small a step the loss is nearly a straight line.";
  if (really * predicted > 0)
    return "The direction is right and the size is not: over this step the loss is curved. Try a smaller one.";
  return "Over this step the loss bends so much that the slope foretells nothing. Try a smaller one.";
}

function still(text: string): HTMLElement {
  return element("p", { class: "dim still" }, text);
}
