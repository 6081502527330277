import { Tensor } from "../../src/engine/index";
import { setObserver } from "../../src/engine/observer";
import type { Binding, Program } from "../../src/recording/format";
import { Recorder, type RecorderOptions } from "../../src/recording/recorder";
import { Recording } from "../../src/recording/recording";

/** Records what `run` does with the real engine, and gives the recording with the chunks it came in. */
export function taped(run: (recorder: Recorder) => void, options: Partial<RecorderOptions> = {}): Recording {
  const recording = new Recording();
  const recorder = new Recorder({
    cap: 4096,
    sink: (chunk) => recording.add(chunk),
    tensorOf: (value) => (value instanceof Tensor ? value : null),
    ...options,
  });
  const before = setObserver(recorder);
  try {
    run(recorder);
  } finally {
    setObserver(before);
    recorder.end();
  }
  return recording;
}

const range = { line: 0, column: 0, endLine: 0, endColumn: 1 };

/** A source with a binding for each name, in one scope each: "module", "function 0", "loop 0" (in the module), "loop 1" (in function 0). */
export function program(bindings: Readonly<Record<string, "module" | "function" | "loop" | "inner">>): Program {
  const scopes = ["module", "function", "loop", "inner"];
  return {
    file: "run.ts",
    text: "",
    hash: "",
    lines: [],
    sites: [0, 1, 2].map((id) => ({ id, args: [], ...range })),
    bindings: Object.entries(bindings).map(([name, scope], id): Binding => ({
      id,
      name,
      kind: "let",
      scope: scopes.indexOf(scope),
      declaration: range,
      references: [range],
    })),
    scopes: [
      { id: 0, parent: -1, kind: "module", of: -1, range },
      { id: 1, parent: 0, kind: "function", of: 0, range },
      { id: 2, parent: 0, kind: "loop", of: 0, range },
      { id: 3, parent: 1, kind: "loop", of: 1, range },
    ],
    loops: [0, 1].map((id) => ({ id, kind: "for" as const, variable: "", range })),
    functions: [{ id: 0, name: "f", range }],
    statements: [],
  };
}
