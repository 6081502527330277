import { inspect } from "node:util";
import type { Hooks } from "../../src/runner/child/hooks";

let runs = 0;

/** Runs JavaScript as a module and gives all it told `out`, and the error that ended it. */
export async function tellingsOf(code: string, hooks: Hooks | null): Promise<string[]> {
  const told: string[] = [];
  const globals = globalThis as unknown as Record<string, unknown>;
  const id = runs++;
  globals[`out${id}`] = (...values: unknown[]): unknown => {
    told.push(inspect(values, { depth: 9, breakLength: Infinity }).replace(/ {4}at .*|\[stack\].*/g, ""));
    return values[0];
  };
  globals[`hooks${id}`] = hooks;
  const ending = /\nimport\{\$ as (\S+?)\}from"backstep\/hooks";$/;
  const name = ending.exec(code)?.[1];
  const header = `const out=globalThis.out${id}${name === undefined ? "" : `,${name}=globalThis.hooks${id}`};`;
  try {
    await import(`data:text/javascript,${encodeURIComponent(header + code.replace(ending, ""))}//${id}`);
  } catch (error) {
    told.push(String(error));
  }
  await new Promise((resolve) => setTimeout(resolve, 4));
  return told;
}
