import type { Cursor } from "../recording/moves";
import type { Activation } from "../recording/stack";
import type { Session } from "../session/session";
import { variableRow, type Row } from "./variables";

/** What a variable or a path on one is at a cursor: "w", "w.grad", "x.at(0)"; undefined for what is none. */
export function found(session: Session, cursor: Cursor, text: string, from: Activation | undefined): Row | undefined {
  // TypeScript's `!` behind a name means nothing here; before one it is an expression, and none of ours.
  const path = text.trim().replace(/!(?=\.|$)/g, "");
  const { recording } = session;
  const bindings = recording.programs
    .filter((program) => !from || program === from.program)
    .flatMap((program) => program.bindings)
    .filter(({ name }) => path === name || path.startsWith(`${name}.`))
    // The variable of the function that is meant hides one of the same name outside it; longer names go first.
    .sort((a, b) => b.name.length - a.name.length || inside(b.id) - inside(a.id));
  function inside(binding: number): number {
    return recording.scoping.home(binding) === from?.fn ? 1 : 0;
  }
  for (const { id } of bindings) {
    const row = variableRow(session, cursor, id);
    const at = row && below(row, path);
    if (at) return at;
  }
  return undefined;
}

/** What a path that is being typed can go on with: the variables that are seen, or what there is behind a dot. */
export function completions(
  session: Session,
  cursor: Cursor,
  typed: string,
  from: Activation | undefined,
): ReadonlySet<string> {
  const [, path] = /(?:([\w$.]+)\.)?[\w$]*$/.exec(typed) ?? [];
  const { recording } = session;
  const seen = recording.programs
    .filter((program) => program === from?.program)
    .flatMap(({ bindings }) => bindings)
    .filter(({ id }) => [-1, from?.fn].includes(recording.scoping.home(id)) && variableRow(session, cursor, id));
  const children = path === undefined ? [] : (found(session, cursor, path, from)?.children?.() ?? []);
  const paths = [...seen.map(({ name }) => name), ...children.map((row) => row.path)];
  const start = path === undefined ? "" : `${path}.`;
  return new Set(
    paths.flatMap((each) => (each.startsWith(start) && /^[\w$]+/.exec(each.slice(start.length))?.[0]) || []),
  );
}

function below(row: Row, path: string): Row | undefined {
  if (row.path === path) return row;
  if (row.path === "" || !path.startsWith(`${row.path}.`)) return undefined;
  for (const child of row.children?.() ?? []) {
    const at = below(child, path);
    if (at) return at;
  }
  return undefined;
}
