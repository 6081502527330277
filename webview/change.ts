/** What about the page's state changed. */
export type Change =
  | "run"
  | "outline"
  | "moment"
  | "play"
  | "layout"
  | "ui"
  | "marked"
  | "findings"
  | "nudged"
  | "beside"
  | "differences"
  | "column"
  | "course"
  | "asked"
  | "copied"
  | "stops"
  | "empty";
