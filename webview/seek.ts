import { element, mark, say } from "./dom";
import { iconButton } from "./kit";

/** What a search can do. */
export interface SeekEvents {
  /** The nodes that a query finds. */
  find(query: string): readonly number[];
  /** Goes to a node that was found. */
  go(node: number): void;
  /** The search is over: whoever had the focus gets it again. */
  closed(): void;
}

/** The field that finds nodes by name, op, shape, line or what is wrong with them. */
export class Seek {
  readonly element: HTMLElement;
  readonly #field = element("input", {
    type: "text",
    class: "mono",
    placeholder: "name, op, [2, 3], line 12, has NaN",
    "aria-label": "Find nodes by name, op, shape, line or has NaN",
    spellcheck: "false",
  });
  readonly #count = element("span", { class: "count mono", role: "status" });
  #hits: readonly number[] = [];
  #at = -1;

  constructor(private readonly events: SeekEvents) {
    this.#field.addEventListener("input", () => this.#search());
    this.element = element(
      "div",
      { class: "seek", role: "search", hidden: true },
      this.#field,
      this.#count,
      iconButton("back", "Previous match (Shift+Enter)", () => this.#step(-1)),
      iconButton("step", "Next match (Enter)", () => this.#step(1)),
      iconButton("close", "Close (Escape)", () => this.close()),
    );
    this.#field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#step(event.shiftKey ? -1 : 1);
      else if (event.key !== "Escape") return;
      event.preventDefault();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    });
  }

  /** Shows the field with what was looked for last, ready to be typed over. */
  open(): void {
    this.element.hidden = false;
    this.#field.focus();
    this.#field.select();
    this.#search();
  }

  close(): void {
    this.element.hidden = true;
    this.events.closed();
  }

  #search(): void {
    this.#hits = this.events.find(this.#field.value);
    this.#at = -1;
    this.#say();
  }

  #step(by: 1 | -1): void {
    // The moment may be another one by now: what has a NaN depends on it.
    const before = this.#hits[this.#at];
    this.#hits = this.events.find(this.#field.value);
    const { length } = this.#hits;
    const known = before === undefined ? -1 : this.#hits.indexOf(before);
    this.#at = length === 0 ? -1 : known < 0 ? (by > 0 ? 0 : length - 1) : (known + by + length) % length;
    this.#say();
    const node = this.#hits[this.#at];
    if (node !== undefined) this.events.go(node);
  }

  #say(): void {
    const { length } = this.#hits;
    const none = this.#field.value.trim() === "" ? "" : "none";
    const place = this.#at < 0 ? String(length) : `${this.#at + 1} of ${length}`;
    say(this.#count, length === 0 ? none : place);
    mark(this.#field, "aria-invalid", none !== "" && length === 0 ? "true" : null);
  }
}
