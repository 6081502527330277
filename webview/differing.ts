import type { PanelDifference, ToPageOf } from "../src/panel/messages";
import type { Cursor } from "../src/recording/moves";

/** What a run is compared with, and how it differs at the moment that was told of last. */
export class Differing {
  beside: ToPageOf<"beside"> | null = null;
  differences: ToPageOf<"differences"> | null = null;

  /** Takes in what the run is compared with. */
  begin(beside: ToPageOf<"beside">): void {
    this.beside = beside.name === "" ? null : beside;
    if (!this.beside) this.differences = null;
  }

  /** What is known at a moment; null while that is on its way. */
  at(cursor: Cursor | null): ToPageOf<"differences"> | null {
    const { differences } = this;
    return differences?.segment === cursor?.segment && differences?.step === cursor?.step ? differences : null;
  }

  /** By node how it differs from its partner. */
  nodes(cursor: Cursor | null): ReadonlyMap<number, PanelDifference> {
    return new Map(this.at(cursor)?.nodes.map((each) => [each.node, each]));
  }

  /** Whether only this run has a node. */
  isAdded(cursor: Cursor | null, node: number): boolean {
    return this.at(cursor)?.added.includes(node) ?? false;
  }

  forget(): void {
    this.beside = null;
    this.differences = null;
  }
}
