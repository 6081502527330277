import type { ToHost } from "../src/panel/messages";
import { worst } from "../src/recording/finding";
import { grouped } from "../src/recording/text";
import { countText, signs } from "./checks";
import { element, mark, say } from "./dom";
import { icon } from "./icons";
import { iconButton, turnButton } from "./kit";
import type { Store } from "./store";

type Action = Extract<ToHost, { type: "action" }>["action"];

const endings = { running: "running", done: "", failed: "failed", stopped: "stopped", limit: "stopped by a limit" };

/** Title, facts of the run, and what can be done with it; below, what went wrong. */
export class Header {
  readonly element: HTMLElement;
  readonly banner = element("div", { class: "banner", role: "alert", hidden: true });
  readonly notes = element("section", { class: "notes", "aria-label": "Notes on this run", hidden: true });
  readonly #title = element("h1", {});
  readonly #info = element("span", { class: "info dim" });
  readonly #found = element("button", { type: "button", class: "found", hidden: true });
  readonly #stop;
  readonly #again;
  readonly #toSide;
  readonly #toPanel;
  readonly #follow;
  /** What only VS Code can do. */
  readonly #hosted: readonly HTMLElement[];

  constructor(
    private readonly store: Store,
    act: (action: Action) => void,
    follow: () => void,
    toggleInspector: () => void,
    showChecks: () => void,
  ) {
    this.#found.addEventListener("click", showChecks);
    this.#stop = iconButton("stop", "Stop the run", () => act("stop"));
    this.#again = iconButton("again", "Run again", () => act("runAgain"));
    this.#toSide = iconButton("sideBar", "Show in side bar", () => act("toSideBar"));
    this.#toPanel = iconButton("panel", "Show beside editor", () => act("toPanel"));
    this.#follow = iconButton("follow", "Follow the run", follow);
    this.#hosted = [
      iconButton("compare", "Compare with…", () => act("compare")),
      iconButton("export", "Export…", () => act("export")),
      iconButton("output", "Show output", () => act("showOutput")),
    ];
    const inspector = iconButton("inspector", "Inspector", toggleInspector);
    inspector.classList.add("inspect");
    this.element = element(
      "header",
      { class: "head" },
      this.#title,
      this.#info,
      this.#found,
      element("span", { class: "space" }),
      this.#stop,
      this.#follow,
      this.#again,
      ...this.#hosted,
      this.#toSide,
      this.#toPanel,
      inspector,
    );
    this.banner.addEventListener("click", (event) => {
      if (event.target instanceof HTMLAnchorElement) act("showProblem");
    });
  }

  show(): void {
    const { run, follow } = this.store;
    if (!run) return;
    say(this.#title, run.title);
    mark(this.#title, "title", run.title);
    const info = infoOf(this.store);
    say(this.#info, info);
    mark(this.#info, "title", info);
    this.#showFound();
    const running = run.status === "running";
    this.#stop.hidden = !running;
    this.#follow.hidden = !running;
    mark(this.#follow, "aria-pressed", String(follow));
    this.#follow.classList.toggle("on", follow);
    this.#again.hidden = running || !run.canRun;
    turnButton(this.#again, "again", run.again);
    const alone = run.place === "alone";
    for (const each of this.#hosted) each.hidden = alone;
    this.#toSide.hidden = run.place !== "panel";
    this.#toPanel.hidden = run.place !== "sideBar";
    showProblem(
      this.banner,
      run.problem,
      this.store.recording.rows > 0 ? "What was recorded before it is all here." : "",
      !alone,
    );
    this.notes.hidden = run.notes.length === 0;
    const text = run.notes.join("\n");
    if (this.notes.dataset.text === text) return;
    this.notes.dataset.text = text;
    this.notes.replaceChildren(
      element(
        "details",
        {},
        element("summary", {}, run.notes.length === 1 ? "1 note on this run" : `${run.notes.length} notes on this run`),
        ...run.notes.map((note) => element("p", {}, note)),
      ),
    );
  }

  /** How much was found, and the way to it. */
  #showFound(): void {
    const { findings } = this.store;
    const text = countText(findings);
    const severity = worst(findings);
    this.#found.hidden = text === "";
    if (text === "" || severity === null || this.#found.title === text) return;
    this.#found.title = text;
    this.#found.className = `found ${severity}`;
    const count = findings.filter((each) => each.severity !== "note").length;
    this.#found.replaceChildren(
      icon(signs[severity].icon),
      String(count),
      element("span", { class: "unseen" }, ` found: ${text}. Show them.`),
    );
  }
}

/** Fills a banner with what went wrong, and the way to its line where there is an editor. */
export function showProblem(
  banner: HTMLElement,
  problem: { readonly message: string; readonly file: string; readonly line: number } | null,
  also: string,
  leads = true,
): void {
  banner.hidden = problem === null;
  if (!problem) return;
  const after = element("div", { class: "after" });
  if (problem.line >= 0) {
    const name = problem.file.split("/").at(-1) ?? problem.file;
    const place = `${name}:${problem.line + 1}`;
    after.append(leads ? element("a", { href: "#", title: problem.file }, place) : place, " ");
  }
  if (also !== "") after.append(element("span", { class: "also" }, also));
  const text = `${problem.message} ${after.textContent}`;
  if (banner.dataset.text === text) return;
  banner.dataset.text = text;
  banner.replaceChildren(icon("warning"), element("span", { class: "message" }, problem.message), after);
}

/** "run 3 · 100 epochs · 12 steps each · recorded in 9 ms" */
function infoOf(store: Store): string {
  const { run, outline } = store;
  if (!run) return "";
  const count = outline.iterations;
  const parts = [
    run.number === null ? "" : `run ${run.number}`,
    endings[run.status],
    count > 0 ? plural(count, outline.word) : "",
    stepsEach(store),
    run.milliseconds === null ? "" : `recorded in ${duration(run.milliseconds)}`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** "100 epochs" */
export function plural(count: number, word: string): string {
  const ending = count === 1 ? "" : /(s|x|z|tch)$/.test(word) ? "es" : "s";
  return `${grouped(count)} ${word}${ending}`;
}

/** Said only where every iteration has as many rows as one whose steps are here. */
function stepsEach(store: Store): string {
  const known = store.cursor && store.stepsIn(store.cursor.segment)?.steps.length;
  const inIteration = store.cursor && store.track.iteration(store.cursor.segment) >= 0;
  return known && inIteration && store.outline.rowsEach !== null ? `${plural(known, "step")} each` : "";
}

function duration(ms: number): string {
  if (ms < 1) return "under 1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
