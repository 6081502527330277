import { Console } from "node:console";
import { Writable } from "node:stream";
import type { Level } from "../wire";

/** Sends everything the snippet prints, by `console` or by `process.stdout`, to `printed`, a line at a time. */
export function capturePrints(printed: (text: string, level: Level) => void): { flush(): void } {
  let level: Level = "log";
  const stream = (fallback: Level): Writable =>
    new Writable({
      decodeStrings: false,
      write(chunk: unknown, _encoding, done) {
        printed(String(chunk).replace(/\n$/, ""), fallback === "error" && level === "log" ? "error" : level);
        done();
      },
    });
  const captured = new Console({ stdout: stream("log"), stderr: stream("error"), colorMode: false });
  const levelOf: Readonly<Partial<Record<string, Level>>> = {
    info: "info",
    warn: "warn",
    debug: "debug",
    error: "error",
    trace: "error",
    assert: "error",
  };
  for (const name of Object.keys(captured)) {
    const own: unknown = Reflect.get(captured, name);
    if (typeof own !== "function" || name === "Console") continue;
    Reflect.set(console, name, (...args: unknown[]): unknown => {
      level = levelOf[name] ?? "log";
      try {
        const result: unknown = Reflect.apply(own, captured, args);
        return result;
      } finally {
        level = "log";
      }
    });
  }
  const rest = [lines(process.stdout, "log", printed), lines(process.stderr, "error", printed)];
  return { flush: () => rest.forEach((flush) => flush()) };
}

/** Takes over a stream's `write`; whole lines are printed at once, the rest at the flush. */
function lines(stream: NodeJS.WriteStream, level: Level, printed: (text: string, level: Level) => void): () => void {
  let held = "";
  Reflect.set(stream, "write", (chunk: unknown, ...more: unknown[]): boolean => {
    held += chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk);
    const whole = held.split("\n");
    held = whole.pop() ?? "";
    for (const line of whole) printed(line, level);
    const done = more.find((x) => typeof x === "function");
    if (typeof done === "function") queueMicrotask(() => void Reflect.apply(done, undefined, []));
    return true;
  });
  return () => {
    if (held !== "") printed(held, level);
    held = "";
  };
}
