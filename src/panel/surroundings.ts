import type { Asked } from "../recording/asked";
import type { Layout } from "../layout/layout";
import type { Topology } from "../layout/dot";
import type { Finding } from "../recording/finding";
import type { Cursor } from "../recording/moves";
import type { Session } from "../session/session";
import type { ColumnOf } from "./answers";
import type { NudgeOutcome, Orientation, PanelProblem, ToHost } from "./messages";
import type { Uis } from "./uis";

/** What a page may ask to be done; the host alone knows how. */
export type Action = Extract<ToHost, { type: "action" }>["action"];

/** What a page shows when there is no run. */
export interface Empty {
  readonly reason: string;
  readonly problem: PanelProblem | null;
  readonly canRun: boolean;
}

/** What pages need of the rest of the extension. */
export interface Surroundings {
  readonly uis: Uis;
  lay(key: string, topology: Topology, orientation: Orientation, signal: AbortSignal): Promise<Layout>;
  act(action: Action, session: Session | null): void;
  reveal(session: Session, segment: number, node: number): void;
  revealFinding(session: Session, finding: Finding): void;
  /** Asks for other elements of a leaf and runs from the start with them. */
  whatIf(session: Session, segment: number, node: number): void;
  /** Runs the iteration at a cursor again with a leaf changed by a number. */
  nudge(session: Session, cursor: Cursor, node: number, by: number): Promise<NudgeOutcome>;
  /** Asks re-runs of a session about a moment; the answer comes to the session. Node −1: all nodes. */
  ask(session: Session, what: Asked["what"], cursor: Cursor, node: number): void;
  empty(): Empty;
  readonly columnOf: ColumnOf;
  /** Puts a text on the clipboard. */
  copy(text: string): PromiseLike<void>;
  /** Whether this run can be started again. */
  canRun(session: Session): boolean;
  log(text: string): void;
}
