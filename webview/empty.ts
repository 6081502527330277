import type { ToHost, ToPageOf } from "../src/panel/messages";
import { element } from "./dom";
import { showProblem } from "./header";
import { wordButton } from "./kit";

type Action = Extract<ToHost, { type: "action" }>["action"];

/** What stands there before anything was run: what to do. */
export class Empty {
  readonly element = element("main", { class: "empty" });

  constructor(private readonly act: (action: Action) => void) {}

  show(message: ToPageOf<"empty">): void {
    const banner = element("div", { class: "banner", role: "alert" });
    banner.addEventListener("click", (event) => {
      if (event.target instanceof HTMLAnchorElement) this.act("showProblem");
    });
    showProblem(banner, message.problem, "");
    const run = wordButton("Run gradient descent", "secondary", () => this.act("run"));
    const example = wordButton("Open example", "primary", () => this.act("openExample"));
    this.element.replaceChildren(
      ...(message.problem ? [banner] : []),
      element(
        "div",
        { class: "start" },
        element("h1", {}, "Step through a training loop"),
        element(
          "ol",
          {},
          element("li", {}, "Open a TypeScript file that trains something, or an example."),
          element("li", {}, "Select the loop, or nothing for the whole file."),
          element("li", {}, "Choose ", element("b", {}, "Run gradient descent"), "."),
        ),
        element(
          "p",
          { class: "dim" },
          "Every forward, backward and update step is recorded. Here you walk through them, in both directions.",
        ),
        ...(message.reason === "" ? [] : [element("p", { class: "reason" }, message.reason)]),
        element("div", { class: "buttons" }, example, ...(message.canRun ? [run] : [])),
      ),
    );
  }
}
