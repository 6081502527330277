import { type Answer, readQuestion } from "../questions";
import { columnOf } from "./column";
import { evaluated } from "./expression";

/** Answers the host's questions with the engine: one at a time, nothing kept in between. */
export function evaluate(process: NodeJS.Process): void {
  const answer = (message: Answer): void => void process.send?.(message);
  process.on("message", (data: unknown) => answer(answerTo(data)));
  // The host is gone when its end of the channel is.
  process.on("disconnect", () => process.exit(0));
  answer({ ask: 0, about: "ready" });
}

function answerTo(data: unknown): Answer {
  const read = readQuestion(data);
  if (typeof read === "string") {
    const ask = typeof data === "object" && data !== null && "ask" in data && Number.isSafeInteger(data.ask);
    return { ask: ask ? Number(data.ask) : 0, about: "trouble", sentence: `The question was not understood: ${read}` };
  }
  const { ask } = read;
  try {
    if (read.about === "column") return { ask, about: "column", column: columnOf(read.question) };
    return { ask, about: "expression", results: evaluated(read.question) };
  } catch (error) {
    return { ask, about: "trouble", sentence: error instanceof Error ? error.message : String(error) };
  }
}
