import type { Move } from "../src/recording/moves";
import { element, mark } from "./dom";
import { iconButton } from "./kit";
import type { Store } from "./store";

/** What the run is compared with, where the two part, and what only the other has. */
export class Strip {
  readonly element = element("section", { class: "strip", "aria-label": "Comparison", hidden: true });
  readonly #text = element("div", { class: "says" });
  #shown = "";

  constructor(
    private readonly store: Store,
    private readonly go: (move: Move) => void,
    stop: () => void,
  ) {
    this.element.append(this.#text, iconButton("close", "Stop comparing", stop));
  }

  show(): void {
    const { beside, differences } = this.store.compared;
    mark(this.element, "hidden", beside === null);
    if (!beside) return;
    const gone = differences?.gone ?? [];
    const added = (differences?.added ?? []).length;
    const place = differences?.place ?? "";
    const state = JSON.stringify([beside.name, beside.first, beside.looking, gone, added, place]);
    if (state === this.#shown) return;
    this.#shown = state;
    const { first } = beside;
    const at = place === "" || beside.name.endsWith(place) ? "" : ` · at its ${place}`;
    this.#text.replaceChildren(
      element("span", { class: "with" }, "Compared with ", element("b", {}, beside.name), at),
      ...(first ? [this.#link(first)] : beside.looking ? [note("Looking where they part…")] : []),
      ...(!first && !beside.looking && differences?.nodes.every(isEqual) === true && gone.length + added === 0
        ? [note("No step here differs.")]
        : []),
      ...(gone.length > 0 ? [chips("Only there:", gone)] : []),
      ...(added > 0 ? [note(`${added} only here, marked in the graph`)] : []),
    );
  }

  #link(first: { readonly segment: number; readonly step: number; readonly text: string }): HTMLElement {
    const link = element("a", { href: "#" }, first.text);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.go({ to: "cursor", segment: first.segment, step: first.step });
    });
    return element("span", {}, "They part at ", link);
  }
}

function isEqual({
  ofValue,
  ofGradient,
}: {
  readonly ofValue: number | null;
  readonly ofGradient: number | null;
}): boolean {
  return (ofValue ?? 0) === 0 && (ofGradient ?? 0) === 0;
}

function note(text: string): HTMLElement {
  return element("span", { class: "dim" }, text);
}

/** What is gone is drawn as what it was: a card with a broken line, with nothing in it. */
function chips(title: string, names: readonly string[]): HTMLElement {
  const most = 6;
  const rest = names.length > most ? [note(`and ${names.length - most} more`)] : [];
  return element(
    "span",
    { class: "gone" },
    `${title} `,
    ...names.slice(0, most).map((name) => element("span", { class: "chip-gone mono" }, name)),
    ...rest,
  );
}
