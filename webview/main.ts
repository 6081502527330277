// The page put together: its parts are made here, and each message, key and change is sent on in one closed list.
import "uplot/dist/uPlot.min.css";
import "./page.css";
import type { Orientation, ToHost, ToPageOf } from "../src/panel/messages";
import type { Finding } from "../src/recording/finding";
import type { Move } from "../src/recording/moves";
import type { Watchpoint } from "../src/recording/watchpoint";
import type { Change } from "./change";
import { Controls, hueOf } from "./controls";
import { Announcement } from "./announcement";
import { element } from "./dom";
import { Empty } from "./empty";
import { Header } from "./header";
import { listen, post } from "./host";
import { Inspector } from "./inspector";
import { actOf } from "./keys";
import { startKit } from "./kit";
import { SourceView } from "./source";
import { Stage } from "./stage";
import { Store } from "./store";
import { onThemeChange, readPalette } from "./theme";
import { Strip } from "./strip";
import { Timeline } from "./timeline";

startKit();

const narrow = 640;
const store = new Store(post, changed);
const act = (action: Extract<ToHost, { type: "action" }>["action"]): void => post({ type: "action", action });
const palette = readPalette();
const header = new Header(
  store,
  act,
  follow,
  () => store.set({ inspector: !store.ui.inspector }),
  () => store.set({ inspector: true, tab: "checks" }),
);
const controls = new Controls(store, { move: go, togglePlay, toStop, speed });
const stage = new Stage(store, palette, { select, reveal, turn });
const inspector = new Inspector(store, palette, {
  ...{ reveal, find, nudge, whatIf, watch, gradcheck, landscape, pick },
  select: choose,
  stopAsking: () => act("stopAsking"),
  go: (to) => go({ to: "cursor", ...to }),
});
const timeline = new Timeline(store, palette, go, find);
const strip = new Strip(store, go, act);
const empty = new Empty(act);
const announcement = new Announcement(store);
const source = new SourceView(store);
const middle = element("div", { class: "middle" }, source.element, stage.element, inspector.element);
const page = [
  header.element,
  header.banner,
  header.notes,
  strip.element,
  controls.element,
  middle,
  timeline.element,
  announcement.element,
];
let graphKey = "";
/** The moment whose node was last brought into sight: nothing else moves the picture. */
let reached = "";
/** The pictures that the host wants of the graph. */
let pictures: ToPageOf<"picture">[] = [];
/** The node to select, as long as its moment is still to come on screen. */
let sought: { readonly segment: number; readonly node: number } | null = null;

function go(move: Move): void {
  store.move(move);
}

function togglePlay(by: 1 | -1): void {
  if (!store.run) return;
  const { id } = store.run;
  post(store.playing ? { type: "pause", id } : { type: "play", id, by });
}

function toStop(by: 1 | -1): void {
  if (store.run) post({ type: "toStop", id: store.run.id, by });
}

function watch(watchpoints: readonly Watchpoint[]): void {
  if (store.run) post({ type: "watch", id: store.run.id, watchpoints: [...watchpoints] });
}

function speed(stepsPerSecond: number): void {
  if (store.run && stepsPerSecond !== store.speed) post({ type: "speed", id: store.run.id, speed: stepsPerSecond });
}

function follow(): void {
  if (store.run) post({ type: "follow", id: store.run.id, on: !store.follow });
}

function turn(): void {
  store.set({ orientation: store.orientation === "LR" ? "TB" : "LR", view: null });
}

function select(node: number | null): void {
  store.set({ selected: node });
  const segment = store.cursor?.segment;
  if (store.run && segment !== undefined) post({ type: "select", id: store.run.id, segment, node });
}

/** Selects a node that was not pointed at in the graph. */
function choose(node: number): void {
  select(node);
  stage.approach(node);
}

function reveal(node: number): void {
  const own = store.scene()?.graph.nodes[node];
  if (!own) return;
  source.reveal(own.site);
  const segment = store.cursor?.segment;
  if (store.run && segment !== undefined) post({ type: "reveal", id: store.run.id, segment, node });
}

/** Goes to a finding: its moment, its node, its line. */
function find(finding: Finding): void {
  if (!store.run) return;
  const { segment, step } = finding;
  sought = finding;
  go({ to: "cursor", segment, step });
  post({ type: "revealFinding", id: store.run.id, finding: finding.id });
  settle();
}

/** Selects a node of a segment, and goes there. */
function pick(segment: number, node: number): void {
  sought = { segment, node };
  if (store.cursor?.segment !== segment) go({ to: "cursor", segment, step: 0 });
  settle();
}

/** Selects the sought node once its segment is on screen. */
function settle(): void {
  const scene = store.scene();
  if (!sought || !scene || scene.index !== sought.segment) return;
  const { node } = sought;
  sought = null;
  if (node >= 0) choose(node);
}

/** Gives the host the pictures it wants, as soon as the graph is drawn. */
function settlePictures(): void {
  for (const { id, ask, format } of pictures) {
    const made = id === store.run?.id ? stage.picture(format) : Promise.resolve(null);
    if (made === null) return;
    void made.then((picture) => post({ type: "pictured", id, ask, picture }));
  }
  pictures = [];
}

