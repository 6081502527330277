import type { Finding } from "../finding";
import type { Form } from "../format";
import type { Outline } from "../outline";

/** Looks for one family of findings while rows go by; what it knows is of rows alone, so that late iterations change nothing. */
export interface Watch {
  /** Takes the next row. */
  read(row: number, form: Form): void;
  /** What was found so far. */
  findings(outline: Outline): Finding[];
}
