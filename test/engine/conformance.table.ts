import { allOps } from "../../src/engine/op";
import { listening, type Reading, type Worst } from "./gauge";
import * as common from "./samples";
import * as layers from "./samples.nn";
import * as others from "./samples.ops";
import { gradientOf, type Sample, worstSlope } from "./slopes";

/** The page, and what it had to leave empty although it should not. */
interface Page {
  readonly text: string;
  readonly missing: readonly string[];
}

/** What central differences say of one op. */
interface Checked {
  readonly first: number;
  readonly second: number;
}

/** Golden cases that no test runs, and why. */
const leftOut: Readonly<Record<string, string>> = {
  "ops.public": "",
  "extra.public": "`hook-after-retain-grad` (twice): 1.13's order of hooks; Backstep follows 2.x",
  more: "",
  errors: "Python only: what TypeScript's types or syntax already rule out",
  "optim.public": "",
  "models.public": "",
  "print.public": "float16 and uint8, which the engine does not have",
  "random.public": "",
  seeds: "",
};

/** Smallest power of ten, times 1, 2 or 5, that is not below. */
function bound(x: number): string {
  if (x === 0) return "0";
  const exponent = Math.floor(Math.log10(x));
  const step = [1, 2, 5, 10].find((s) => x <= s * 10 ** exponent * (1 + 1e-9)) ?? 10;
  return (step * 10 ** exponent).toExponential(0);
}

function shown({ ulp, single, double, elements }: Worst): string {
  if (elements === 0) return "—";
  const parts = [
    ...(single > 0 ? [ulp < 100 ? `${ulp} ulp, ${bound(single)}` : bound(single)] : []),
    ...(double > 0 ? [`${bound(double)} (float64)`] : []),
  ];
  return parts.length === 0 ? "exact" : parts.join("; ");
}

/** Ops that only gradients are made of. */
const inner = new Set([
  "convolutionInput",
  "convolutionWeight",
  "avgPool2dInput",
  "adaptiveAvgPool2dInput",
  "binaryCrossEntropyInput",
  "straight",
  "embeddingWeight",
  ..."Nearest1d Nearest2d Nearest3d NearestExact1d NearestExact2d NearestExact3d Linear1d Bilinear2d Trilinear3d Bicubic2d"
    .split(" ")
    .map((name) => `upsample${name}Input`),
]);

/** Casts round, so that differences cannot see through them; the rule is a cast back, and goldens of mixed dtypes hold it. */
const casts = "to";

/** Ops that no program names, and where they are tested. */
const inside: Readonly<Record<string, string>> = {
  asStrided: "`programs.test.ts`",
  backwardHook: "`layers.test.ts`",
};

function isSample(sample: Sample | "no gradient"): sample is Sample {
  return sample !== "no gradient";
}

/** Central differences on every sample, by the ops that it runs: the worst of those that run an op. */
function slopes(): ReadonlyMap<string, Checked> {
  const found = new Map<string, Checked>();
  const take = (op: string, first: number, second: number) => {
    const before = found.get(op) ?? { first: 0, second: 0 };
    found.set(op, { first: Math.max(before.first, first), second: Math.max(before.second, second) });
  };
  for (const [own, more] of [common, others, layers].map(({ samples, more }) => [samples, more] as const)) {
    for (const [name, sample] of [...Object.entries(own), ...Object.entries(more)]) {
      if (!isSample(sample)) continue;
      const ops = new Set<string>([name]);
      const rules = new Set<string>();
      let stop = listening(ops);
      const first = worstSlope(sample, 11);
      stop();
      stop = listening(rules);
      const second = worstSlope(gradientOf(sample), 11);
      stop();
      for (const op of ops) take(op, first, second);
      if ([...rules].some((op) => inner.has(op))) {
        const third = worstSlope(gradientOf(gradientOf(sample)), 11);
        for (const op of rules) if (inner.has(op)) take(op, second, third);
      }
    }
  }
  return found;
}

function casesIn(stored: unknown): number {
  if (typeof stored !== "object" || stored === null) return 0;
  const list = Object.values(stored).find((value) => Array.isArray(value));
  return Array.isArray(list) ? list.length : 0;
}

