import { checkForm, checkFrame, textArgument, type Counts } from "./definition.checks";
import { RecordingError } from "./error";
import type { Binding, Definition, Facts, Fn, Form, Frame, Loop, Meta, Program, Scope, Site } from "./format";
import { rowLayout, type RowLayout } from "./layout";
import { Scoping } from "./scoping";

/** A form as a reader needs it. */
export interface Reading {
  readonly form: Form;
  readonly layout: RowLayout;
  /** Which argument of its rows is the id of a text, −1 for none. */
  readonly text: number;
}

/** Everything a recording has defined so far, by sort and id. */
export class Dictionary {
  protected readonly readings: Reading[] = [];
  readonly #metas: Meta[] = [];
  readonly #frames: Frame[] = [];
  readonly #texts: string[] = [];
  readonly #programs: Program[] = [];
  readonly #sites = new Map<number, { readonly site: Site; readonly program: Program }>();
  readonly #bindings = new Map<number, { readonly binding: Binding; readonly program: Program }>();
  readonly #scopes = new Map<number, Scope>();
  readonly #loops = new Map<number, Loop>();
  readonly #functions = new Map<number, Fn>();
  readonly #order: Definition[] = [];
  #facts: Facts = {};
  /** Which bindings live where; for the states of this recording. */
  readonly scoping = new Scoping(this.#frames);

  /** The sources, in the order they were loaded. */
  get programs(): readonly Program[] {
    return this.#programs;
  }

  /** All definitions in the order they were made. */
  get definitions(): readonly Definition[] {
    return this.#order;
  }

  get facts(): Facts {
    return this.#facts;
  }

  /** How many forms there are; their ids count up from 0. */
  get forms(): number {
    return this.readings.length;
  }

  /** The form with this id. */
  formOf(id: number): Form {
    return found(this.readings[id], "form", id).form;
  }

  meta(id: number): Meta {
    return found(this.#metas[id], "meta", id);
  }

  frame(id: number): Frame {
    return found(this.#frames[id], "frame", id);
  }

  string(id: number): string {
    return found(this.#texts[id], "text", id);
  }

  protected hasText(id: number): boolean {
    return this.#texts[id] !== undefined;
  }

  site(id: number): Site | undefined {
    return this.#sites.get(id)?.site;
  }

  binding(id: number): Binding {
    return found(this.#bindings.get(id)?.binding, "binding", id);
  }

  scope(id: number): Scope | undefined {
    return this.#scopes.get(id);
  }

  loop(id: number): Loop {
    return found(this.#loops.get(id), "loop", id);
  }

  fn(id: number): Fn {
    return found(this.#functions.get(id), "function", id);
  }

  /** The source that a call site stands in. */
  programOfSite(site: number): Program | undefined {
    return this.#sites.get(site)?.program;
  }

  /** The source that a binding stands in. */
  programOfBinding(binding: number): Program | undefined {
    return this.#bindings.get(binding)?.program;
  }

  /** Adds definitions; all or, when one is wrong or `settled` throws, none. */
  protected take<T>(definitions: readonly Definition[], settled: () => T): T {
    const before = this.#order.length;
    try {
      for (const definition of definitions) this.#define(definition);
      const result = settled();
      for (const definition of definitions) this.#settle(definition);
      return result;
    } catch (error) {
      this.#forget(before);
      throw error;
    }
  }

  #define(definition: Definition): void {
    this.#order.push(definition);
    if ("form" in definition) {
      checkForm(definition.form, this.readings.length, this.counts());
      const { form } = definition;
      this.readings.push({ form, layout: rowLayout(form), text: textArgument(form) });
    } else if ("meta" in definition) this.#metas.push(definition.meta);
    else if ("frame" in definition) {
      checkFrame(definition.frame, this.#frames.length);
      this.#frames.push(definition.frame);
    } else if ("text" in definition) this.#texts.push(definition.text);
  }

  /** What can only be taken back with effort waits until the chunk is known to be good. */
  #settle(definition: Definition): void {
    if ("facts" in definition) this.#facts = { ...this.#facts, ...definition.facts };
    if (!("program" in definition)) return;
    const { program } = definition;
    this.#programs.push(program);
    this.scoping.add(program);
    for (const site of program.sites) this.#sites.set(site.id, { site, program });
    for (const binding of program.bindings) this.#bindings.set(binding.id, { binding, program });
    for (const scope of program.scopes) this.#scopes.set(scope.id, scope);
    for (const loop of program.loops) this.#loops.set(loop.id, loop);
    for (const fn of program.functions) this.#functions.set(fn.id, fn);
  }

  #forget(from: number): void {
    for (const definition of this.#order.splice(from).reverse()) {
      if ("form" in definition) this.readings.pop();
      else if ("meta" in definition) this.#metas.pop();
      else if ("frame" in definition) this.#frames.pop();
      else if ("text" in definition) this.#texts.pop();
    }
  }

  protected counts(): Counts {
    return {
      metas: this.#metas.length,
      frames: this.#frames.length,
      texts: this.#texts.length,
      forms: this.readings.length,
    };
  }
}

/** What stands at an id, or a sentence that nothing does. */
export function found<T>(value: T | undefined, what: string, id: number): T {
  if (value === undefined) throw new RecordingError(`The recording has no ${what} ${id}.`);
  return value;
}
