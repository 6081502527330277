import * as vscode from "vscode";
import { debugged, triedOut } from "./commands/debugged";
import { LastEditor, type Target } from "./commands/documents";
import { compareWith } from "./commands/compare";
import { openExample } from "./commands/examples";
import { manageTrust, notTrusted, say } from "./commands/messages";
import { chooseRun, Keys, moveCommands } from "./commands/moves";
import type { Commands } from "./commands/names";
import { Reruns } from "./commands/reruns";
import { Runs } from "./commands/run";
import { thresholds } from "./commands/settings";
import { Status } from "./commands/status";
import { askLeaf, askNumber, runAgain, tryOut } from "./commands/whatif";
import { chosen } from "./commands/chosen";
import { Adapter } from "./debug/adapter";
import { attach, launch } from "./debug/debugging";
import { Margin } from "./debug/margin";
import { AddedLines } from "./editor/added";
import { Caret } from "./editor/caret";
import { CurrentLine } from "./editor/currentline";
import { FindingProblems } from "./editor/findings";
import { Hovers } from "./editor/hover";
import { LineEnds } from "./editor/lineends";
import { documentOf, lineNow, lineThen, programAt } from "./editor/places";
import { Recorded } from "./editor/recorded";
import { linesNow, revealFinding, revealNode, revealProblem } from "./editor/reveal";
import { Tracks } from "./editor/tracks";
import { Trouble } from "./editor/trouble";
import { addTypes } from "./editor/types";
import { Layouts } from "./layout/layout";
import { Exports } from "./panel/exports";
import type { Action } from "./panel/surroundings";
import { Recordings } from "./panel/recordings";
import { swapped } from "./panel/pair";
import { Uis } from "./panel/uis";
import { Webviews } from "./panel/webviews";
import type { Program } from "./recording/format";
import type { Asked } from "./recording/asked";
import { leafOf } from "./recording/leaf";
import { Evaluator } from "./runner/evaluator";
import { Spare } from "./runner/spare";
import { Keeper } from "./session/keeper";
import type { Session } from "./session/session";
import { Sessions } from "./session/sessions";
import { Shelf } from "./session/shelf";
import type { Evaluate } from "./session/stops/conditions";

const languages = ["typescript", "javascript"];

/** What activation hands VS Code's questions to. */
export interface Wired {
  readonly commands: Commands;
  readonly webviews: Webviews;
  readonly recordings: Recordings;
  adapter(): vscode.DebugAdapter;
  /** Writes what is still to be written. */
  flush(): Promise<void>;
}

