import type { Facts, Frame, Kind, Program } from "./format";
import { Forms } from "./forms";
import { keys } from "./keys";
import type { LiveForm } from "./live.form";
import { Probe } from "./probe";
import { Writer, type WriterOptions } from "./writer";

/** How loud a printed line is. */
export type Level = "log" | "info" | "warn" | "error" | "debug";

/** How a turn ended. */
export type Ending = "normal" | "break" | "throw";

/** Something of the engine that is open: ended by the engine, or by an exception that passed through. */
export interface Inner {
  readonly kind: "close" | "leave" | "backwardEnd" | "optimizerEnd";
  /** Frame that it runs in, frame and site to return to. */
  readonly inside: number;
  readonly frame: number;
  readonly site: number;
}

const endings: readonly Ending[] = ["normal", "break", "throw"];
const maxTexts = 4096;
const longestKept = 200;

/** Records where a program stands: sources, calls, loops, prints. The tensors are its subclass's. */
export class Trace {
  protected readonly writer: Writer;
  protected readonly forms: Forms;
  protected readonly probe = new Probe();
  protected readonly inner: Inner[] = [];
  /** The activation that runs, −1 outside all functions. */
  frame = -1;
  /** The call site that runs, −1 before the first. */
  site = -1;
  protected depth = 0;
  readonly #children: { readonly site: number; readonly fn: number; readonly module: string; readonly id: number }[][] =
    [];
  readonly #texts = new Map<string, number>();
  readonly #innerAtFrame: number[] = [];
  readonly #innerAtTurn = new Map<number, number>();

  constructor(options: WriterOptions) {
    this.writer = new Writer(options);
    this.forms = new Forms(this.writer);
  }

  /** A source of the run; must come before anything that names its ids. */
  program(program: Program): void {
    this.writer.define({ program });
  }

  /** The call site that runs next. */
  at(site: number): void {
    this.site = site;
  }

  /** A function of the snippet begins, called at the current site; gives its frame, which is current then. */
  enter(fn: number): number {
    this.enterFrame(fn, "", "");
    this.#innerAtFrame[this.frame] = this.inner.length;
    return this.frame;
  }

