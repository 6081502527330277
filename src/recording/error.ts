/** A recording that cannot be read, in one sentence: what is wrong and where. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}
