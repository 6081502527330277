import type { Finding, Severity } from "../src/recording/finding";
import { element, mark } from "./dom";
import { GradcheckView } from "./gradcheck";
import { icon, type Icon } from "./icons";
import type { Store } from "./store";

/** What a person does in the list. */
export interface ChecksEvents {
  /** Goes to the moment of a finding and shows its line. */
  find(finding: Finding): void;
  /** Holds gradients of the moment at the cursor against differences; of all nodes for −1. */
  readonly gradcheck: (node: number) => void;
  readonly stopAsking: () => void;
  /** Goes to a segment and picks a node of its graph. */
  readonly pick: (segment: number, node: number) => void;
}

/** How a severity is drawn and said. */
export const signs: Readonly<Record<Severity, { readonly icon: Icon; readonly word: string }>> = {
  error: { icon: "error", word: "Error" },
  warning: { icon: "warning", word: "Warning" },
  note: { icon: "pass", word: "Note" },
};

const checked = [
  "Gradients are zeroed once per update, after it was made.",
  "Every .grad that is used or stepped with has been filled.",
  "No NaN and no infinity reaches a loss, a gradient or a weight.",
  "Gradients neither vanish on their way back nor explode.",
  "The loss moves until it has converged.",
  "No ReLU unit stays at 0; hidden sigmoids and tanhs are not saturated.",
  "The learning rate of plain gradient descent is in its stable range, where that is known.",
];

/** All findings of a run; with none, what was looked for. */
export class ChecksView {
  readonly element = element("div", { class: "sections checks" });
  readonly #list = element("ul", { "aria-label": "Findings" });
  readonly #nothing = element("p", { class: "fine" });
  readonly #details = element(
    "details",
    {},
    element("summary", {}, "What is checked"),
    element("ul", {}, ...checked.map((each) => element("li", {}, each))),
  );
  readonly #gradcheck: GradcheckView;
  #shown: readonly Finding[] | null = null;
  #items: HTMLElement[] = [];

  constructor(
    private readonly store: Store,
    private readonly events: ChecksEvents,
  ) {
    const { gradcheck, stopAsking, pick } = events;
    this.#gradcheck = new GradcheckView(store, () => gradcheck(-1), stopAsking, pick);
    this.element.append(this.#nothing, this.#list, this.#gradcheck.element, this.#details);
  }

  /** Shows what there is now, and which of it the cursor stands at. */
  show(): void {
    const { findings, cursor, run } = this.store;
    this.#gradcheck.show();
    if (findings !== this.#shown) {
      this.#shown = findings;
      this.#items = findings.map((each) => this.#item(each));
      this.#list.replaceChildren(...this.#items.map((each) => element("li", {}, each)));
      this.#details.toggleAttribute("open", countText(findings) === "");
    }
    this.#list.hidden = findings.length === 0;
    this.#nothing.hidden = findings.some(({ severity }) => severity !== "note");
    const words = run?.status === "running" ? "Nothing wrong was found so far." : "Nothing wrong was found.";
    if (this.#nothing.textContent !== words) this.#nothing.replaceChildren(icon("pass"), words);
    findings.forEach(({ segment, step }, k) => {
      const here = cursor?.segment === segment && cursor.step === step;
      const item = this.#items[k];
      if (item) mark(item, "aria-current", here ? "step" : null);
    });
  }

  #item(finding: Finding): HTMLElement {
    const { severity, title, cause, remedy, place } = finding;
    const sign = signs[severity];
    const label = this.store.outline.iterations > 0 ? (this.store.outline.labels[finding.segment] ?? "") : "";
    const where = [label, place === null ? "" : `line ${place.line + 1}`].filter((each) => each !== "").join(" · ");
    const item = element(
      "button",
      { type: "button", class: `finding ${severity}` },
      icon(sign.icon),
      element(
        "span",
        { class: "what" },
        element("span", { class: "unseen" }, `${sign.word}: `),
        element("b", {}, title),
        element("span", { class: "where dim" }, where),
        element("span", { class: "cause" }, cause),
        remedy === "" ? null : element("span", { class: "remedy" }, remedy),
      ),
    );
    item.addEventListener("click", () => this.events.find(finding));
    return item;
  }
}

/** "2 errors and 1 warning"; "" when there is neither. */
export function countText(findings: readonly Finding[]): string {
  const parts = (["error", "warning"] as const).flatMap((severity) => {
    const count = findings.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? "" : "s"}`];
  });
  return parts.join(" and ");
}
