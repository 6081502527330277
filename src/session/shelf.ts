import { createWriteStream, mkdirSync } from "node:fs";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { Change } from "../recording/change";
import { problemKinds } from "../recording/problem";
import { watchpointSchema } from "../recording/watchpoint.schema";

const whole = v.pipe(v.number(), v.integer());

const literal = v.object({ file: v.string(), line: whole, column: whole, text: v.string() });
const elements = v.pipe(v.array(v.number()), v.readonly());
const put = v.variant("at", [
  v.object({ at: v.literal("write"), binding: whole, nth: whole, number: v.number() }),
  v.object({ at: v.literal("made"), tensor: whole, elements }),
  v.object({ at: v.literal("nth"), adds: v.boolean(), turn: whole, nth: whole, elements }),
  v.object({ at: v.literal("turn"), turn: whole, tensor: whole, binding: whole, elements }),
]);
const change = v.object({
  literals: v.pipe(v.array(literal), v.readonly()),
  puts: v.pipe(v.array(put), v.readonly()),
}) satisfies v.GenericSchema<Change>;

const label = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]+$/)),
  title: v.string(),
  number: v.nullable(whole),
  origin: v.nullable(
    v.object({
      uri: v.string(),
      file: v.string(),
      root: v.string(),
      selection: v.nullable(v.object({ startLine: whole, endLine: whole })),
    }),
  ),
  previous: v.nullable(v.string()),
  change: v.exactOptional(change),
  status: v.picklist(["running", "done", "failed", "stopped", "limit"]),
  milliseconds: v.nullable(v.number()),
  problem: v.nullable(
    v.object({
      message: v.string(),
      file: v.string(),
      line: whole,
      column: whole,
      kind: v.optional(v.picklist(problemKinds), "runtime"),
    }),
  ),
  notes: v.array(v.string()),
  wish: v.nullable(v.object({ iteration: whole, segment: whole, step: whole })),
  watchpoints: v.optional(v.pipe(v.array(watchpointSchema), v.readonly()), []),
});

/** What is kept of a run beside its recording. */
export type Label = v.InferOutput<typeof label>;

/** A recording that is being written to the shelf. */
export interface Draft {
  append(chunk: Uint8Array): void;
  /** Ends the file; the reason when not everything could be written. */
  close(): Promise<string | null>;
}

/** Which recordings stay. */
export interface Keep {
  readonly runs: number;
  readonly bytes: number;
}

/** The recordings of a workspace in a folder: one file of chunks and one label each. */
export class Shelf {
  constructor(private readonly folder: string) {}

  path(id: string): string {
    return join(this.folder, `${id}.backstep`);
  }

  /** Begins a recording; what is appended is on the disk as soon as the disk takes it. */
  begin(first: Label): Draft {
    mkdirSync(this.folder, { recursive: true });
    let trouble: string | null = null;
    const noted = this.note(first).catch((error: unknown) => (trouble = String(error)));
    const stream = createWriteStream(this.path(first.id));
    stream.on("error", (error) => (trouble = error.message));
    const closed = new Promise<void>((done) => stream.once("close", done));
    return {
      append: (chunk) => void stream.write(chunk),
      close: async () => {
        stream.end();
        await Promise.all([closed, noted]);
        return trouble;
      },
    };
  }

  /** Writes what is known of a run now. */
  async note(now: Label): Promise<void> {
    await writeFile(join(this.folder, `${now.id}.json`), JSON.stringify(now));
  }

  async label(id: string): Promise<Label | null> {
    try {
      const read = v.safeParse(label, JSON.parse(await readFile(join(this.folder, `${id}.json`), "utf8")));
      return read.success ? read.output : null;
    } catch {
      return null;
    }
  }

  /** The bytes of a recording, or null when there is none. */
  async read(id: string): Promise<Uint8Array | null> {
    try {
      return await readFile(this.path(id));
    } catch {
      return null;
    }
  }

  /** The runs that are kept, newest first. */
  async list(): Promise<readonly { readonly id: string; readonly bytes: number; readonly time: number }[]> {
    const names = await readdir(this.folder).catch(() => []);
    const found = await Promise.all(
      names
        .filter((name) => name.endsWith(".backstep"))
        .map(async (name) => {
          const facts = await stat(join(this.folder, name)).catch(() => null);
          return facts && { id: name.slice(0, -".backstep".length), bytes: facts.size, time: facts.mtimeMs };
        }),
    );
    return found.filter((each) => each !== null).sort((a, b) => b.time - a.time);
  }

  /** Takes away the oldest beyond the limits, never one of `open`. */
  async prune(keep: Keep, open: readonly string[]): Promise<readonly string[]> {
    let runs = 0;
    let bytes = 0;
    const gone: string[] = [];
    for (const each of await this.list()) {
      runs += 1;
      bytes += each.bytes;
      if (open.includes(each.id) || (runs <= keep.runs && bytes <= keep.bytes)) continue;
      await this.remove(each.id);
      gone.push(each.id);
      runs -= 1;
      bytes -= each.bytes;
    }
    return gone;
  }

  async remove(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
    await rm(join(this.folder, `${id}.json`), { force: true });
  }
}
