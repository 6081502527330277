import type { Frame, Locator } from "playwright-core";
import { eventually, type Workbench } from "./workbench";

/** Backstep's page as a person sees it in a window. */
export class PanelView {
  private constructor(
    readonly bench: Workbench,
    readonly frame: Frame,
  ) {}

  /** Waits until a page shows a run; with a title, until it shows that one. */
  static async of(bench: Workbench, title: RegExp = /./, timeout = 20_000): Promise<PanelView> {
    return eventually(
      `the page shows a step of ${String(title)}`,
      async () => {
        // Panel, view and editors can be on screen at once, and one that was closed meanwhile answers no more.
        for (const frame of await bench.webviews(".bar .step")) {
          const view = new PanelView(bench, frame);
          if (title.test(await view.title()) && /step \d/.test(await view.step())) return view;
        }
        return null;
      },
      timeout,
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}; on screen: ${(await bench.webviewTexts()).join(" | ") || "no page"}`);
    });
  }

  /** "step 4 / 12 · loss = 30.0000 · line 18" */
  async step(): Promise<string> {
    return this.frame.locator(".bar .step").innerText();
  }

  /** "Forward 4 / 4", one per phase. */
  async phases(): Promise<string[]> {
    return (await this.frame.locator(".chips .chip").allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
  }

  async epoch(): Promise<string> {
    return this.frame.locator(".epoch vscode-text-field").evaluate((field) => String(Reflect.get(field, "value")));
  }

  async title(): Promise<string> {
    return this.frame.locator("header h1").innerText();
  }

  async info(): Promise<string> {
    return this.frame.locator("header .info").innerText();
  }

  /** The graph's nodes as the tree tells them: "w [] leaf, value 1.0000, …" */
  async nodes(): Promise<string[]> {
    return this.frame.locator("[role=treeitem]").allTextContents();
  }

  /** Names of the nodes that the caret's line made. */
  async marked(): Promise<string[]> {
    const items = await this.frame.locator("[role=treeitem][aria-description]").allTextContents();
    return items.map((text) => text.split(/[ ,]/)[0] ?? "");
  }

  async node(name: string): Promise<string> {
    return eventually(`a node ${name}`, async () =>
      (await this.nodes()).find((text) => text.split(/[ ,]/)[0] === name),
    );
  }

  /** The middle of the card with this name, in the page's own pixels. */
  async card(name: string): Promise<{ x: number; y: number }> {
    const { x, y, width, height } = await this.#box(name);
    return { x: x + width / 2, y: y + height / 2 };
  }

  /** The corner of the card with this name, or of the frame that is around it when it is open. */
  async corner(name: string): Promise<{ x: number; y: number }> {
    return this.#box(name);
  }

  /** Names of all lines of the tree, closed or open. */
  async names(): Promise<string[]> {
    return (await this.nodes()).map((text) => text.split(/[ ,]/)[0] ?? "");
  }

  async #box(name: string): Promise<{ x: number; y: number; width: number; height: number }> {
    const id = await this.frame.locator("[role=treeitem]").evaluateAll((items, wanted) => {
      const item = items.find((each) => each.textContent.split(/[ ,]/)[0] === wanted);
      return item?.getAttribute("data-drawn");
    }, name);
    return this.frame.evaluate((wanted) => {
      const drawn = [...document.querySelectorAll(".graph *")].find((each) => "_cyreg" in each)!;
      const { cy } = Reflect.get(drawn, "_cyreg") as {
        cy: {
          nodes(): { id(): string; renderedPosition(): { x: number; y: number }; width(): number; height(): number }[];
          zoom(): number;
        };
      };
      const node = [...cy.nodes()].find((each) => each.id() === wanted)!;
      const { left, top } = drawn.getBoundingClientRect();
      const { x, y } = node.renderedPosition();
      const [width, height] = [node.width() * cy.zoom(), node.height() * cy.zoom()];
      return { x: left + x - width / 2, y: top + y - height / 2, width, height };
    }, id);
  }

  /** Puts the mouse on a node's card. */
  async hover(name: string): Promise<void> {
    await this.frame.locator("body").hover({ position: await this.card(name), force: true });
  }

  async click(name: string): Promise<void> {
    await this.frame.locator("body").click({ position: await this.card(name), force: true });
  }

  /** What the tooltip over a node says. */
  async tip(): Promise<string> {
    return this.frame.locator(".tip").innerText();
  }

  button(label: string): Locator {
    return this.frame.locator(`[aria-label^="${label}"]`).first();
  }

  /** Presses a key with the page in focus. */
  async press(key: string): Promise<void> {
    await this.frame.locator(".graph").click({ position: { x: 4, y: 4 } });
    await this.bench.page.keyboard.press(key);
  }

  /** Waits for the step's text to match. */
  async stands(pattern: RegExp): Promise<string> {
    return eventually(`the page stands at ${String(pattern)}`, async () => {
      const step = await this.step();
      return pattern.test(step) && step;
    }).catch(async (error: unknown) => {
      throw new Error(`${String(error)}; it stands at ${await this.step()}`);
    });
  }

  /** Everything the page says of the moment, for comparison. */
  async picture(): Promise<string> {
    return JSON.stringify([await this.step(), await this.phases(), await this.nodes()]);
  }
}
