import { eventually, type Workbench } from "./workbench";

/** A painted frame of Backstep's page that changed something, with what the page said at that moment. */
interface Paint {
  /** Milliseconds since 1970, when the frame was painted. */
  readonly at: number;
  /** "run 3 · 20 epochs · 12 steps each" */
  readonly info: string;
  /** "step 4 / 12 · loss = 30.0000 · line 18" */
  readonly step: string;
  /** Whether the graph changed, not only the line that tells of the run. */
  readonly graph: boolean;
}

/** Watches, in every page of a window, when frames are painted and when a key goes down. */
export class Paints {
  readonly #paints: Paint[] = [];
  #key = NaN;

  private constructor(private readonly bench: Workbench) {}

  /** Call after the window was opened and before the page of Backstep is there. */
  static async of(bench: Workbench): Promise<Paints> {
    const paints = new Paints(bench);
    await bench.page.exposeFunction("painted", (paint: Paint) => void paints.#paints.push(paint));
    await bench.page.exposeFunction("keyed", (at: number) => void (paints.#key = at));
    await bench.page.addInitScript(watch);
    await bench.reload();
    return paints;
  }

  /** Waits for the first frame since `since` that the predicate takes, and gives when it was painted. */
  async first(what: string, since: number, is: (paint: Paint) => boolean): Promise<number> {
    const painted = (): Paint[] => this.#paints.filter((each) => each.at > since);
    const paint = await eventually(what, () => painted().find(is), 60_000).catch((error: unknown) => {
      throw new Error(`what was painted: ${JSON.stringify(painted().slice(-5))}`, { cause: error });
    });
    return paint.at;
  }

  /** Chooses a command in the palette, and gives when Enter went down. */
  async entered(title: string): Promise<number> {
    const { page } = this.bench;
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget:visible input").first().fill(`>${title}`);
    await page.locator(".quick-input-list .monaco-list-row.focused").getByText(title, { exact: true }).waitFor();
    await page.waitForTimeout(300);
    return this.pressed("Enter");
  }

  /** Presses a key where the focus is, and gives when it went down. */
  async pressed(key: string): Promise<number> {
    this.#key = NaN;
    await this.bench.page.keyboard.press(key);
    return eventually("a key goes down", () => !Number.isNaN(this.#key) && this.#key);
  }
}

/** Runs in every frame of the window before anything else does. */
function watch(): void {
  const tell = (name: string, value: unknown): void => {
    const bound: unknown = Reflect.get(globalThis, name);
    if (typeof bound === "function") Reflect.apply(bound, null, [value]);
  };
  const text = (selector: string): string => document.querySelector(selector)?.textContent ?? "";
  const painting = (graph: boolean): void => {
    const info = text("header .info");
    const step = text(".bar .step");
    // The frame is painted when the first task after its animation callbacks runs.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => tell("painted", { at: performance.timeOrigin + performance.now(), info, step, graph });
      port2.postMessage(null);
    });
  };
  const find = (): boolean => {
    const cards = document.querySelector<HTMLElement>("canvas.cards");
    if (!cards) return false;
    const info = document.querySelector("header .info");
    new MutationObserver(() => painting(true)).observe(cards, { attributeFilter: ["data-ready"] });
    if (info) new MutationObserver(() => painting(false)).observe(info, { childList: true, characterData: true });
    if ("ready" in cards.dataset) painting(true);
    return true;
  };
  // A webview's document is written by the workbench, and that ends all that was begun in it.
  const begin = (): void => {
    // Not by asking in each frame: that makes the browser paint all the time, and takes half the machine from the run.
    const seeker = new MutationObserver(() => find() && seeker.disconnect());
    if (!find() && self !== top) seeker.observe(document, { childList: true, subtree: true });
    addEventListener("keydown", (event) => tell("keyed", performance.timeOrigin + event.timeStamp), { capture: true });
  };
  const close = Reflect.get(Document.prototype, "close");
  Document.prototype.close = function () {
    Reflect.apply(close, this, []);
    begin();
  };
  begin();
}