  /** The function whose frame is current ends, returning or throwing. */
  leave(): void {
    this.unwind(this.#innerAtFrame[this.frame] ?? 0);
    this.leaveFrame(this.writer.frames[this.frame]?.parent ?? -1);
  }

  /** A turn of a loop begins inside the turn `parent` (−1: none). `value` is the loop variable's, when that is a number. */
  turn(turn: number, loop: number, parent: number, value?: number): void {
    const [key, flag] = value === undefined ? [keys.turn, ""] : [keys.valuedTurn, "valued"];
    const form = this.plain(key, "turn", "", loop, -1, 2, flag);
    this.writer.begin(form);
    this.writer.integer(turn);
    this.writer.integer(parent);
    if (value !== undefined) this.writer.number(value);
    this.writer.end(form);
    this.writer.poll();
    if (this.inner.length > 0) this.#innerAtTurn.set(turn, this.inner.length);
  }

  /** A turn ends. */
  turnEnd(turn: number, how: Ending = "normal"): void {
    if (this.inner.length > 0) {
      this.unwind(this.#innerAtTurn.get(turn) ?? 0);
      this.#innerAtTurn.delete(turn);
    }
    this.written(this.plain(keys.turnEnd + endings.indexOf(how), "turnEnd", "", -1, -1, 1, how), turn);
  }

  /** Execution goes on in another turn. */
  switch(turn: number): void {
    this.written(this.plain(keys.switch, "switch", "", -1, -1, 1), turn);
  }

  /** A loop asks for the element of its next turn: what runs until that turn begins is part of it. */
  pull(loop: number, parent: number): void {
    this.written(this.plain(keys.pull, "switch", "", loop, -1, 1, "pull"), parent);
  }

  /** The snippet printed a text. */
  printed(text: string, level: Level = "log"): void {
    const id = this.text(text);
    const probe = this.begin("print", "", this.site);
    probe.flag = level;
    probe.others = 1;
    this.row(probe, id);
  }

  /** The snippet failed, at a call site or at −1. */
  failed(message: string, site = this.site): void {
    const id = this.text(message);
    const probe = this.begin("error", "", site);
    probe.others = 1;
    this.row(probe, id);
  }

  /** Times and facts of the host; no comparison sees them. */
  facts(facts: Facts): void {
    this.writer.define({ facts });
  }

  /** Sends what is written so far. */
  flush(): void {
    this.writer.flush();
  }

  /** Sends the rest; nothing may follow. */
  end(): void {
    this.writer.flush();
  }

  protected begin(kind: Kind, op: string, site: number): Probe {
    const probe = this.probe.reset(kind, op);
    probe.depth = this.depth;
    probe.frame = this.frame;
    probe.site = site;
    return probe;
  }

  /** Writes a row that has at most two integers. */
  protected row(probe: Probe, first?: number, second?: number): void {
    this.written(this.forms.find(probe), first, second);
  }

  /** Writes a row of a form that has at most two integers. */
  protected written(form: LiveForm, first?: number, second?: number): void {
    this.writer.begin(form);
    if (first !== undefined) this.writer.integer(first);
    if (second !== undefined) this.writer.integer(second);
    this.writer.end(form);
  }

  /** The form of an event without tensors, whose key stands for its kind and flag. */
  protected plain(key: number, kind: Kind, op: string, ref: number, site: number, others: number, flag = ""): LiveForm {
    const expected = this.forms.expect(key, op, null, ref, site, this.frame, this.depth);
    if (expected !== null) return expected;
    const probe = this.begin(kind, op, site);
    probe.ref = ref;
    probe.others = others;
    probe.flag = flag;
    if (flag === "valued") probe.numbers = valueName;
    const form = this.forms.find(probe);
    this.forms.learn(key, op, null);
    return form;
  }

  /** Enters a frame of a function or of a module. */
  protected enterFrame(fn: number, module: string, name: string): void {
    const site = this.site;
    this.frame = this.#frame(fn, module);
    this.written(this.plain(keys.enter, "enter", name, fn, site, 0));
    this.site = -1;
  }

  /** Leaves the frame and goes on in `outer`. */
  protected leaveFrame(outer: number): void {
    const fn = this.writer.frames[this.frame]?.fn ?? -1;
    this.written(this.plain(keys.leave, "leave", "", fn, -1, 0));
    this.frame = outer;
  }

  /** Writes the end of something the engine had open. */
  protected ended(inner: Inner): void {
    this.frame = inner.inside;
    if (inner.kind === "leave") {
      this.leaveFrame(inner.frame);
      this.site = inner.site;
      return;
    }
    if (inner.kind === "close") this.depth--;
    this.written(this.plain(keys[inner.kind], inner.kind, "", -1, inner.site, 0));
  }

  /** Id of a text. Short ones that come again share one. */
  protected text(text: string): number {
    const found = this.#texts.get(text);
    if (found !== undefined) return found;
    const id = this.writer.define({ text });
    if (text.length <= longestKept) {
      if (this.#texts.size >= maxTexts) this.#texts.clear();
      this.#texts.set(text, id);
    }
    return id;
  }

  /** A tensor that rows have told of is called so from now on. */
  protected called(tensor: number, name: string): void {
    const id = this.text(name);
    const probe = this.begin("name", "", this.site);
    probe.inputs = 1;
    probe.others = 1;
    this.row(probe, tensor, id);
  }

  /** Ends what an exception left open in the engine. */
  protected unwind(length: number): void {
    const { frame } = this;
    while (this.inner.length > length) {
      const inner = this.inner.pop();
      if (inner !== undefined) this.ended(inner);
    }
    this.frame = frame;
  }

  #frame(fn: number, module: string): number {
    const parent = this.frame;
    const children = (this.#children[parent + 1] ??= []);
    for (const each of children)
      if (each.site === this.site && each.fn === fn && each.module === module) return each.id;
    const frame: Frame = { parent, site: this.site, fn, module };
    const id = this.writer.define({ frame });
    children.push({ site: this.site, fn, module, id });
    return id;
  }
}

const valueName: readonly string[] = ["value"];
