import * as vscode from "vscode";
import type { Session } from "../session/session";
import type { Sessions } from "../session/sessions";
import { tolerance } from "./compare";
import { say, stays } from "./messages";
import type { Reruns } from "./reruns";
import type { Runs } from "./run";

type Change = NonNullable<Session["facts"]["change"]>;

/** How the title of an answer begins. */
export const whatIf = "what if ";

/** Something else to try: what it changes, and how it is called. */
export interface Question {
  readonly session: Session;
  readonly change: Change;
  /** "lr = 0.1" */
  readonly text: string;
}

/** Asks which number of the active run's source to take another for; those of the caret's line come first. */
export async function askNumber(sessions: Sessions, caretLine: (session: Session) => number): Promise<Question | null> {
  const session = sessions.active;
  if (!session) return none("Nothing to change: run something first.");
  const { origin, title } = session.facts;
  const program = session.recording.programs.find(({ file }) => file === origin?.file);
  if (!origin || !program) return none(`${title} was opened from a file, so it cannot be run again.`);
  const { changeOf, changeText, numbersIn } = await import("../runner/literals");
  const ran = (line: number): boolean =>
    program.lines.length === 0 || program.lines.some(({ start, end }) => line >= start && line < end);
  const numbers = numbersIn(program).filter(({ line }) => ran(line));
  if (numbers.length === 0) return none(`No number is written in ${title}.`);
  const lines = program.text.split("\n");
  const here = caretLine(session);
  const items = numbers.map((number) => ({
    label: number.exact ? `${number.name} = ${number.value}` : String(number.value),
    description: `line ${number.line + 1}: ${lines[number.line]?.trim() ?? ""}`,
    number,
  }));
  const near = items.filter(({ number }) => number.line === here);
  const only = near.length === 1 ? near[0] : undefined;
  const picked =
    only ??
    (await vscode.window.showQuickPick([...near, ...items.filter((item) => !near.includes(item))], {
      title: "What if another number stood here?",
      matchOnDescription: true,
      ...stays,
    }));
  if (!picked) return null;
  const { number } = picked;
  const typed = await askFor(`What if ${picked.label} were another number?`, String(number.value), (text) =>
    numberOf(text) === null ? "A number, please: 0.1 or 1e-3." : null,
  );
  const value = typed === undefined ? null : numberOf(typed);
  if (value === null) return null;
  return {
    session,
    change: { literals: [changeOf(number, value)], puts: [] },
    text: changeText(number, value),
  };
}

/** Asks for other elements of a leaf. */
export async function askLeaf(
  session: Session,
  { name, tensor, elements }: { readonly name: string; readonly tensor: number; readonly elements: readonly number[] },
): Promise<Question | null> {
  const given = elements.join(", ");
  const wanted = elements.length === 1 ? "a number" : `${elements.length} numbers with commas between, or one for all`;
  const typed = await askFor(`What if ${name} began as…`, given, (text) =>
    elementsOf(text, elements.length) === null ? `Give ${wanted}.` : null,
  );
  const numbers = typed === undefined ? null : elementsOf(typed, elements.length);
  if (numbers === null) return null;
  const shown = numbers.length === 1 || new Set(numbers).size === 1 ? String(numbers[0]) : `[${numbers.join(", ")}]`;
  return {
    session,
    change: { literals: [], puts: [{ at: "made", tensor, elements: numbers }] },
    text: `${name} = ${shown.length > 24 ? `${shown.slice(0, 23)}…` : shown}`,
  };
}

function askFor(
  title: string,
  value: string,
  validateInput: (text: string) => string | null,
): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    value,
    prompt: "It runs again from the start with the change; the file stays as it is.",
    validateInput,
    ...stays,
  });
}

function numberOf(text: string): number | null {
  const number = Number(text.trim().replace("−", "-"));
  return text.trim() !== "" && Number.isFinite(number) ? number : null;
}

function elementsOf(text: string, count: number): number[] | null {
  const numbers = text
    .replace(/[[\]]/g, "")
    .split(/[\s,]+/)
    .filter((part) => part !== "")
    .map(numberOf);
  const known = numbers.filter((number) => number !== null);
  if (known.length !== numbers.length) return null;
  if (known.length === 1) return Array.from({ length: count }, () => known[0] ?? 0);
  return known.length === count ? known : null;
}

async function none(sentence: string): Promise<null> {
  await say("warning", sentence, {});
  return null;
}

/** Runs a question's session again with its change, beside the original. */
export async function tryOut(question: Question | null, reruns: Reruns, runs: Runs): Promise<void> {
  if (!question) return;
  const prepared = await reruns.prepare(question.session);
  if (typeof prepared === "string") return say("warning", prepared, {});
  const before = prepared.change ?? { literals: [], puts: [] };
  const { literals, puts } = question.change;
  const change = { literals: [...before.literals, ...literals], puts: [...before.puts, ...puts] };
  const beside = { session: question.session, iteration: null, tolerance: tolerance() };
  await runs.whatIf(question, { ...prepared, change }, beside);
}

/** Runs the source of a session again; an answer to a "what if" with its change, beside what it stood beside. */
export async function runAgain(session: Session, reruns: Reruns, runs: Runs): Promise<void> {
  if (!session.facts.change) return runs.again(session);
  const prepared = await reruns.prepare(session);
  if (typeof prepared === "string") return say("warning", prepared, {});
  const same = { session, change: { literals: [], puts: [] }, text: session.facts.title.slice(whatIf.length) };
  await runs.whatIf(same, prepared, session.beside);
}
