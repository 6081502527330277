import type { Attrs, Observer, TensorView } from "../engine/observer";
import { keys } from "./keys";
import { OpTrace } from "./op.trace";
import type { Inner } from "./trace";
import { elementsOf } from "./value";

export type { ModuleView, RecorderOptions } from "./write.trace";

const none: readonly TensorView[] = [];
const noAttrs: Attrs = Object.freeze({});

/** Listens to the engine and to the instrumented snippet, and writes what happened as a recording. */
export class Recorder extends OpTrace implements Observer {
  plotted(kind: string, tensors: readonly TensorView[]): void {
    this.needs(tensors);
    this.tensors(this.begin("plot", kind, this.site), tensors);
  }

  opened(name: string, inputs: readonly TensorView[], attrs: Attrs): void {
    this.needs(inputs);
    this.bound("open", name, attrs, this.site, inputs);
    this.depth++;
    this.#begun("close", this.frame);
  }

  closed(outputs: readonly TensorView[]): void {
    this.needs(outputs);
    const inner = this.#upTo("close");
    if (inner === undefined) return;
    this.depth--;
    this.bound("close", "", noAttrs, inner.site, outputs);
  }

  backwardBegan(root: TensorView, seed: TensorView): void {
    this.need(root);
    const { site, frame, depth } = this;
    let form = this.forms.expectBlocks(keys.backward, null, site, frame, depth, seed, none);
    if (form === null) {
      const probe = this.begin("backward", "", site);
      probe.inputs = 1;
      probe.block(seed.dtype, elementsOf(seed.shape));
      form = this.forms.find(probe);
      this.forms.learn(keys.backward, null, null);
    }
    this.writer.begin(form);
    this.writer.integer(root.id);
    this.contents(form, seed);
    this.writer.end(form);
    this.#begun("backwardEnd", this.frame);
  }

  backwardEnded(): void {
    this.#endInner("backwardEnd");
  }

  accumulated(tensor: TensorView, gradient: TensorView, retained: boolean): void {
    this.need(tensor);
    this.writeStorage("accumulate", "", retained ? "retained" : "", tensor, gradient);
  }

  gradModeChanged(enabled: boolean): void {
    this.written(
      this.plain(enabled ? keys.gradOn : keys.gradOff, "gradMode", "", -1, this.site, 0, enabled ? "on" : "off"),
    );
  }

  moduleEntered(name: string, path: string): void {
    const { frame, site } = this;
    this.enterFrame(-1, path === "" ? name : path, name);
    this.site = site;
    this.#begun("leave", frame);
  }

  moduleLeft(): void {
    this.#endInner("leave");
  }

  optimizerBegan(name: string, parameters: readonly TensorView[], hyper: Readonly<Record<string, number>>): void {
    this.needs(parameters);
    const probe = this.begin("optimizer", name, this.site);
    probe.inputs = parameters.length;
    probe.numbers = Object.keys(hyper);
    const form = this.forms.find(probe);
    this.writer.begin(form);
    this.idsOf(parameters);
    for (const value of Object.values(hyper)) this.writer.number(value);
    this.writer.end(form);
    this.#begun("optimizerEnd", this.frame);
  }

  optimizerEnded(): void {
    this.#endInner("optimizerEnd");
  }

  stateful(parameter: TensorView, name: string, state: TensorView): void {
    this.need(parameter);
    this.writeStorage("state", name, "", parameter, state);
  }

  #begun(kind: Inner["kind"], frame: number): void {
    this.inner.push({ kind, inside: this.frame, frame, site: this.site });
  }

  #endInner(kind: Inner["kind"]): void {
    const inner = this.#upTo(kind);
    if (inner !== undefined) this.ended(inner);
  }

  /** Takes the innermost open thing of a kind, ending what is still open inside it. */
  #upTo(kind: Inner["kind"]): Inner | undefined {
    let at = this.inner.length - 1;
    while (at >= 0 && this.inner[at]?.kind !== kind) at--;
    if (at < 0) return undefined;
    this.unwind(at + 1);
    return this.inner.pop();
  }
}
