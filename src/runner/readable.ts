import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** The folders a run may read: its root, the child's own, and every package folder its imports can lead to. */
export function readable(root: string, file: string, child: string): string[] {
  const folders = new Set([root, real(root), dirname(file), dirname(child)]);
  for (let at = dirname(file); ; at = dirname(at)) {
    const modules = join(at, "node_modules");
    if (existsSync(modules)) {
      folders.add(modules);
      folders.add(real(modules));
      for (const linked of links(modules)) folders.add(linked);
    }
    if (at === dirname(at)) break;
  }
  return [...folders].filter((folder) => ![...folders].some((other) => other !== folder && inside(folder, other)));
}

/** Real folders of the packages that are links, as package managers make them. */
function links(modules: string): string[] {
  const found: string[] = [];
  for (const entry of entries(modules)) {
    const path = join(modules, entry.name);
    if (entry.isSymbolicLink()) found.push(real(path));
    else if (entry.name.startsWith("@"))
      for (const scoped of entries(path)) if (scoped.isSymbolicLink()) found.push(real(join(path, scoped.name)));
  }
  // A package's own dependencies stand beside it in the store.
  return found.flatMap((path) => {
    const at = path.lastIndexOf(`${sep}node_modules${sep}`);
    return at < 0 ? [path] : [path, path.slice(0, at + `${sep}node_modules`.length)];
  });
}

function entries(folder: string): { name: string; isSymbolicLink(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function inside(folder: string, other: string): boolean {
  const way = relative(other, folder);
  return way !== "" && !way.startsWith("..") && !way.includes(":");
}
