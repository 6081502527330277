// Everything the host and the page say to each other, in one file: each way is one closed union. Checked on arrival at both ends.
// Moves and cursors are those of recording/moves.ts, so that the page can move at once by the host's own rules.
import * as v from "valibot";
import { findingSchema } from "../recording/finding.schema";
import type { Folds } from "../recording/folds";
import type { Cursor, Move } from "../recording/moves";
import { watchpointSchema } from "../recording/watchpoint.schema";
import { asked } from "./messages.asked";
import { joined, otherMoment } from "./messages.joined";
import { bytes, count, doubles, floats, ints, whole } from "./messages.parts";

const orientation = v.picklist(["LR", "TB"]);

/** Which way a graph is drawn: left to right or top to bottom. */
export type Orientation = v.InferOutput<typeof orientation>;

const folds = v.object({
  depth: v.nullable(count),
  toggled: v.pipe(v.array(v.string()), v.readonly()),
}) satisfies v.GenericSchema<Folds>;

/** Axes that curves can have. */
export const scales = ["linear", "log", "symlog"] as const;

const ui = v.object({
  /** Zoom and pan of the graph; null: fit. */
  view: v.nullable(v.object({ zoom: v.number(), x: v.number(), y: v.number() })),
  /** Null: by the width of the page. */
  orientation: v.nullable(orientation),
  tab: v.picklist(["explain", "tensor", "history", "checks", "plots", "stops"]),
  logarithmic: v.boolean(),
  /** How the curves of the History tab are drawn. */
  history: v.optional(v.object({ scale: v.picklist(scales), recent: v.boolean() }), { scale: "linear", recent: false }),
  /** Graph node shown in the inspector; null: the one the current step touches. */
  selected: v.nullable(count),
  /** Whether the inspector is open where there is no room beside the graph. */
  inspector: v.boolean(),
  folds,
});

/** Checks which way a graph is drawn. */
export const orientationSchema = orientation;

/** Checks what was kept of a page's state. */
export const uiSchema = ui;

/** What a person set up on the page; the host keeps it per run. */
export type UiState = v.InferOutput<typeof ui>;

/** How a page starts when nothing was set up yet. */
export const freshUi: UiState = {
  view: null,
  orientation: null,
  tab: "explain",
  logarithmic: false,
  history: { scale: "linear", recent: false },
  selected: null,
  inspector: false,
  folds: { depth: null, toggled: [] },
};

const problem = v.object({ message: v.string(), file: v.string(), line: whole, column: whole });

/** What went wrong in a run: a sentence and the 0-based place it is about (line −1: no place). */
export type PanelProblem = v.InferOutput<typeof problem>;

const run = v.object({
  type: v.literal("run"),
  /** Which run the page shows; everything after this message belongs to it. */
  id: v.string(),
  title: v.string(),
  /** "run 3" */
  number: v.nullable(count),
  status: v.picklist(["running", "done", "failed", "stopped", "limit"]),
  milliseconds: v.nullable(v.number()),
  problem: v.nullable(problem),
  /** Sentences worth knowing: lines that were added, values that were dropped, a protection that is missing. */
  notes: v.array(v.string()),
  /** Whether this run can be started again from here. */
  canRun: v.boolean(),
  /** What running it again does. */
  again: v.string(),
  /** Which place the page lives in; the header offers the other one. Alone: in a file, without VS Code. */
  place: v.picklist(["sideBar", "panel", "editor", "alone"]),
  ui,
});

const chunks = v.object({
  type: v.literal("chunks"),
  id: v.string(),
  /** In the recording's order the first time; definitions alone, or whole. Plain Uint8Arrays with a buffer of their own. */
  chunks: v.array(v.object({ index: count, whole: v.boolean(), bytes })),
});

/** Numbers, and the places among them where there is none: a NaN is one. */
const sparse = v.object({ values: v.union([floats, doubles]), holes: doubles });

