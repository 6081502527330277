// The process that answers questions with the engine: one at a time, nothing kept in between.
import { type Answer, readQuestion } from "../questions";
import { columnOf } from "./column";
import { evaluated } from "./expression";

process.on("message", (data: unknown) => {
  const read = readQuestion(data);
  if (typeof read === "string") {
    const ask = typeof data === "object" && data !== null && "ask" in data && Number.isSafeInteger(data.ask);
    answer({ ask: ask ? Number(data.ask) : 0, about: "trouble", sentence: `The question was not understood: ${read}` });
    return;
  }
  const { ask } = read;
  try {
    if (read.about === "column") answer({ ask, about: "column", column: columnOf(read.question) });
    else answer({ ask, about: "expression", results: evaluated(read.question) });
  } catch (error) {
    answer({ ask, about: "trouble", sentence: error instanceof Error ? error.message : String(error) });
  }
});

answer({ ask: 0, about: "ready" });

// The host is gone when its end of the channel is.
process.on("disconnect", () => process.exit(0));

function answer(message: Answer): void {
  process.send?.(message);
}
