import type { Cursor } from "./moves";
import type { Recording } from "./recording";
import type { OutlineData, Series } from "./segment";
import type { Variable } from "./variable";

/** What hovering over a node or a variable tells; text only, the surface chooses the look. */
export interface Tip {
  /** "w" */
  readonly title: string;
  /** "float32 scalar · requires grad" */
  readonly subtitle: string;
  readonly rows: readonly TipRow[];
  /** For the sparkline: its values over the iterations; undefined when there are fewer than two. */
  readonly series: Series | undefined;
  /** Iteration of the cursor, −1 outside. */
  readonly iteration: number;
}

/** One line of a tip; `hue` says whether it is about a value, a gradient or an update. */
export interface TipRow {
  readonly label: string;
  readonly text: string;
  readonly hue: "value" | "gradient" | "update" | "";
}

/** The tip of a graph node at the cursor. */
export declare function nodeTip(recording: Recording, outline: OutlineData, cursor: Cursor, node: number): Tip | undefined;

/** The tip of a variable of the source at the cursor. */
export declare function variableTip(recording: Recording, outline: OutlineData, cursor: Cursor, variable: Variable): Tip;
