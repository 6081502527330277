// Runs the tests on each mutant in turn; started by mutants.ts in the copy that holds them.
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Op } from "../../src/engine/op";
import type { Tensor } from "../../src/engine/tensor";
import { equivalent } from "./mutants.equal";
import type { Mutant } from "./mutants.source";

/** Rules that raise, and kernels that leave everything to the rule. */
const silent = /NotImplemented|Unique2|: kernel$/;

interface Test {
  readonly title: string;
  readonly run: () => unknown;
  took: number;
}

const suites = [
  "laws",
  "laws.ops",
  "laws.nn",
  "ops",
  "kernels",
  "curves",
  "graphs",
  "programs",
  "cases",
  "layers",
  "autograd",
  "nn",
  "indexing",
];
/** Milliseconds of this process; a test that takes longer is not run on mutants. */
const slow = 1500;
const tests: Test[] = [];
const titles: string[] = [];
const chain = { timeout: () => chain };

/** Stands in for mocha while the test files are loaded: tests become a list, and what comes before them is done at once. */
Object.assign(globalThis, {
  describe(title: string, body: () => void) {
    titles.push(title);
    body();
    titles.pop();
    return chain;
  },
  it(title: string, run: () => unknown) {
    tests.push({ title: [...titles, title].join(" › "), run, took: 0 });
    return chain;
  },
  before(prepare: () => void) {
    prepare();
  },
  after: () => undefined,
});

/** Which mutant is on, and, while the tests are looked over, what ran where. */
const state = { active: -1, depth: 0, looking: true, inRules: new Set<number>(), outside: new Set<number>() };
Object.assign(globalThis, {
  $mutants: {
    at(id: number): boolean {
      if (state.looking) (state.depth > 0 ? state.inRules : state.outside).add(id);
      return id === state.active;
    },
  },
});

/** A wrong made of a whole rule's result. */
interface Spoiled extends Mutant {
  readonly spoil: (x: Tensor) => Tensor | null;
  readonly scalar: (x: number) => number;
}

const spoils: readonly Pick<Spoiled, "is" | "spoil" | "scalar">[] = [
  { is: "its negative", spoil: (x) => x.neg(), scalar: (x) => -x },
  { is: "one more", spoil: (x) => x.add(1), scalar: (x) => x + 1 },
  { is: "nothing", spoil: (x) => x.zerosLike(), scalar: () => 0 },
];

/** Wraps every rule of every op, so that its result can be spoiled; gives the mutants. */
function wrapRules(ops: readonly Op[], from: number): Spoiled[] {
  const made: Spoiled[] = [];
  const places = (what: string): readonly Spoiled[] => {
    const own = spoils.map((each, k) => ({ ...each, id: from + made.length + k, file: "rules", line: 0, was: what }));
    made.push(...own);
    return own;
  };
  const within = <T>(run: () => T): T => {
    state.depth++;
    try {
      return run();
    } finally {
      state.depth--;
    }
  };
  /** A gradient of zeros is its own negative, and nothing. */
  const seen = (own: readonly Spoiled[], isZero: boolean): void => {
    if (state.looking) for (const { id, is } of own) if (!isZero || is === "one more") state.inRules.add(id);
  };
  const spoiled = (own: readonly Spoiled[], x: Tensor | null): Tensor | null => {
    if (x !== null) seen(own, state.looking && x.toArray().every((value) => value === 0));
    const wrong = own.find(({ id }) => id === state.active);
    return wrong === undefined || x === null ? x : wrong.spoil(x);
  };
  for (const op of ops) {
    const of = op as { -readonly [K in keyof Op]: Op[K] };
    of.rules = op.rules.map((rule, k) => {
      if (rule === null) return null;
      const own = places(`${op.name} (${op.node}): rule for ${op.inputs[k] ?? k}`);
      return (g, s) => within(() => spoiled(own, rule(g, s)));
    });
    const { gradients, kernel, scalar } = op;
    if (gradients !== null) {
      const own = places(`${op.name} (${op.node}): gradients`);
      of.gradients = (g, s) => within(() => gradients(g, s).map((x) => spoiled(own, x)));
    }
    if (kernel !== null) {
      const own = places(`${op.name} (${op.node}): kernel`);
      of.kernel = (g, k, at) =>
        within(() => {
          return spoiled(own, kernel(g, k, at));
        });
    }
    if (scalar !== null) {
      of.scalar = {
        ...scalar,
        backward: scalar.backward.map((rule, k) => {
          const own = places(`${op.name} (${op.node}): scalar rule for ${op.inputs[k] ?? k}`);
          return (g, a, b, y, r) =>
            within(() => {
              const x = rule(g, a, b, y, r);
              seen(own, x === 0);
              return own.find(({ id }) => id === state.active)?.scalar(x) ?? x;
            });
        }),
      };
    }
  }
  return made;
}

async function passes(test: Test): Promise<boolean> {
  try {
    await test.run();
    return true;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const only = process.argv.slice(2);
  const inSource = JSON.parse(readFileSync(join(process.cwd(), "mutants.json"), "utf8")) as Mutant[];
  const { allOps } = await import("../../src/engine/op");
  fc.configureGlobal({ endOnFailure: true });
  for (const suite of suites) await import(pathToFileURL(join(__dirname, `${suite}.test.ts`)).href);
  const spoiled = wrapRules(allOps(), inSource.length);

  const reach = new Map<number, Test[]>();
  const outside = new Set<number>();
  for (const test of tests) {
    state.inRules.clear();
    const before = process.cpuUsage();
    if (!(await passes(test))) console.error(`fails without any mutant: ${test.title}`);
    const { user, system } = process.cpuUsage(before);
    test.took = (user + system) / 1000;
    if (test.took > slow) continue;
    for (const id of state.inRules) reach.set(id, [...(reach.get(id) ?? []), test]);
  }
  for (const id of state.outside) outside.add(id);
  state.looking = false;

  const all: readonly Mutant[] = [...inSource, ...spoiled];
  const chosen = all.filter(
    ({ id, file }) =>
      reach.has(id) && !outside.has(id) && (only.length === 0 || only.some((name) => file.includes(name))),
  );
  const unreached = spoiled.filter(({ id, is, was }) => is === "one more" && !reach.has(id) && !silent.test(was));
  const alive: Mutant[] = [];
  const met = new Set<string>();
  const began = performance.now();
  for (const mutant of chosen) {
    state.active = mutant.id;
    let killed = false;
    for (const test of (reach.get(mutant.id) ?? []).sort((a, b) => a.took - b.took)) {
      if (await passes(test)) continue;
      killed = true;
      break;
    }
    state.active = -1;
    if (killed) continue;
    const key = `${mutant.file}: ${mutant.was} → ${mutant.is}`;
    if (key in equivalent) met.add(key);
    else {
      alive.push(mutant);
      console.log(`alive  ${mutant.file}:${mutant.line}  ${mutant.was} → ${mutant.is}`);
    }
  }
  for (const { was } of unreached) console.log(`never run  ${was}`);
  const stale = only.length > 0 ? [] : Object.keys(equivalent).filter((key) => !met.has(key));
  for (const key of stale) console.log(`no longer alive, take it off the list  ${key}`);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${chosen.length} mutants of gradient rules: ${chosen.length - alive.length - met.size} killed, ${met.size} equal to the rule (test/engine/mutants.equal.ts says why), ${alive.length} alive; ${unreached.length} rules never run; ${tests.length} tests, ${seconds} s`,
  );
  if (alive.length + unreached.length + stale.length > 0) process.exitCode = 1;
}

void main();
