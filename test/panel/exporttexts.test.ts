import { equal, match } from "node:assert/strict";
import { fileName, sizeQuestion } from "../../src/panel/exporttexts";
import { Session } from "../../src/session/session";
import { chunksOf, regression } from "../session/recorded";

describe("what an export is called and asks", () => {
  async function session(title: string): Promise<Session> {
    const made = new Session({ id: "a", title, number: 1, origin: null, previous: null });
    for (const chunk of (await chunksOf(regression(5))).chunks) made.add(chunk);
    made.end("done", null, 1);
    return made;
  }

  it("asks of a page above 50 MB and of no other", () => {
    equal(sizeQuestion(0), "");
    equal(sizeQuestion(50_000_000), "");
    match(sizeQuestion(50_000_001), /^The page would have 50 MB, .* makes a smaller one\.$/);
  });

  it("is named after the run, and after the moment where it shows one", async () => {
    const run = await session("one weight.ts");
    run.move({ to: "iterationIndex", index: 3 });
    equal(fileName(run, "html"), "one-weight.html");
    equal(fileName(run, "csv"), "one-weight.csv");
    equal(fileName(run, "svg"), "one-weight-epoch-3-step-4.svg");
    equal(fileName(await session("kept.backstep"), "csv"), "kept.csv");
    equal(fileName(await session("../…/.ts"), "csv"), "run.csv");
  });
});
