import { mostCopied } from "../src/panel/messages";
import type { GraphNode } from "../src/recording/graph";
import { type NodeMoment, rowOfStep } from "../src/recording/moment";
import { element, mark, say } from "./dom";
import { share } from "./face";
import { Numbers, type NumbersEvents } from "./numbers";
import type { Scene, Store } from "./store";

/** The Tensor tab: what the node in focus holds at the cursor, element by element. */
export class TensorView {
  readonly element = element("div", { class: "sections" });
  readonly #value: Numbers;
  readonly #gradient: Numbers;
  readonly #field: Numbers;
  readonly #beside = element("section", { hidden: true });
  readonly #besideText = element("div", { class: "mono value" });
  readonly #besideTitle = element("h3");
  readonly #besideNote = element("p", { class: "dim still" });
  readonly #asked: Numbers[] = [];

  constructor(
    private readonly store: Store,
    choose: (element: number) => void,
  ) {
    const events: NumbersEvents = { choose, copy: (text, from) => this.#copy(text, from) };
    this.#value = new Numbers("value", events);
    this.#gradient = new Numbers("gradient", events);
    this.#field = new Numbers("gradient", events);
    this.#beside.append(this.#besideTitle, this.#besideText, this.#besideNote);
  }

  /** Shows a node at a moment, with one of its elements chosen or none. */
  show(node: GraphNode, { value, gradient, field }: NodeMoment, scene: Scene, chosen: number | null): void {
    const parts = [this.#value.element, this.#beside, this.#gradient.element, this.#field.element];
    if (!this.#value.element.isConnected) this.element.replaceChildren(...parts);
    const born = (scene.drawn.rows[node.index] ?? -1) <= rowOfStep(this.store.recording, scene.segment, scene.step);
    const none = born ? "Not recorded." : "Still to come in this iteration.";
    this.#value.show("Value", value, chosen, value ? [] : [none]);
    this.#showBeside(node.index);
    const { state, got, of } = gradient;
    const reached = {
      none: ["No backward pass has reached it yet."],
      waiting: [`${got} of ${of} contributions have arrived.`],
      reached: gradient.value ? [] : ["Not recorded."],
    };
    mark(this.#gradient.element, "hidden", !node.requiresGrad);
    this.#gradient.show(`∂L/∂${node.named ? node.label : "this"}`, gradient.value, chosen, reached[state]);
    mark(this.#field.element, "hidden", !field.shown);
    this.#field.show(".grad", field.value, chosen, [
      ...(field.value ? [] : ["null, as the program would read it."]),
      ...(field.stale ? ["Left over from an earlier iteration."] : []),
    ]);
  }

  /** Nothing is in focus. */
  clear(hint: HTMLElement): void {
    this.element.replaceChildren(hint);
  }

  /** An answer came to the copy that was asked for first. */
  copied(): void {
    this.#asked.shift()?.copied(this.store.copyTrouble);
  }

  #copy(text: string, from: Numbers): void {
    const { run } = this.store;
    if (!run) return;
    if (text.length > mostCopied) return from.copied("It is too long for the clipboard.");
    this.#asked.push(from);
    this.store.post({ type: "copy", id: run.id, text });
  }

  /** The partner in the run beside this one. */
  #showBeside(node: number): void {
    const { beside } = this.store;
    const difference = this.store.differing().get(node);
    const added = this.store.compared.joined?.addedNodes.includes(node) ?? false;
    mark(this.#beside, "hidden", !beside || (!difference && !added));
    say(this.#besideTitle, `In ${beside?.name ?? ""}`);
    say(this.#besideText, difference?.value ?? "");
    const apart = (what: string, by: number | null | undefined): string[] =>
      by === null || by === undefined ? [] : [`${what} ${by === 0 ? "the same" : `${share(by)} apart`}`];
    const parts = [...apart("value", difference?.ofValue), ...apart("gradient", difference?.ofGradient)];
    say(this.#besideNote, added && !difference ? "It has no such node." : parts.join(" · "));
  }
}
