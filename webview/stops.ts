import type { ToPageOf } from "../src/panel/messages";
import type { GraphNode } from "../src/recording/graph";
import { short } from "../src/recording/text";
import { nameIn, watchedText, watchKinds, watchpointText, type Watchpoint } from "../src/recording/watchpoint";
import { element, mark, say } from "./dom";
import { choice, enable, iconButton, numberField, wordButton } from "./kit";
import type { Scene, Store } from "./store";

const minus = "−";

const nothingStops = "Nothing stops this run. Watchpoints on a node do.";
const editorStops = "So do breakpoints of the editor, on the lines of its source.";

type Wanted = Pick<Watchpoint, "side" | "when" | "limit">;

/** All that stops the run: watchpoints, which are made here, and the editor's breakpoints. */
export class StopsView {
  readonly element = element("div", { class: "sections stops" });
  readonly #title = element("h3", {});
  readonly #side;
  readonly #when;
  readonly #limit;
  readonly #add: HTMLElement;
  readonly #form: HTMLElement;
  readonly #list = element("ul", { "aria-label": "Watchpoints" });
  readonly #lines = element("ul", { "aria-label": "Breakpoints" });
  readonly #none = element("p", { class: "dim still" });
  #shown: ToPageOf<"stops"> | null = null;
  #node: GraphNode | null = null;
  #scene: Scene | null = null;
  #wanted: Wanted = { side: "value", when: "sign", limit: 1 };

  constructor(
    private readonly store: Store,
    private readonly watch: (watchpoints: readonly Watchpoint[]) => void,
  ) {
    this.#side = choice("What", (value) => this.#want({ side: value === "gradient" ? "gradient" : "value" }));
    this.#when = choice("Stops when", (value) =>
      this.#want({ when: watchKinds.find((each) => each === value) ?? "sign" }),
    );
    this.#limit = numberField("Number", (typed) => {
      const number = Number(typed.trim().replace(minus, "-").replace(",", "."));
      if (typed.trim() !== "" && Number.isFinite(number)) this.#want({ limit: number });
    });
    this.#add = wordButton("Add watchpoint", "secondary", () => {
      const made = this.#made();
      if (made) this.watch([...this.#watchpoints, made]);
    });
    const asks = element("div", { class: "asks" }, this.#side.element, this.#when.element, this.#limit.element);
    this.#form = element("section", {}, this.#title, asks, element("div", { class: "asks" }, this.#add));
    this.element.append(
      this.#form,
      element("section", {}, element("h3", {}, "Stops of this run"), this.#list, this.#lines, this.#none),
    );
  }

  /** Shows what there is, and offers a watchpoint on the node in focus. */
  show(node: GraphNode | null, scene: Scene): void {
    this.#node = node;
    this.#scene = scene;
    this.#showForm();
    if (this.store.stops === this.#shown) return;
    this.#shown = this.store.stops;
    const { watchpoints, breakpoints } = this.#shown ?? { watchpoints: [], breakpoints: [] };
    this.#list.replaceChildren(...watchpoints.map((each) => this.#item(each)));
    this.#lines.replaceChildren(
      ...breakpoints.map(({ text, reason }) =>
        element(
          "li",
          { class: reason === "" ? "line" : "line idle" },
          element("i", { class: "sign breakpoint" }),
          element("span", { class: "words" }, text, reason === "" ? null : element("span", { class: "dim" }, reason)),
        ),
      ),
    );
    this.#list.hidden = watchpoints.length === 0;
    this.#lines.hidden = breakpoints.length === 0;
    this.#none.hidden = watchpoints.length + breakpoints.length > 0;
    say(this.#none, this.store.run?.place === "alone" ? nothingStops : `${nothingStops} ${editorStops}`);
  }

  get #watchpoints(): readonly Watchpoint[] {
    return this.store.stops?.watchpoints ?? [];
  }

  #want(change: Partial<Wanted>): void {
    this.#wanted = { ...this.#wanted, ...change };
    this.#showForm();
  }

  #made(): Watchpoint | null {
    const node = this.#node;
    if (!node || !this.#scene) return null;
    const { side, when, limit } = this.#wanted;
    return {
      ...nameIn(this.#scene.graph.nodes, node),
      side: node.requiresGrad ? side : "value",
      when,
      limit: when === "sign" ? 0 : limit,
    };
  }

  #showForm(): void {
    const made = this.#made();
    this.#form.hidden = !made;
    if (!made || !this.#node) return;
    const name = (side: Watchpoint["side"]): string => watchedText({ ...made, side, when: "sign" });
    say(this.#title, `Stop at ${name("value")} when`);
    const sides = this.#node.requiresGrad ? (["value", "gradient"] as const) : (["value"] as const);
    this.#side.show(
      sides.map((side) => [side, name(side)] as const),
      made.side,
    );
    this.#when.show(
      watchKinds.map((when) => [when, wordsOf(made, when)] as const),
      made.when,
    );
    this.#limit.element.hidden = made.when === "sign";
    this.#limit.show(short(this.#wanted.limit));
    const known = this.#watchpoints.some((each) => JSON.stringify(sorted(each)) === JSON.stringify(sorted(made)));
    enable(this.#add, !known);
    mark(this.#add, "title", known ? "It is in the list already" : watchpointText(made));
  }

  #item(watchpoint: Watchpoint): HTMLElement {
    const text = watchpointText(watchpoint);
    const remove = iconButton("close", `Remove: ${text}`, () =>
      this.watch(this.#watchpoints.filter((each) => each !== watchpoint)),
    );
    return element(
      "li",
      { class: "line" },
      element("i", { class: "sign data-breakpoint" }),
      element("span", { class: "words mono" }, text),
      remove,
    );
  }
}

/** "|w| rises above" */
function wordsOf(made: Watchpoint, when: Watchpoint["when"]): string {
  if (when === "sign") return "changes its sign";
  return `${watchedText({ ...made, when })} ${when.endsWith("above") ? "rises above" : "falls below"}`;
}

function sorted({ label, kind, nth, side, when, limit }: Watchpoint): unknown[] {
  return [label, kind, nth, side, when, limit];
}
