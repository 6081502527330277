// DESIGN.md's table "Rooms, and who may import whom".
/** A room may import itself, the rooms named, and npm packages or Node (unless another rule says no). */
function room(name, from, may) {
  return {
    name: `${name}-imports`,
    severity: "error",
    comment: `${from} may import only ${[from, ...may].join(", ")}`,
    from: { path: from },
    to: { path: "^(src|webview|test|examples|media)/", pathNot: [from, ...may] },
  };
}

const rooms = {
  engine: "^src/engine/",
  recording: "^src/recording/",
  layout: "^src/layout/",
  runner: "^src/runner/(?!child/)",
  child: "^src/runner/child/",
  session: "^src/session/",
  debug: "^src/debug/",
  editor: "^src/editor/",
  panel: "^src/panel/",
  commands: "^src/commands/",
  cli: "^src/cli\\.ts$",
  webview: "^webview/(?!offline\\.ts)",
  offline: "^webview/offline\\.ts$",
};
const { engine, recording, layout, runner, child, session, debug, editor, panel, commands, cli, webview, offline } =
  rooms;
const messages = "^src/panel/messages\\.ts$";
/** What makes a file of a run, without VS Code. */
const standalone = "^src/panel/(standalone|carried|messages)\\.ts$";
/** The host's end of a page, as far as it needs no VS Code. */
const hostEnd = "^src/panel/(page|uis|carried|messages)\\.ts$";
/** A column of a Jacobian, by the engine. */
const column = "^src/runner/child/column\\.ts$";
const shells = "^src/((extension|wiring)\\.ts$|commands/|debug/|editor/|panel/)";
const builtin = { dependencyTypes: ["core"] };

module.exports = {
  forbidden: [
    room("engine", engine, []),
    room("recording", recording, [engine]),
    room("layout", layout, [recording]),
    room("runner", runner, [recording]),
    room("child", child, [runner, recording, engine]),
    room("session", session, [recording]),
    room("debug", debug, [session, recording]),
    room("editor", editor, [session, recording]),
    room("panel", panel, [session, recording, layout]),
    room("commands", commands, [session, runner]),
    room("cli", cli, [runner, recording, layout, standalone]),
    room("extension", "^src/(extension|wiring)\\.ts$", ["^src/"]),
    room("webview", webview, [recording, messages]),
    room("offline", offline, [recording, session, layout, hostEnd, column, engine, "^webview/offline\\.css$"]),
    {
      name: "engine-needs-nothing",
      severity: "error",
      comment: "The engine is the public module: no package and no Node in it.",
      from: { path: engine },
      to: { pathNot: engine },
    },
    {
      name: "pure-rooms-without-node",
      severity: "error",
      comment: "The page runs the recording and the messages too, so they know no Node.",
      from: { path: [recording, messages, webview, offline] },
      to: builtin,
    },
    {
      name: "page-reaches-no-host",
      severity: "error",
      comment: "What the page imports must not lead to vscode on any path.",
      from: { path: [webview, offline] },
      to: { path: "^vscode$|@types/vscode", reachable: true },
    },
    {
      name: "vscode-in-shells",
      severity: "error",
      comment: "vscode is imported only in extension.ts, wiring.ts, commands/, debug/, editor/ and panel/.",
      from: { path: "^(src|webview)/", pathNot: [shells] },
      to: { path: "^vscode$|@types/vscode" },
    },
    {
      name: "tests-stay-out",
      severity: "error",
      comment: "Nothing that ships imports a test.",
      from: { path: "^(src|webview)/" },
      to: { path: "^test/" },
    },
    {
      name: "no-circles",
      severity: "error",
      comment: "A circle of types alone is erased and does no harm.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(vscode|backstep(/hooks)?)$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|dist-test)/|^esbuild\\.mjs$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      extensions: [".ts", ".js", ".mjs", ".json", ".d.ts"],
      conditionNames: ["import", "types", "node", "default", "require"],
    },
  },
};
