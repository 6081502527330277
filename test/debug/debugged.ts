import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Setting } from "../../src/debug/setting";
import { Evaluator } from "../../src/runner/evaluator";
import { launch } from "../../src/runner/launch";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits } from "../../src/runner/request";
import { again } from "../../src/runner/rerun";
import { wishWith } from "../../src/session/opening";
import { Session } from "../../src/session/session";
import { chunksOf } from "../session/recorded";
import { buildChild } from "../support/child";

/** A training with a module and a function: calls within calls. */
export const nested = `import { nn, optim, tensor, type Tensor } from "backstep";
class Net extends nn.Module {
  lin = new nn.Linear(1, 1);
  forward(x: Tensor) {
    return this.lin(x);
  }
}
const net = new Net();
const optimizer = new optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
const x = tensor([[1], [2]]);
const y = tensor([[2], [4]]);
function trainStep(): number {
  optimizer.zeroGrad();
  const out = net(x);
  const loss = out
    .sub(y)
    .pow(2)
    .mean();
  loss.backward();
  optimizer.step();
  return loss.item();
}
for (let epoch = 0; epoch < 5; epoch++) {
  const last = trainStep();
  if (epoch === 4) console.log(last);
}
`;

/** A session on what a snippet really recorded. */
export async function session(text: string): Promise<Session> {
  const { chunks, status, message } = await chunksOf(text);
  const made = new Session({ id: "debugged", title: "snippet.ts", number: 1, origin: null, previous: null });
  for (const chunk of chunks) made.add(chunk);
  const problem =
    status === "failed" ? { message, file: "snippet.ts", line: 0, column: 0, kind: "runtime" as const } : null;
  made.end(problem ? "failed" : "done", problem, 1);
  return made;
}

/** The nested training on record and an evaluator, for every test of a suite; each begins where an iteration does. */
export function debugging(iteration: number): { readonly recorded: Session; readonly evaluator: Evaluator } {
  const made: { recorded?: Session; evaluator?: Evaluator } = {};
  const given = {
    get recorded(): Session {
      return there(made.recorded);
    },
    get evaluator(): Evaluator {
      return there(made.evaluator);
    },
  };
  before(async () => {
    made.recorded = await session(nested);
    made.evaluator = new Evaluator({ child: await buildChild(), budgetMs: 20_000 });
  });
  after(() => given.evaluator.dispose());
  beforeEach(() => {
    const segment = given.recorded.track.segmentOf(iteration);
    given.recorded.move({ to: "cursor", segment, step: 0 });
  });
  return given;
}

function there<T>(made: T | undefined): T {
  if (made === undefined) throw new Error("It is made before the first test.");
  return made;
}

/** Really runs what a session recorded with another value in it. */
export async function ranWith(of: Session, { put, text }: Setting): Promise<Session> {
  const root = mkdtempSync(join(tmpdir(), "backstep-set-"));
  const prepared = again(of.recording, { file: "snippet.ts", root, selection: null }, { limits: defaultLimits });
  if (isProblem(prepared)) throw new Error(prepared.message);
  const made = new Session(
    { id: text, title: text, number: 2, origin: null, previous: of.id },
    wishWith(of.wish, [put]),
  );
  const change = { literals: [], puts: [put] };
  const child = await buildChild();
  const run = launch({ ...prepared, change }, { chunk: (bytes) => made.add(bytes), ended: () => undefined }, { child });
  const { status, error } = await run.ended;
  made.end(status, error, 1);
  return made;
}
