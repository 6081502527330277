import { randomBytes } from "node:crypto";
import type * as vscode from "vscode";

/** Writes all of a file, or leaves what was there as it is: the new one takes its place when it is complete. */
export async function writeWhole(
  files: Pick<vscode.FileSystem, "writeFile" | "rename" | "delete">,
  target: vscode.Uri,
  bytes: Uint8Array,
): Promise<void> {
  const draft = target.with({ path: `${target.path}.${randomBytes(4).toString("hex")}.tmp` });
  try {
    await files.writeFile(draft, bytes);
    await files.rename(draft, target, { overwrite: true });
  } catch (error) {
    await Promise.resolve(files.delete(draft)).catch(() => undefined);
    throw error;
  }
}