/** The table of what was measured. */
export function table(
  readings: readonly Reading[],
  byHand: ReadonlyMap<string, number>,
  stored: (file: string) => unknown,
): Page {
  const checked = slopes();
  const missing: string[] = [];
  const files = Object.entries(leftOut).map(([file, why]) => {
    const own = readings.filter((reading) => reading.file === file);
    const sum = (of: (reading: Reading) => number) => own.reduce((total, reading) => total + of(reading), 0);
    const [all, ran, failed] = [casesIn(stored(file)), sum((r) => r.cases.size), sum((r) => r.failed.size)];
    if (ran === 0 || (ran < all && why === "")) missing.push(`${file}: ${ran} of ${all} cases ran`);
    return { file, all, ran, failed, why };
  });
  const total = (of: "all" | "ran" | "failed") => files.reduce((sum, each) => sum + each[of], 0);

  const kinds = new Map<string, Reading[]>();
  for (const reading of readings.filter(({ file, kind }) => /^(ops|extra|more)\b/.test(file) && kind !== "graph")) {
    kinds.set(reading.kind, [...(kinds.get(reading.kind) ?? []), reading]);
  }
  const merged = (own: readonly Reading[], what: "value" | "gradient"): Worst => ({
    ulp: Math.max(...own.map((r) => r[what].ulp)),
    single: Math.max(...own.map((r) => r[what].single)),
    double: Math.max(...own.map((r) => r[what].double)),
    elements: own.reduce((sum, r) => sum + r[what].elements, 0),
  });
  const differentiable = new Set(
    allOps()
      .filter((op) => op.differentiable)
      .map(({ name }) => name),
  );
  const twice = (kind: string, own: readonly Reading[]): string => {
    if (kinds.has(`double:${kind}`)) return "yes, golden";
    if (merged(own, "gradient").elements === 0) return "—";
    const ops = own.flatMap((r) => [...r.ops]).filter((op) => differentiable.has(op));
    const without = ops.filter((op) => op !== casts && (checked.get(op)?.second ?? Infinity) > 1e-6);
    return without.length === 0 ? "yes, slopes" : `no (${[...new Set(without)].join(", ")})`;
  };
  const withGoldens = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, own]) => {
      const cases = own.reduce((sum, r) => sum + r.cases.size, 0);
      const second = kind.startsWith("double:") ? "is one" : twice(kind, own);
      return `| \`${kind}\` | ${cases} | ${shown(merged(own, "value"))} | ${shown(merged(own, "gradient"))} | ${second} |`;
    });

  const held = new Set(readings.flatMap((reading) => [...reading.ops]));
  const without = [...new Map(allOps().map((op) => [op.name, op])).values()].filter(({ name }) => !held.has(name));
  const random = new Set("uniform normal bernoulli exponential geometric cauchy logNormal random".split(" "));
  const byOther = without.map(({ name, node }) => {
    const slope = checked.get(name);
    const hand = byHand.get(name) ?? 0;
    const grad = differentiable.has(name);
    const drawn = random.has(name);
    const elsewhere = drawn ? "draws: `random.test.ts`" : inner.has(name) ? "through its op" : inside[name];
    if (hand === 0 && elsewhere === undefined) missing.push(`${name}: no case worked by hand`);
    if (grad && slope === undefined && !drawn && name !== "backwardHook") missing.push(`${name}: no slopes`);
    const seen = !grad || slope === undefined ? "—" : `slopes to ${bound(Math.max(1e-7, slope.first))}`;
    const second = !grad ? "—" : slope === undefined ? "—" : slope.second <= 1e-6 ? "yes, slopes" : "no";
    return `| \`${name}\` | ${node === "" ? "—" : `\`${node}\``} | ${elsewhere ?? hand} | ${seen} | ${second} |`;
  });

  const text = `# Conformance

What \`npm run conformance\` prints: every golden case recorded from PyTorch 1.13.1 against this engine. Golden numbers are PyTorch's own; how near is near enough stands in \`test/engine/close.ts\`: exact for arithmetic, comparisons, indexing and everything printed; ≤ 2 ulp or 3e-7 for other functions of float32, 1e-6 for products and sums of many terms, 1e-5 for \`std\` and \`conv2d\`; 1e-12 for float64.

| golden file | cases | run here | not passing | left out |
| --- | ---: | ---: | ---: | --- |
${files.map(({ file, all, ran, failed, why }) => `| ${file} | ${all} | ${ran} | ${failed} | ${why} |`).join("\n")}
| all | ${total("all")} | ${total("ran")} | ${total("failed")} | |

Errors are the worst over all elements of all cases: the distance in float32 numbers (ulp) and |d| / (1 + |reference|), rounded up. "Double backward: golden" means that PyTorch's own second gradients are met; "slopes" that the second gradients are those of central differences in float64, to 1e-6; "—" that there is no gradient. \`mixed:\` are pairs of dtypes, \`int:\` integer arithmetic, \`noncontig:\` strided inputs, \`big:\` reductions of up to 100,003 elements, \`call:\` calls of \`more\`, which \`python3 test/golden/more\` draws from PyTorch itself.

| in \`torch\` | cases | values | gradients | double backward |
| --- | ---: | --- | --- | --- |
${withGoldens.join("\n")}

## Without goldens

Ops for which no golden was recorded: held against central differences (the worst relative error of the first gradients, rounded up) and against cases worked by hand or taken from PyTorch's documentation.

| op | node in PyTorch | cases by hand | gradients | double backward |
| --- | --- | --- | --- | --- |
${byOther.join("\n")}
`;
  return { text, missing };
}