const outline = v.object({
  type: v.literal("outline"),
  id: v.string(),
  /** The segments and labels of this message replace those from here on. */
  from: count,
  /** See packSegments. */
  segments: doubles,
  /** How labels begin, and of how many segments in a row; an iteration's ends with its number (segmentLabel). */
  labels: v.array(v.object({ beginning: v.string(), count })),
  /** What one iteration is called, after its loop variable: "epoch". */
  word: v.string(),
  series: v.array(
    v.object({
      name: v.string(),
      kind: v.picklist(["loss", "value", "gradient"]),
      key: v.string(),
      /** The values replace those from this iteration on. */
      from: count,
      ...sparse.entries,
    }),
  ),
  /** Row and site of each call of plot; they replace those from here on. */
  plots: v.object({ from: count, marks: doubles }),
});

const cursor = v.object({
  type: v.literal("cursor"),
  id: v.string(),
  segment: count,
  step: count,
  /** The last move of the page that this answers; older answers are not for the screen. */
  seq: count,
  playing: v.boolean(),
  speed: v.number(),
  follow: v.boolean(),
  /** Why the run stopped here by itself, "" where it did not. */
  halt: v.string(),
});

const layout = v.object({
  type: v.literal("layout"),
  id: v.string(),
  /** Key of the graph as it is folded. */
  key: v.string(),
  orientation,
  width: v.number(),
  height: v.number(),
  /** x and y of the centre of each card. */
  centres: floats,
  /** Spline control points of all edges in the graph's order, x and y each … */
  points: floats,
  /** … and where each edge's begin in `points` (in points, not numbers); one more than there are edges. */
  starts: ints,
  /** Left, top, width and height of the frame of each open group. */
  frames: floats,
});

const marked = v.object({ type: v.literal("marked"), id: v.string(), segment: count, nodes: v.array(count) });

const findings = v.object({
  type: v.literal("findings"),
  id: v.string(),
  /** All of them, the worst first. */
  list: v.array(findingSchema),
});

const difference = v.object({
  node: count,
  /** The other's value in words. */
  value: v.string(),
  /** Relative to the larger; null where there is nothing to compare. */
  ofValue: v.nullable(v.number()),
  ofGradient: v.nullable(v.number()),
  /** This minus the other, for single numbers. */
  apart: v.nullable(v.number()),
});

/** A node that only the other run has, at its moment. */
export type OtherMoment = v.InferOutput<typeof otherMoment>;

/** A node beside its partner in another run. */
export type PanelDifference = v.InferOutput<typeof difference>;

const beside = v.object({
  type: v.literal("beside"),
  id: v.string(),
  /** What the run is compared with, "" for nothing. */
  name: v.string(),
  /** Whether that is another run, which could be looked at beside this one. */
  other: v.boolean(),
  /** Its curves, as far as the run has them too; by the run's keys. */
  series: v.array(v.object({ key: v.string(), values: doubles })),
  /** The first step that differs; null: none, as far as one looked. */
  first: v.nullable(v.object({ segment: count, step: count, text: v.string() })),
  looking: v.boolean(),
  tolerance: v.number(),
});

const differences = v.object({
  type: v.literal("differences"),
  id: v.string(),
  segment: count,
  step: count,
  /** The other's place: "epoch 3". */
  place: v.string(),
  nodes: v.array(difference),
  /** Key of the graph that both are drawn as; "" where the other has no such moment. */
  joined: v.string(),
  /** The moments of the nodes that only the other has, … */
  others: v.array(otherMoment),
  /** … and by wire that only it has the root mean square of what came back along it; null: nothing yet. */
  wires: v.array(v.nullable(v.number())),
});

/** Sent before the first differences that name it. */
const joining = v.object({ type: v.literal("joined"), id: v.string(), joined });

const nudged = v.object({
  type: v.literal("nudged"),
  id: v.string(),
  segment: count,
  node: count,
  outcome: v.union([
    /** Why there is nothing to show. */
    v.string(),
    v.object({
      name: v.string(),
      by: v.number(),
      loss: v.string(),
      before: v.number(),
      after: v.number(),
      gradient: v.number(),
    }),
  ]),
});

