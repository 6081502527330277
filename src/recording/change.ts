/** A number of the source that a re-run takes another for; its place is 0-based. */
export interface Literal {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The number that runs in its place, as it is written in a source. */
  readonly text: string;
}

/** A tensor by its place among those that are made from the beginning of a turn on (−1: of the run). */
export interface Nth {
  readonly turn: number;
  readonly nth: number;
}

/** Another value in the place of what the run went on with. */
export type Put =
  /** The number that the `nth` write (from 0, over the whole run) gives a binding. */
  | { readonly at: "write"; readonly binding: number; readonly nth: number; readonly number: number }
  /** The elements of a tensor, by its id in the recording, from the moment it is made. */
  | { readonly at: "made"; readonly tensor: number; readonly elements: readonly number[] }
  /**
   * The same by its place: rules make other tensors in other precisions, so ids hold only up to the first backward.
   * `adds`: the elements are added to what is there.
   */
  | ({ readonly at: "nth"; readonly adds: boolean; readonly elements: readonly number[] } & Nth)
  /** The elements of a tensor (by id, or by the binding that holds it) when a turn begins, or when it is made in that turn. */
  | {
      readonly at: "turn";
      readonly turn: number;
      readonly tensor: number;
      readonly binding: number;
      readonly elements: readonly number[];
    };

/** What a re-run puts in the place of what the run had. */
export interface Change {
  readonly literals: readonly Literal[];
  readonly puts: readonly Put[];
}
