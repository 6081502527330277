import { whyUpdate } from "../src/recording/explain.update";
import { whyValue } from "../src/recording/explain.value";
import { ledgerOf, type Ledger, type LedgerEntry } from "../src/recording/ledger";
import { type Line, type Link, number, sign } from "../src/recording/maths";
import type { Cursor } from "../src/recording/moves";
import { short } from "../src/recording/text";
import { placeText } from "../src/recording/indices";
import { elementsOf } from "../src/recording/value";
import { element } from "./dom";
import { mathLine } from "./math";
import type { Scene, Store } from "./store";

/** Where a number or an entry of an account leads. */
export interface AccountEvents {
  readonly go: (link: Link) => void;
  readonly move: (cursor: Cursor) => void;
}

/** How the value of a node's element came to be. */
export function valueSection(store: Store, scene: Scene, about: Link, events: AccountEvents): HTMLElement | null {
  const why = whyValue(store.recording, scene.segment, scene.step, about);
  if (why === null) return null;
  const title =
    why.value === null
      ? ["The value ", mathLine([why.left], events.go)]
      : ["Why is ", mathLine([why.left, sign("="), number(why.value, "value")], events.go), " ?"];
  return section(title, ...why.lines.map((line, k) => lined(line, events, k === 0)), ...why.sentences.map(note));
}

/** The update that the segment makes, or made, of a leaf. */
export function updateSection(store: Store, scene: Scene, about: Link, events: AccountEvents): HTMLElement | null {
  const why = whyUpdate(store.recording, scene.segment, scene.step, about);
  if (why === null) return null;
  const facts = [
    place(scene, about),
    why.by,
    why.line < 0 ? "" : `line ${why.line + 1}`,
    why.done ? "" : "still to come",
  ];
  const told = facts.filter((fact) => fact !== "").join(" · ");
  return section(
    ["Update", element("span", { class: "dim fact" }, told)],
    ...why.lines.flatMap(({ symbolic, numbers }) => [lined(symbolic, events, false), lined(numbers, events, false)]),
    ...why.sentences.map(note),
  );
}

/** Everything that was added to a leaf's `.grad` since it was last zeroed. */
export function ledgerSection(store: Store, scene: Scene, about: Link, events: AccountEvents): HTMLElement | null {
  const node = scene.graph.nodes[about.node];
  const at = scene.moment.nodes[about.node];
  const tensor = scene.drawn.tensors[about.node] ?? -1;
  if (!node || !at?.field.shown || tensor < 0) return null;
  const cursor = { segment: scene.index, step: scene.step };
  const ledger = ledgerOf(store.recording, store.outline, cursor, tensor, about.element);
  if (ledger.missing >= 0) store.want(ledger.missing);
  if (ledger.entries.length === 0 && ledger.zeroed === null && ledger.missing < 0) return null;
  const now = at.field.value?.data?.[about.element];
  const name = `${node.label}.grad`;
  const grad = node.requiresGrad && !at.field.value ? "null" : now === undefined ? "not recorded" : short(now);
  const rows = element("table", { class: "ledger mono", "data-fetching": ledger.missing >= 0 });
  rows.append(...opening(ledger).map((text) => element("tr", {}, element("td", { colspan: 3, class: "dim" }, text))));
  const entries = [...(ledger.zeroed ? [ledger.zeroed] : []), ...ledger.entries];
  rows.append(...entries.map((entry) => row(store, entry, events)));
  rows.append(
    element(
      "tr",
      { class: "total" },
      element("td", { colspan: 2 }, ".grad now"),
      element("td", { class: "gradient" }, grad),
    ),
  );
  const backwards = ledger.entries.filter(({ kind }) => kind === "added").length;
  const what =
    backwards > 1
      ? `${name} is not ∂L/∂${node.label} here: it adds up ${backwards} backwards, for nothing emptied it between them.`
      : `Everything that was added to ${name} since it was last emptied.`;
  const of = element("span", { class: "dim fact" }, place(scene, about));
  return section([`Ledger of ${name}`, of], note(what), rows);
}

/** "[0, 1]" of what has several elements. */
function place(scene: Scene, { node, element: at }: Link): string {
  const shape = scene.graph.nodes[node]?.shape ?? [];
  return elementsOf(shape) === 1 ? "" : `[${placeText(shape, at)}]`;
}

function opening({ missing, cut }: Ledger): string[] {
  if (missing >= 0) return ["What came before is being fetched …"];
  return cut ? ["More was added before; the latest is listed."] : [];
}

function row(store: Store, entry: LedgerEntry, events: AccountEvents): HTMLElement {
  const label = store.outline.labels[entry.at.segment] ?? "";
  const what = { added: entry.by, zeroed: "zeroed", nulled: "set to null", changed: entry.by }[entry.kind];
  const place = entry.line < 0 ? what : `${what}, line ${entry.line + 1}`;
  const link = element(
    "button",
    { class: "link", type: "button", title: "Go there" },
    [label, place].filter(Boolean).join(" · "),
  );
  link.addEventListener("click", () => events.move(entry.at));
  const amount = entry.kind !== "added" ? "" : entry.amount === null ? "not recorded" : signed(entry.amount);
  const sum = entry.kind === "nulled" ? "null" : entry.sum === null ? "not recorded" : short(entry.sum);
  return element(
    "tr",
    {},
    element("td", {}, link),
    element("td", { class: "gradient" }, amount),
    element("td", { class: "dim" }, sum),
  );
}

function signed(x: number): string {
  return x >= 0 && !Object.is(x, -0) ? `+${short(x)}` : short(x);
}

function lined(line: Line, events: AccountEvents, large: boolean): HTMLElement {
  return element("div", { class: "line" }, mathLine(line, events.go, large));
}

function section(title: readonly (string | HTMLElement)[], ...content: readonly HTMLElement[]): HTMLElement {
  return element("section", {}, element("h3", {}, ...title), ...content);
}

function note(text: string): HTMLElement {
  return element("p", { class: "note" }, text);
}
