import { instrument } from "../../src/runner/instrument";
import { parse } from "../../src/runner/parse";
import { slice } from "../../src/runner/slice";

// What a large file costs before it runs: the hooks put in, and the last lines of it completed.

const kinds: readonly ((k: number) => string)[] = [
  (k) => `const a${k}: number = ${k} * 2;`,
  (k) => `total = total.add(a${k - 1});`,
  (k) => `const f${k} = (x: number) => x * a${k - 2};`,
  (k) => `net.w = net.w.mul(f${k - 1}(${k}));`,
  (k) => `for (const q of [1, 2]) { const z = q + a${k - 4}; console.log(z); }`,
];
const head = `import { tensor } from "backstep";\nclass Net { w = tensor(1); }\nconst net = new Net();\nlet total = tensor(0);\n`;

/** Processor time of this thread: what others do on the machine does not count. */
function milliseconds(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function text(statements: number): string {
  return head + Array.from({ length: statements }, (_, k) => kinds[k % kinds.length]?.(k) ?? "").join("\n");
}

instrument(text(500), "warm.ts");
for (const statements of [1250, 5000, 20_000]) {
  const source = text(statements);
  const hooks = milliseconds(() => void instrument(source, "a.ts"));
  const parsed = parse(source, "a.ts");
  const completed = milliseconds(() => void slice(parsed, { startLine: statements, endLine: statements + 4 }));
  console.log(
    `instrument: ${statements} statements in ${hooks.toFixed(0)} ms, a selection completed in ${completed.toFixed(0)} ms`,
  );
}
