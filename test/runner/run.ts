import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { launch, type Run, type RunResult } from "../../src/runner/launch";
import { prepare } from "../../src/runner/prepare";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits, type RunRequest } from "../../src/runner/request";
import type { Spare } from "../../src/runner/spare";
import { buildChild } from "../support/child";

/** Everything one run gave. */
export interface Outcome {
  readonly result: RunResult;
  readonly chunks: Uint8Array[];
  readonly printed: string[];
  readonly levels: string[];
  readonly root: string;
}

/** A fresh folder with these files. */
export function folder(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "backstep-test-")));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** Runs a snippet in the real child. `during` gets the run as soon as it goes on. */
export async function runReal(
  text: string,
  options: Partial<RunRequest> & {
    files?: Record<string, string>;
    during?: (run: Run, seen: Outcome) => void;
    graceMs?: number;
    spare?: Spare;
  } = {},
): Promise<Outcome> {
  const child = await buildChild();
  const root = options.root ?? folder({ "main.ts": text, ...options.files });
  const prepared = prepare({
    file: options.file ?? join(root, "main.ts"),
    text,
    root,
    overlay: new Map(),
    cap: 4096,
    ...options,
    limits: { ...defaultLimits, ...options.limits },
  });
  if (isProblem(prepared)) throw new Error(prepared.message);
  const chunks: Uint8Array[] = [];
  const printed: string[] = [];
  const levels: string[] = [];
  const seen = { chunks, printed, levels, root };
  const run = launch(
    prepared,
    {
      chunk: (bytes) => void chunks.push(bytes),
      printed: (line, level) => {
        printed.push(line);
        levels.push(level);
      },
      ended: () => undefined,
    },
    {
      child,
      ...(options.graceMs !== undefined && { graceMs: options.graceMs }),
      ...(options.spare && { spare: options.spare }),
    },
  );
  options.during?.(run, { ...seen, result: { status: "done", error: null, ms: 0, node: "", missing: [] } });
  return { ...seen, result: await run.ended };
}
