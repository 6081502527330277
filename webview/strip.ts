import type { Move } from "../src/recording/moves";
import { element, mark } from "./dom";
import { iconButton } from "./kit";
import type { Store } from "./store";

/** What the run is compared with, where the two part, and what only the other has. */
export class Strip {
  readonly element = element("section", { class: "strip", "aria-label": "Comparison", hidden: true });
  readonly #text = element("div", { class: "says" });
  readonly #swap: HTMLElement;
  #shown = "";

  constructor(
    private readonly store: Store,
    private readonly go: (move: Move) => void,
    act: (action: "swapCompared" | "stopComparing") => void,
  ) {
    this.#swap = iconButton("swap", "Swap: walk through the other run beside this one", () => act("swapCompared"));
    this.element.append(
      this.#text,
      this.#swap,
      iconButton("close", "Stop comparing", () => act("stopComparing")),
    );
  }

  show(): void {
    const { beside, differences, joined } = this.store.compared;
    mark(this.element, "hidden", beside === null);
    if (!beside) return;
    const [here, there] = [joined?.addedNodes.length ?? 0, joined?.nodes.length ?? 0];
    const wires = (joined?.addedEdges.length ?? 0) + (joined?.edges.length ?? 0);
    const place = differences?.place ?? "";
    const equal = differences?.nodes.every(isEqual) === true && here + there + wires === 0;
    const state = JSON.stringify([beside, here, there, wires, place, equal]);
    if (state === this.#shown) return;
    this.#shown = state;
    const { first } = beside;
    const at = place === "" || beside.name.endsWith(place) ? "" : ` · at its ${place}`;
    mark(this.#swap, "hidden", !beside.other);
    this.#text.replaceChildren(
      element("span", { class: "with" }, "Compared with ", element("b", {}, beside.name), at),
      ...(first ? [this.#link(first)] : beside.looking ? [note("Looking where they part…")] : []),
      ...(!first && !beside.looking && equal ? [note("No step here differs.")] : []),
      ...(here > 0 ? [sample("here", `${here} only here`)] : []),
      ...(there > 0 ? [sample("there", `${there} only there`)] : []),
      ...(here + there === 0 && wires > 0 ? [note("Some wires go elsewhere.")] : []),
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

/** How the cards are drawn that only one of the two has. */
function sample(owner: "here" | "there", text: string): HTMLElement {
  return element("span", { class: "sample" }, element("span", { class: `card ${owner}` }), text);
}