/** What a small change of a leaf did to the loss, or why that is not known. */
export type NudgeOutcome = v.InferOutput<typeof nudged>["outcome"];

const column = v.object({
  type: v.literal("column"),
  id: v.string(),
  /** Which question this answers. */
  ask: count,
  /** Null with trouble: there is none, and why. Null without: the cursor moved on, and it was not computed. */
  column: v.nullable(
    v.object({ formula: v.string(), names: v.array(v.string()), slopes: v.array(v.nullable(doubles)) }),
  ),
  trouble: v.string(),
});

const course = v.object({
  type: v.literal("course"),
  id: v.string(),
  /** Which question this answers. */
  ask: count,
  /** The numbers replace those from this iteration on. */
  from: count,
  value: sparse,
  gradient: sparse,
  update: sparse,
  /** Whether more is to come. */
  done: v.boolean(),
});

const copied = v.object({
  type: v.literal("copied"),
  id: v.string(),
  /** Why the text is not on the clipboard; "" when it is. Each "copy" is answered, in order. */
  trouble: v.string(),
});

const pictureFormat = v.picklist(["svg", "png"]);

/** What a page can make a picture of its graph as. */
export type PictureFormat = v.InferOutput<typeof pictureFormat>;

const picture = v.object({ type: v.literal("picture"), id: v.string(), ask: count, format: pictureFormat });
const stops = v.object({
  type: v.literal("stops"),
  id: v.string(),
  /** Whether anything stops the run at all. */
  any: v.boolean(),
  watchpoints: v.array(watchpointSchema),
  /** Breakpoints of the editor in words; with a reason one stops nowhere. */
  breakpoints: v.array(v.object({ text: v.string(), reason: v.string() })),
  /** Where it stops, in the order of time: of each place the segment, the step, and which of `kinds` it is. */
  marks: ints,
  kinds: v.array(v.object({ reason: v.picklist(["breakpoint", "data breakpoint", "exception"]), text: v.string() })),
});

const settings = v.object({ type: v.literal("settings"), speeds: v.array(v.number()) });

const empty = v.object({
  type: v.literal("empty"),
  /** Why nothing can be run now ("This workspace is not trusted …"); "" when it can. */
  reason: v.string(),
  /** What went wrong before anything was recorded. */
  problem: v.nullable(problem),
  canRun: v.boolean(),
});

const toPage = v.variant("type", [
  run,
  chunks,
  outline,
  cursor,
  layout,
  marked,
  findings,
  beside,
  joining,
  differences,
  nudged,
  v.object({ type: v.literal("asked"), id: v.string(), asked }),
  column,
  course,
  copied,
  picture,
  stops,
  settings,
  empty,
]);

/** What the host says to the page. */
export type ToPage = v.InferOutput<typeof toPage>;
/** One kind of message to the page. */
export type ToPageOf<T extends ToPage["type"]> = Extract<ToPage, { type: T }>;

const direction = v.union([v.literal(1), v.literal(-1)]);
const move = v.variant("to", [
  v.object({ to: v.picklist(["step", "phase", "iteration"]), by: direction }),
  v.object({ to: v.picklist(["first", "last"]) }),
  v.object({ to: v.literal("cursor"), segment: count, step: count }),
  v.object({ to: v.literal("iterationIndex"), index: count }),
]) satisfies v.GenericSchema<Move>;

const id = v.string();

/** More letters than this are not put on the clipboard. */
export const mostCopied = 2 ** 24;

