import assert from "node:assert/strict";
import { inspect } from "node:util";
import { instrument } from "../../src/runner/instrument";
import { strip } from "../../src/runner/strip";
import { Hooks, type Tape } from "../../src/runner/child/hooks";
import { programs } from "./programs";

/** Runs JavaScript as a module and gives all it told, and the error that ended it. */
async function run(code: string, hooks: Hooks | null): Promise<string[]> {
  const told: string[] = [];
  const globals = globalThis as unknown as Record<string, unknown>;
  globals.out = (...values: unknown[]) => void told.push(inspect(values, { depth: 9 }));
  globals.hooksOfTest = hooks;
  const body = code.replace(/\nimport\{\$ as (\S+?)\}from"backstep\/hooks";$/, (_, name: string) => `\nvar ${name}_;`);
  const name = /\nimport\{\$ as (\S+?)\}from"backstep\/hooks";$/.exec(code)?.[1];
  const header = name === undefined ? "" : `const ${name}=globalThis.hooksOfTest;`;
  try {
    await import(`data:text/javascript,${encodeURIComponent(header + body)}//${Math.random()}`);
  } catch (error) {
    told.push(String(error));
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
  return told;
}

/** Remembers all it is told, and the calling discipline with it. */
class Told implements Tape {
  site = -1;
  frame = -1;
  readonly rows: string[] = [];
  readonly frames: number[] = [];
  readonly writes = new Map<number, unknown[]>();
  private next = 0;

  enter(fn: number): number {
    this.rows.push(`enter ${fn} from ${this.frame}`);
    this.frames.push(this.frame);
    return (this.frame = this.next++);
  }
  leave(): void {
    this.rows.push(`leave ${this.frame}`);
  }
  turn(id: number, loop: number, parent: number, value: number | undefined): void {
    this.rows.push(`turn ${id} of ${loop} in ${parent}${value === undefined ? "" : ` = ${value}`}`);
  }
  turnEnd(id: number, how: string): void {
    this.rows.push(`end ${id} ${how}`);
  }
  switch(turn: number): void {
    this.rows.push(`switch ${turn}`);
  }
  write(binding: number, value: unknown): void {
    this.writes.set(binding, [...(this.writes.get(binding) ?? []), value]);
  }
}

describe("instrument", () => {
  for (const [name, text] of Object.entries(programs))
    it(`changes nothing that a program sees: ${name}`, async () => {
      const plain = await run(strip(text, "a.ts").code, null);
      const hooks = new Hooks(new Told(), Boolean, () => undefined);
      const made = instrument(text, "a.ts");
      assert.deepEqual(await run(made.code, hooks), plain);
      assert.ok(plain.length > 0);
      assert.equal(made.code.split("\n").length, text.split("\n").length + 1, "lines stay");
    });
});