function whatIf(node: number): void {
  const segment = store.cursor?.segment;
  if (store.run && segment !== undefined) post({ type: "whatIf", id: store.run.id, segment, node });
}

function gradcheck(node: number): void {
  if (store.run && store.cursor) post({ type: "gradcheck", id: store.run.id, ...store.cursor, node });
}

function landscape(): void {
  if (store.run && store.cursor) post({ type: "landscape", id: store.run.id, ...store.cursor });
}

/** What has just been asked, from here or by a command, is brought to the screen. */
function openAnswer(): void {
  const newest = [...store.asked.values()].at(-1);
  if (newest?.outcome !== null || newest.of > 0) return;
  store.set({ inspector: true, tab: newest.what === "gradcheck" ? "checks" : "plots" });
}

function nudge(node: number, by: number): void {
  if (store.run && store.cursor) post({ type: "nudge", id: store.run.id, ...store.cursor, node, by });
}

function changed(change: Change): void {
  const scene =
    change === "play" || change === "stops" || change === "column" || change === "course" ? store.scene() : null;
  switch (change) {
    case "empty":
      if (store.empty) empty.show(store.empty);
      document.body.replaceChildren(empty.element);
      return;
    case "run":
      strip.show();
      if (!middle.isConnected) document.body.replaceChildren(...page);
      header.show();
      controls.showPlay();
      return;
    case "outline":
      header.show();
      controls.showOutline();
      timeline.refresh();
      show();
      return;
    case "play":
      controls.showPlay();
      header.show();
      if (scene) controls.show(scene);
      return;
    case "stops":
      controls.showStops();
      timeline.markStops();
      if (scene) inspector.show(scene);
      return;
    case "moment":
    case "layout":
      show();
      return;
    case "findings":
      header.show();
      inspector.showChecks();
      timeline.markFindings();
      show();
      return;
    case "marked":
      stage.pick();
      return;
    case "beside":
      strip.show();
      timeline.refresh();
      show();
      return;
    case "differences":
      strip.show();
      show();
      return;
    case "nudged":
      if (store.nudged) inspector.nudged(store.nudged);
      return;
    case "asked":
      openAnswer();
      show();
      return;
    case "column":
      if (scene) inspector.answered(scene);
      stage.answered();
      return;
    case "course":
      if (scene) inspector.show(scene);
      return;
    case "copied":
      inspector.copied();
      return;
    case "ui":
      document.body.classList.toggle("inspecting", store.ui.inspector);
      stage.pick();
      timeline.refresh();
      show();
  }
}

/** Everything that depends on the moment. */
function show(): void {
  const scene = store.scene();
  document.body.classList.toggle("waiting", !scene && store.cursor !== null);
  if (!scene) return;
  if (scene.graph.key !== graphKey) {
    // A selection is a node of one graph.
    if (graphKey !== "" && store.ui.selected !== null) store.ui = { ...store.ui, selected: null };
    graphKey = scene.graph.key;
    header.show();
  }
  chooseOrientation();
  stage.show(scene);
  source.show(scene);
  controls.show(scene);
  timeline.show(scene.segment.iteration, hueOf(scene.moment.phase));
  inspector.show(scene);
  announcement.show(scene);
  const node = scene.moment.step?.node ?? -1;
  const at = `${scene.index} ${scene.step}`;
  if (node >= 0 && at !== reached) stage.reach(node);
  reached = at;
  store.wantNeighbours();
  settle();
  settlePictures();
}

function chooseOrientation(): void {
  const { width, height } = stage.size;
  if (width === 0 || height === 0) return;
  store.autoOrientation = orientationIn(width, height);
}

function orientationIn(width: number, height: number): Orientation {
  return width < 560 || width < height * 1.2 ? "TB" : "LR";
}

function resized(): void {
  document.body.classList.toggle("narrow", innerWidth < narrow);
  document.body.classList.toggle("tight", innerWidth < 420);
  const before = store.orientation;
  chooseOrientation();
  if (store.orientation !== before) show();
}

function recolor(): void {
  const colors = readPalette();
  stage.recolor(colors);
  timeline.recolor(colors);
  inspector.recolor(colors);
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "f" && store.run) {
    event.preventDefault();
    stage.openSeek();
    return;
  }
  const meant = actOf(event);
  if (!meant || !store.run) return;
  event.preventDefault();
  if (meant === "play") togglePlay(1);
  else if (meant === "playBack") togglePlay(-1);
  else if (meant === "toStop") toStop(1);
  else if (meant === "toStopBack") toStop(-1);
  else if (meant === "fit") stage.fit();
  else if (meant === "clear") select(null);
  else go(meant);
});
addEventListener("resize", resized);
onThemeChange(recolor);
resized();
listen((message) => {
  if (message.type !== "picture") return store.hear(message);
  pictures.push(message);
  settlePictures();
});
store.autoOrientation = orientationIn(innerWidth, innerHeight);
post({ type: "ready", orientation: store.autoOrientation });
