import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

const pageBytes = 4096;

/** Resident bytes of a process, NaN where this system does not tell cheaply: there the child watches itself alone. */
export async function residentBytes(pid: number): Promise<number> {
  try {
    if (process.platform === "linux") {
      const pages = (await readFile(`/proc/${pid}/statm`, "utf8")).split(" ")[1];
      return Number(pages) * pageBytes;
    }
    if (process.platform === "darwin")
      return await new Promise((resolve) => {
        execFile("/bin/ps", ["-o", "rss=", "-p", String(pid)], (error, out) =>
          resolve(error ? NaN : Number(out.trim()) * 1024),
        );
      });
  } catch {
    // The process is gone.
  }
  return NaN;
}
