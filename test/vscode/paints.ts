import { eventually, type Workbench } from "./workbench";

/** One painted frame of Backstep's graph, with what the page said at that moment. */
export interface Paint {
  /** Milliseconds since 1970, when the frame was painted. */
  readonly at: number;
  /** "run 3 · 20 epochs · 12 steps each" */
  readonly info: string;
  /** "step 4 / 12 · loss = 30.0000 · line 18" */
  readonly step: string;
}

/** Watches, in every page of a window, when the graph is painted and when a key goes down. */
export class Paints {
  readonly #paints: Paint[] = [];
  #key = NaN;

  /** Call after the window was opened and before the page of Backstep is there. */
  static async of(bench: Workbench): Promise<Paints> {
    const paints = new Paints();
    await bench.page.exposeFunction("painted", (paint: Paint) => void paints.#paints.push(paint));
    await bench.page.exposeFunction("keyed", (at: number) => void (paints.#key = at));
    await bench.page.addInitScript(watch);
    await bench.reload();
    return paints;
  }

  /** Waits for the first frame since `since` that the predicate takes, and gives when it was painted. */
  async first(what: string, since: number, is: (paint: Paint) => boolean): Promise<number> {
    const paint = await eventually(what, () => this.#paints.find((each) => each.at > since && is(each)), 60_000);
    return paint.at;
  }

  /** Does what presses a key, and gives when the key went down. */
  async pressed(press: () => Promise<void>): Promise<number> {
    this.#key = NaN;
    await press();
    return eventually("a key goes down", () => !Number.isNaN(this.#key) && this.#key);
  }
}

/** Runs in every frame of the window before anything else does. */
function watch(): void {
  const tell = (name: string, value: unknown): void => {
    const bound: unknown = Reflect.get(globalThis, name);
    if (typeof bound === "function") bound(value);
  };
  const text = (selector: string): string => document.querySelector(selector)?.textContent ?? "";
  const painting = (): void => {
    const info = text("header .info");
    const step = text(".bar .step");
    // The frame is painted when the first task after its animation callbacks runs.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => tell("painted", { at: performance.timeOrigin + performance.now(), info, step });
      port2.postMessage(null);
    });
  };
  const find = (): void => {
    const cards = document.querySelector<HTMLElement>("canvas.cards");
    if (!cards) return void requestAnimationFrame(find);
    new MutationObserver(painting).observe(cards, { attributeFilter: ["data-ready"] });
    if ("ready" in cards.dataset) painting();
  };
  // A webview's document is written by the workbench, and that ends all that was begun in it.
  const close = Reflect.get(Document.prototype, "close");
  Document.prototype.close = function () {
    Reflect.apply(close, this, []);
    find();
  };
  addEventListener("keydown", (event) => tell("keyed", performance.timeOrigin + event.timeStamp), { capture: true });
}
