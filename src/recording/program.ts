import type { Fields } from "./check";
import type { Binding, Fn, Loop, Program, Range, Scope, Site } from "./format";

/** Checks a recorded source text and what was found in it. */
export function programOf(fields: Fields): Program {
  return {
    file: fields.in("file").text(),
    text: fields.in("text").text(),
    hash: fields.in("hash").text(),
    lines: fields.in("lines").list((each) => ({
      start: each.in("start").count(),
      end: each.in("end").count(),
      added: each.in("added").flag(),
    })),
    sites: fields.in("sites").list(siteOf),
    bindings: fields.in("bindings").list(bindingOf),
    scopes: fields.in("scopes").list(scopeOf),
    loops: fields.in("loops").list(loopOf),
    functions: fields.in("functions").list(fnOf),
    statements: fields.in("statements").list(rangeOf),
  };
}

function rangeOf(fields: Fields): Range {
  return {
    line: fields.in("line").count(),
    column: fields.in("column").count(),
    endLine: fields.in("endLine").count(),
    endColumn: fields.in("endColumn").count(),
  };
}

function siteOf(fields: Fields): Site {
  return { id: fields.in("id").count(), args: fields.in("args").list((each) => each.text()), ...rangeOf(fields) };
}

function bindingOf(fields: Fields): Binding {
  return {
    id: fields.in("id").count(),
    name: fields.in("name").text(),
    kind: fields
      .in("kind")
      .oneOf(["const", "let", "var", "parameter", "loop", "property", "import", "function"] as const),
    scope: fields.in("scope").integer(),
    declaration: rangeOf(fields.in("declaration")),
    references: fields.in("references").list(rangeOf),
  };
}

function scopeOf(fields: Fields): Scope {
  return {
    id: fields.in("id").count(),
    parent: fields.in("parent").integer(),
    kind: fields.in("kind").oneOf(["module", "function", "loop", "block"] as const),
    of: fields.in("of").integer(),
    range: rangeOf(fields.in("range")),
  };
}

function loopOf(fields: Fields): Loop {
  return {
    id: fields.in("id").count(),
    kind: fields.in("kind").oneOf(["for", "while", "do", "of", "in", "callback"] as const),
    variable: fields.in("variable").text(),
    range: rangeOf(fields.in("range")),
  };
}

function fnOf(fields: Fields): Fn {
  return { id: fields.in("id").count(), name: fields.in("name").text(), range: rangeOf(fields.in("range")) };
}
