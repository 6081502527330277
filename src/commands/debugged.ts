import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import * as vscode from "vscode";
import { feed } from "../session/feed";
import { Session } from "../session/session";
import type { Sessions } from "../session/sessions";
import { documentOf } from "./documents";
import type { Reruns } from "./reruns";
import type { Runs } from "./run";
import { tryOut, type Question } from "./whatif";

/** What a launch configuration says; nothing in it is checked yet. */
type Asked = Readonly<Record<string, unknown>>;

/** Runs what a debug session is about, or opens the recording; throws a sentence when there is nothing to debug. */
export async function debugged(asked: Asked, runs: Runs, sessions: Sessions): Promise<Session> {
  if (asked.request !== "attach") return launched(asked, runs, sessions);
  if (typeof asked.recording === "string") return opened(asked.recording, sessions);
  if (sessions.active) return sessions.active;
  throw new Error(
    "There is no run to debug: run gradient descent first, or name a recording in the launch configuration.",
  );
}

async function launched({ program, lines }: Asked, runs: Runs, sessions: Sessions): Promise<Session> {
  if (typeof program !== "string" || program === "") {
    throw new Error("There is no program to debug: open a TypeScript file, or name one in the launch configuration.");
  }
  const uri =
    /^[a-z][\w+.-]+:/i.test(program) && !/^[a-z]:/i.test(program)
      ? vscode.Uri.parse(program)
      : vscode.Uri.file(program);
  const document = await documentOf(uri.toString());
  if (!document)
    throw new Error(`${basename(uri.path)} cannot be opened: check "program" in the launch configuration.`);
  const session = await begun(sessions, () => runs.run({ document, lines: linesOf(lines) }));
  if (!session) throw new Error(`${basename(uri.path)} was not run, so there is nothing to debug.`);
  if (session.problem && session.recording.rows === 0) throw new Error(session.problem.message);
  return session;
}

async function opened(path: string, sessions: Sessions): Promise<Session> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new Error(`${basename(path)} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  });
  const id = vscode.Uri.file(path).toString();
  const known = sessions.find(id);
  if (known) {
    sessions.activate(known);
    return known;
  }
  const session = new Session({ id, title: basename(path), number: null, origin: null, previous: null });
  feed(session, bytes);
  sessions.add(session);
  return session;
}

/** Runs what a session recorded again with a change, beside it; throws a sentence when that cannot be. */
export async function triedOut(question: Question, reruns: Reruns, runs: Runs, sessions: Sessions): Promise<Session> {
  const session = await begun(sessions, () => tryOut(question, reruns, runs));
  if (!session) throw new Error(`${question.session.facts.title} was not run again with ${question.text}.`);
  return session;
}

/** The session that a run makes the active one, as soon as it does; null when it ends without. */
async function begun(sessions: Sessions, run: () => Promise<unknown>): Promise<Session | null> {
  const before = sessions.active;
  const coming = next(sessions);
  const session = await Promise.race([coming, run().then(() => sessions.active)]);
  return session === before ? null : session;
}

/** The next session that becomes the active one. */
function next(sessions: Sessions): Promise<Session | null> {
  return new Promise((resolve) => {
    const subscription = sessions.onDidChangeActive((session) => {
      subscription.dispose();
      resolve(session);
    });
  });
}

/** 1-based first and last line as a stretch of lines, 0-based and end exclusive. */
function linesOf(lines: unknown): { startLine: number; endLine: number } | null {
  if (!Array.isArray(lines)) return null;
  const [first, last] = Array.from<unknown>(lines);
  return typeof first === "number" && typeof last === "number" ? { startLine: first - 1, endLine: last } : null;
}
