import { randomBytes } from "node:crypto";
import { posix } from "node:path";

/** Where a file is; VS Code's Uri is one. */
interface Place<Self> {
  readonly path: string;
  with(change: { readonly path: string }): Self;
}

/** What writing takes of a file system; VS Code's is one. */
interface Files<P> {
  writeFile(place: P, bytes: Uint8Array): PromiseLike<void>;
  rename(from: P, to: P, options: { readonly overwrite: boolean }): PromiseLike<void>;
  delete(place: P): PromiseLike<void>;
}

/** Writes all of a file, or leaves what was there as it is: the new one takes its place when it is complete. */
export async function writeWhole<P extends Place<P>>(files: Files<P>, target: P, bytes: Uint8Array): Promise<void> {
  const draft = target.with({
    path: posix.join(posix.dirname(target.path), `.backstep-${randomBytes(4).toString("hex")}.tmp`),
  });
  try {
    await files.writeFile(draft, bytes);
    await files.rename(draft, target, { overwrite: true });
  } catch (error) {
    await Promise.resolve(files.delete(draft)).catch(() => undefined);
    throw error;
  }
}
