import { readFileSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Lines } from "../lines";
import { ProblemError } from "../problem";
import type { Task } from "../wire";
import type { Sources } from "./sources";

const engineUrl = "backstep:engine";
const hooksUrl = "backstep:hooks";

/** The mark of the n-th run of a program in one process: every module of it runs anew. */
export function passMark(pass: number): string {
  return `?pass=${pass}`;
}

const marked = /\?pass=\d+$/;

/** Whether a stack frame's file is the runner's own. */
export function isOurs(file: string): boolean {
  return file === __filename || file.startsWith("backstep:");
}

/**
 * Makes Node load the snippet: `backstep` is the engine in this process, TypeScript runs without types and with hooks,
 * unsaved texts stand over the disk, everything else is Node's own.
 */
export function hookLoading(
  task: Task,
  sources: Sources,
  modules: { readonly engine: object; readonly hooks: object },
): void {
  const overlay = new Map(task.overlay);
  const shared = Symbol.for("backstep");
  Object.defineProperty(globalThis, shared, {
    value: {
      engine: modules.engine,
      hooks: {
        get $() {
          return modules.hooks;
        },
      },
    },
  });
  const main = pathToFileURL(task.path).href;

  const exists = (path: string): boolean =>
    overlay.has(path) || path === task.path || (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);

  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === "backstep") return { url: engineUrl, format: "module", shortCircuit: true };
      const mark = marked.exec(context.parentURL ?? "")?.[0] ?? marked.exec(specifier)?.[0] ?? "";
      if (specifier === "backstep/hooks") return { url: hooksUrl + mark, format: "module", shortCircuit: true };
      const parent = context.parentURL?.startsWith("file:") ? fileURLToPath(context.parentURL) : undefined;
      const path = specifier.startsWith("file:")
        ? fileURLToPath(specifier)
        : /^\.{0,2}\//.test(specifier) && parent !== undefined
          ? resolve(dirname(parent), decodeURI(specifier))
          : undefined;
      try {
        const found = path === undefined ? undefined : candidates(path).find(exists);
        if (found !== undefined && !found.split(sep).includes("node_modules"))
          return { url: pathToFileURL(found).href + mark, ...formatOf(found), shortCircuit: true };
        return next(specifier, context);
      } catch (error) {
        throw notFound(error, specifier, parent);
      }
    },
    load(marks, context, next) {
      const url = marks.replace(marked, "");
      if (url === engineUrl) return synthetic("engine", Object.keys(modules.engine));
      if (url === hooksUrl) return synthetic("hooks", ["$"]);
      if (!url.startsWith("file:")) return next(marks, context);
      const path = fileURLToPath(url);
      if (path.split(sep).includes("node_modules")) return next(marks, context);
      const read = (): string => overlay.get(path) ?? readFileSync(path, "utf8");
      const name = relative(task.root, path).split(sep).join("/");
      if (path.endsWith(".json")) return { format: "module", shortCircuit: true, source: jsonModule(read(), name) };
      if (url === main) return { format: "module", shortCircuit: true, source: sources.main(url, task) };
      if (/\.[cm]?ts$/.test(path))
        return { format: "module", shortCircuit: true, source: sources.load(url, name, read()) };
      const loaded = overlay.has(path)
        ? { format: "module" as const, source: read(), shortCircuit: true }
        : next(marks, context);
      if (loaded.format !== "module" || !loaded.source) return loaded;
      const text = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
      return { ...loaded, source: sources.load(url, name, text) };
    },
  });

  function notFound(error: unknown, specifier: string, parent: string | undefined): unknown {
    const missing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    if (!missing || parent === undefined || parent.split(sep).includes("node_modules")) return error;
    const text = parent === task.path ? task.woven.program.text : (overlay.get(parent) ?? readFileSync(parent, "utf8"));
    const at = Math.max(text.indexOf(`"${specifier}"`), text.indexOf(`'${specifier}'`));
    const place = at < 0 ? { line: -1, column: 0 } : new Lines(text).at(at);
    const file = relative(task.root, parent).split(sep).join("/");
    const wayOut = specifier.startsWith(".")
      ? `there is no such file beside ${file}: correct the path or make the file.`
      : `no such package is installed for ${file}: install it, or import from "backstep".`;
    return new ProblemError({ message: `Cannot find "${specifier}": ${wayOut}`, file, ...place, kind: "runtime" });
  }
}

function jsonModule(text: string, name: string): string {
  const bare = text.replace(/^\uFEFF/, "");
  try {
    return `export default ${JSON.stringify(JSON.parse(bare))};`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const at = / at position (\d+)/.exec(why)?.[1];
    const place = new Lines(text).at(at === undefined ? text.trimEnd().length : Number(at) + text.length - bare.length);
    const message = `This is no JSON (${why.replace(/ in JSON at position.*/, "")}): correct it and run again.`;
    throw new ProblemError({ message, file: name, ...place, kind: "syntax" });
  }
}

function candidates(path: string): string[] {
  const written = [path, `${path}.ts`, `${path}.mts`, `${path}.js`, `${path}.mjs`, `${path}.json`];
  const emitted = /\.([cm]?)js$/.test(path) ? [path.replace(/\.([cm]?)js$/, ".$1ts")] : [];
  return [...written, ...emitted, join(path, "index.ts"), join(path, "index.js")];
}

function formatOf(path: string): { format?: "module" } {
  return /\.(m?ts|json)$/.test(path) ? { format: "module" } : {};
}

function synthetic(of: string, names: readonly string[]): { format: "module"; source: string; shortCircuit: true } {
  const own = names.map((name, i) => `_${i} = m[${JSON.stringify(name)}]`).join(", ");
  const out = names.map((name, i) => `_${i} as ${name}`).join(", ");
  const source = `const m = globalThis[Symbol.for("backstep")].${of}; const ${own}; export { ${out} };`;
  return { format: "module", source, shortCircuit: true };
}