/** Makes the objects and wires them; the run that the workspace's state names under `activeRun` comes back. */
export function wire(context: vscode.ExtensionContext, activeRun: string): Wired {
  const { subscriptions, workspaceState, extensionUri, globalStorageUri } = context;
  const own = <T extends vscode.Disposable>(each: T): T => {
    subscriptions.push(each);
    return each;
  };
  const sessions = new Sessions();
  const output = own(vscode.window.createOutputChannel("Backstep"));
  const shelf = new Shelf(vscode.Uri.joinPath(context.storageUri ?? globalStorageUri, "recordings").fsPath);
  const keeper = new Keeper(sessions, shelf, thresholds);
  const uis = new Uis(workspaceState);
  const layouts = own(new Layouts(vscode.Uri.joinPath(extensionUri, "dist", "layout-worker.js").fsPath));

  const evaluator = own(new Evaluator());

  const tracks = own(new Tracks(sessions));
  const trouble = own(new Trouble(tracks));
  own(new FindingProblems(sessions));
  own(new CurrentLine(sessions, tracks));
  own(new LineEnds(sessions, tracks));
  own(new AddedLines(sessions, tracks));
  own(new Status(sessions));
  new Keys(sessions);
  const last = own(new LastEditor());

  const reruns = own(new Reruns());
  const runs = new Runs(sessions, shelf, own(new Spare()), output, vscode.Uri.joinPath(globalStorageUri, "untitled"), {
    starting: () => {
      layouts.warm();
      webviews.present();
    },
    ended: (session) => void reruns.check(session),
    problem: (uri, problem, session) => trouble.report(uri, problem, session),
    cleared: (uri) => trouble.clear(uri),
    linesNow: (session) => linesNow(tracks, session),
  });
  const act = (action: Action, session: Session | null): unknown => {
    switch (action) {
      case "run":
        return vscode.commands.executeCommand("backstep.run");
      case "runAgain":
        return session && runAgain(session, reruns, runs);
      case "stop":
        return runs.stop();
      case "openExample":
        return openExample(context);
      case "toSideBar":
        return webviews.showInSideBar();
      case "toPanel":
        return webviews.showBeside();
      case "showOutput":
        return output.show(true);
      case "showProblem":
        return session && revealProblem(tracks, session);
      case "compare":
        return compareWith(sessions);
      case "export":
        return exporting.begin(session);
      case "stopAsking":
        return reruns.stopAsking();
      case "stopComparing":
        return session && void (session.beside = null);
      case "swapCompared": {
        const other = session && swapped(session, uis);
        return other && sessions.all.includes(other) && sessions.activate(other);
      }
      case "trust":
        return manageTrust();
    }
  };
  const webviews: Webviews = own(
    new Webviews(
      extensionUri,
      sessions,
      {
        uis,
        lay: (key, topology, orientation, signal) => layouts.lay(key, topology, orientation, signal),
        act: (action, session) => void act(action, session),
        reveal: (session, segment, node) => void revealNode(tracks, session, segment, node),
        revealFinding: (session, finding) => void revealFinding(tracks, session, finding),
        whatIf: (session, segment, node) => {
          const leaf = leafOf(session.recording, session.outline, segment, node);
          if (typeof leaf === "string") void say("warning", leaf, {});
          else void askLeaf(session, leaf).then((question) => tryOut(question, reruns, runs));
        },
        nudge: (session, cursor, node, by) => reruns.nudge(session, cursor, node, by),
        ask: (session, what, cursor, node) => void reruns.ask(session, what, cursor, node),
        empty: () => ({
          reason: vscode.workspace.isTrusted ? "" : notTrusted,
          problem: null,
          canRun: vscode.workspace.isTrusted && last.editor !== undefined,
        }),
        columnOf: (question, dropped) => evaluator.column(question, dropped),
        copy: (text) => vscode.env.clipboard.writeText(text),
        canRun: (session) => session.facts.origin !== null && vscode.workspace.isTrusted,
        log: (text) => output.appendLine(text),
      },
      (id) => keeper.restore(id),
    ),
  );

  const documents = {
    uri: documentOf,
    program: programAt,
    lineNow: (session: Session, program: Program, line: number) => lineNow(tracks, session, program, line),
    lineThen: (session: Session, program: Program, line: number) => lineThen(tracks, session, program, line),
  };
  const evaluate: Evaluate = (text, moments) => evaluator.expression({ text, moments });
  const margin = own(new Margin(documents, evaluate));
  sessions.onDidChangeActive((session) => session && margin.follow(session));
  sessions.onDidForget((session) => margin.forget(session));
  const recordings = new Recordings(webviews, thresholds, margin);
  const exporting = new Exports(extensionUri, webviews, uis, (key, topology, orientation, signal) =>
    layouts.lay(key, topology, orientation, signal),
  );

  sessions.onDidChangeActive((session) => void workspaceState.update(activeRun, session?.id));
  const kept = workspaceState.get<string>(activeRun);
  if (kept !== undefined) void keeper.restore(kept);

  const target = async (args: readonly unknown[]): Promise<Target | null> => chosen(args, last.editor);
  const run: Commands["run"] = async (...args) => {
    const found = await target(args);
    if (found) return runs.run(found);
    return say("warning", "Nothing to run: no TypeScript file is open.", {
      "Open example": () => openExample(context),
    });
  };
  const caretLine = (session: Session): number => {
    const program = session.recording.programs.find(({ file }) => file === session.facts.origin?.file);
    const { editor } = last;
    if (!editor || !program || editor.document.uri.toString() !== session.facts.origin?.uri) return -1;
    return lineThen(tracks, session, program, editor.selection.active.line) ?? -1;
  };
  const askAt = (what: Asked["what"]) => (): unknown => {
    const session = sessions.active;
    if (!session?.cursor) return say("warning", "Nothing to check: run something first.", {});
    webviews.present();
    return reruns.ask(session, what, session.cursor);
  };

  own(
    vscode.languages.registerHoverProvider(
      languages,
      new Hovers(tracks, (question, dropped) => evaluator.column(question, dropped)),
    ),
  );
  own(vscode.workspace.registerTextDocumentContentProvider(Recorded.scheme, new Recorded(sessions)));
  own(new Caret(sessions, tracks, ({ session, segment, nodes }) => webviews.mark(session, segment, nodes)));
  own(vscode.workspace.onDidGrantWorkspaceTrust(() => webviews.emptied()));
  own(vscode.window.onDidChangeVisibleTextEditors(() => webviews.emptied()));
  own({ dispose: () => runs.stop() });

  return {
    webviews,
    recordings,
    commands: {
      run,
      debug: async (...args) => {
        const found = await target(args);
        return found ? launch(found.document, found.lines) : run();
      },
      debugRecording: () => attach(),
      debugStepBackInto: () => vscode.debug.activeDebugSession?.customRequest("stepBackInto"),
      debugStepBackOut: () => vscode.debug.activeDebugSession?.customRequest("stepBackOut"),
      runAgain: () => sessions.active && runAgain(sessions.active, reruns, runs),
      export: () => exporting.begin(recordings.active ?? sessions.active),
      compare: () => compareWith(sessions),
      whatIf: async () => tryOut(await askNumber(sessions, caretLine), reruns, runs),
      checkGradients: askAt("gradcheck"),
      landscape: askAt("landscape"),
      stop: () => {
        runs.stop();
        reruns.stop();
      },
      openExample: (name) => openExample(context, name),
      chooseRun: () => chooseRun(sessions),
      show: () => webviews.present(),
      showBesideEditor: () => webviews.showBeside(),
      showInSideBar: () => webviews.showInSideBar(),
      showOutput: () => output.show(true),
      showProblem: () => sessions.active && revealProblem(tracks, sessions.active),
      addTypes: () => addTypes(extensionUri),
      ...moveCommands(sessions),
    },
    adapter: () =>
      // VS Code's type asks for its own class where all it calls is dispose().
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
      new Adapter({
        begin: async (asked) => {
          const session = await debugged(asked, runs, sessions);
          webviews.present();
          return session;
        },
        tryOut: (session, { put, text }) =>
          triedOut({ session, change: { literals: [], puts: [put] }, text }, reruns, runs, sessions),
        stop: (session) => runs.stopped(session),
        evaluate,
        ...documents,
      }),
    flush: async () => {
      await Promise.all([keeper.flush(), uis.flush()]);
    },
  };
}