const toHost = v.variant("type", [
  /** The page is up and knows nothing: run or empty, outline, chunks, cursor, layout, please. Its shape tells which way graphs will be drawn. */
  v.object({ type: v.literal("ready"), orientation }),
  /** The page has taken in an outline and all that came before it, and can be told of more. */
  v.object({ type: v.literal("took"), id }),
  /** `seq` counts up with every move of this page. */
  v.object({ type: v.literal("move"), id, seq: count, move }),
  v.object({ type: v.literal("play"), id, by: direction }),
  /** Go on to the next stop, or the one before. */
  v.object({ type: v.literal("toStop"), id, by: direction }),
  /** All watchpoints there are to be. */
  v.object({ type: v.literal("watch"), id, watchpoints: v.array(watchpointSchema) }),
  v.object({ type: v.literal("pause"), id }),
  /** Steps per second. */
  v.object({ type: v.literal("speed"), id, speed: v.pipe(v.number(), v.minValue(0.1), v.maxValue(1000)) }),
  v.object({ type: v.literal("follow"), id, on: v.boolean() }),
  v.object({ type: v.literal("select"), id, segment: count, node: v.nullable(count) }),
  /** Show the source line that made this node. */
  v.object({ type: v.literal("reveal"), id, segment: count, node: count }),
  /** Show the source line of a finding; `finding` is its id. */
  v.object({ type: v.literal("revealFinding"), id, finding: v.string() }),
  /** The page lacks the chunks of this segment, or the layout of its graph. */
  /** How the gradient that came back along a wire depends on each number of the wire's end: one column of a Jacobian. */
  v.object({ type: v.literal("column"), id, ask: count, segment: count, step: count, edge: count, element: count }),
  /** What value, gradient and update of a node were in each iteration; null: their norms. One is computed at a time. */
  v.object({
    type: v.literal("course"),
    id,
    ask: count,
    segment: count,
    node: count,
    element: v.nullable(count),
    from: count,
  }),
  /** Put a text on the clipboard. */
  v.object({ type: v.literal("copy"), id, text: v.pipe(v.string(), v.maxLength(mostCopied)) }),
  v.object({ type: v.literal("want"), id, segment: count, orientation, folds }),
  v.object({ type: v.literal("ui"), id, ui }),
  /** Ask for other elements of a leaf, and run from the start with them. */
  v.object({ type: v.literal("whatIf"), id, segment: count, node: count }),
  /** Run the iteration of a segment again with a leaf changed by a number. */
  v.object({ type: v.literal("nudge"), id, segment: count, step: count, node: count, by: v.number() }),
  /** The graph as this page shows it; null: it could not be made. */
  v.object({
    type: v.literal("pictured"),
    id,
    ask: count,
    picture: v.nullable(v.object({ bytes, note: v.string() })),
  }),
  /** Ask re-runs about a moment: its gradients against central differences (node −1: all), its loss around the weights' way. */
  v.object({ type: v.literal("gradcheck"), id, segment: count, step: count, node: whole }),
  v.object({ type: v.literal("landscape"), id, segment: count, step: count }),
  v.object({
    type: v.literal("action"),
    action: v.picklist([
      "run",
      "runAgain",
      "stop",
      "openExample",
      "toSideBar",
      "toPanel",
      "showOutput",
      "showProblem",
      "compare",
      "export",
      "stopComparing",
      "swapCompared",
      "stopAsking",
      "trust",
    ]),
  }),
  /** Something failed in the page; for the log. */
  v.object({ type: v.literal("trouble"), text: v.pipe(v.string(), v.maxLength(4000)) }),
]);

/** What the page says to the host. */
export type ToHost = v.InferOutput<typeof toHost>;

/** A message that arrived at the page, or why it is none. */
export function readToPage(data: unknown): ToPage | string {
  const read = v.safeParse(toPage, data);
  return read.success ? read.output : v.summarize(read.issues);
}

/** A message that arrived at the host, or why it is none. */
export function readToHost(data: unknown): ToHost | string {
  const read = v.safeParse(toHost, data);
  return read.success ? read.output : v.summarize(read.issues);
}

/** What a cursor message says of the moment. */
export function cursorOf(message: ToPageOf<"cursor">): Cursor {
  return { segment: message.segment, step: message.step };
}
