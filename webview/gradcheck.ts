import { type CheckedNode, type CheckedSlope, type Gradcheck, judged } from "../src/recording/gradcheck";
import { short } from "../src/recording/text";
import { Asking } from "./asking";
import { element } from "./dom";
import { icon } from "./icons";
import type { Store } from "./store";

/** More slopes of one node are not listed. */
const mostRows = 40;

/** Every gradient of a moment beside central differences of re-runs. */
export class GradcheckView {
  readonly element: HTMLElement;
  readonly #asking: Asking;
  readonly #result = element("div", { class: "result" });
  #shown: Gradcheck | string | null = null;

  constructor(
    private readonly store: Store,
    ask: () => void,
    stop: () => void,
    private readonly select: (segment: number, node: number) => void,
  ) {
    this.#asking = new Asking("Check all gradients", ask, stop);
    this.element = element(
      "section",
      { class: "gradcheck" },
      element("h2", {}, "Gradients against differences"),
      this.#asking.element,
      this.#result,
    );
  }

  show(): void {
    // In a file there is nothing that could run it again.
    this.element.hidden = this.store.run?.place === "alone";
    const asked = this.store.asked.get("gradcheck") ?? null;
    this.#asking.show(asked, this.store.run?.canRun === true);
    const outcome = asked?.what === "gradcheck" ? asked.outcome : null;
    if (outcome === this.#shown && this.#result.hasChildNodes()) return;
    this.#shown = outcome;
    if (outcome === null) {
      const hint =
        "Runs the iteration at the cursor again with each number a little larger and a little smaller, in float64, and holds what the loss does against its gradient.";
      this.#result.replaceChildren(...(asked ? [] : [still(hint)]));
    } else if (typeof outcome === "string") this.#result.replaceChildren(still(outcome));
    else {
      this.#result.replaceChildren(...this.#table(outcome));
      this.#result.scrollIntoView({ block: "nearest" });
    }
  }

  #table({ segment, loss, nodes, notes }: Gradcheck): HTMLElement[] {
    const wrong = nodes.filter((node) => judged(node) === "wrong").length;
    const right = nodes.filter((node) => judged(node) === "right").length;
    const label = this.store.outline.labels[segment] ?? "";
    const counted = (n: number, verb: string): string => `${n} ${n === 1 ? `gradient ${verb}s` : `gradients ${verb}`}`;
    const sentence =
      wrong === 0
        ? `${counted(right, "agree")} with differences of ${loss}.`
        : `${counted(wrong, "disagree")} with differences of ${loss}${right > 0 ? `, ${counted(right, "agree")}` : ""}.`;
    return [
      element("p", { class: wrong > 0 ? "bad" : "fine" }, icon(wrong > 0 ? "error" : "pass"), `${label}: ${sentence}`),
      ...nodes.map((node) => this.#node(node, segment)),
      ...notes.map(still),
    ];
  }

  #node(node: CheckedNode, segment: number): HTMLElement {
    const verdict = judged(node);
    const worst = node.slopes.reduce((most, { error }) => Math.max(most, Number.isFinite(error) ? error : 0), 0);
    const link = element("a", { href: "#" }, "Show it in the graph");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.select(segment, node.node);
    });
    const says =
      node.why !== ""
        ? node.why
        : verdict === "wrong"
          ? `${parts(worst)} apart`
          : verdict === "unknown"
            ? (node.slopes[0]?.verdict ?? "")
            : node.slopes.some((slope) => slope.verdict === "kink")
              ? "at a kink"
              : "agrees";
    const summary = element(
      "summary",
      {},
      element("b", { class: "mono" }, node.name),
      element("span", { class: "dim" }, node.leaf ? "leaf" : ""),
      element("span", { class: `says ${verdict}` }, says),
    );
    if (node.slopes.length === 0) return element("div", { class: `checked ${verdict}` }, ...summary.childNodes);
    const shown = [...node.slopes].sort((a, b) => Number(b.verdict === "wrong") - Number(a.verdict === "wrong"));
    const rest = shown.length - mostRows;
    return element(
      "details",
      { class: `checked ${verdict}`, open: verdict === "wrong" },
      summary,
      element(
        "table",
        {},
        element("thead", {}, row("th", ["", "gradient", "differences", "apart"])),
        element("tbody", {}, ...shown.slice(0, mostRows).map(slopeRow)),
      ),
      rest > 0 ? still(`and ${rest} more`) : null,
      link,
    );
  }
}

function slopeRow({ name, analytic, numeric, error, verdict }: CheckedSlope): HTMLElement {
  const apart = verdict === "agrees" || verdict === "wrong" ? parts(error) : verdict;
  const made = row("td", [name, short(analytic), short(numeric), apart]);
  made.className = verdict.replace(" ", "-");
  return made;
}

function row(kind: "td" | "th", cells: readonly string[]): HTMLElement {
  return element("tr", {}, ...cells.map((text, k) => element(kind, { class: k > 0 ? "mono" : null }, text)));
}

/** "33 %", "< 0.001 %" */
function parts(error: number): string {
  if (!Number.isFinite(error)) return "—";
  if (error === 0) return "0 %";
  return error < 1e-5 ? "< 0.001 %" : `${String(Number((100 * error).toPrecision(2)))} %`;
}

function still(text: string): HTMLElement {
  return element("p", { class: "dim still" }, text);
}
