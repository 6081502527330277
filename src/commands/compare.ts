import * as vscode from "vscode";
import type { Session } from "../session/session";
import type { Sessions } from "../session/sessions";
import { say, stays } from "./messages";

/** Asks what to hold the active run against: another run, or another iteration of its own. */
export async function compareWith(sessions: Sessions): Promise<void> {
  const session = sessions.active;
  if (!session) return say("warning", "Nothing to compare: run something first.", {});
  const runs = [...sessions.all]
    .reverse()
    .filter((other) => other !== session && other.recording.rows > 0)
    .map((other) => ({
      label: other.facts.title,
      description: other.facts.number === null ? "" : `run ${other.facts.number}`,
      other,
    }));
  const { iterations, word } = session.outline;
  const own =
    iterations > 1
      ? [{ label: `Another ${word} of this run`, description: `${iterations} ${word}s`, other: session }]
      : [];
  if (runs.length + own.length === 0)
    return say("warning", "Nothing to compare with: this is the only run, and it has no iterations.", {});
  const picked = await vscode.window.showQuickPick([...runs, ...own], {
    title: `Compare ${session.facts.title} with…`,
    matchOnDescription: true,
    ...stays,
  });
  if (!picked) return;
  const iteration = picked.other === session ? await askIteration(session) : null;
  if (iteration === undefined) return;
  session.beside = { session: picked.other, iteration, tolerance: tolerance() };
}

/** How far values may differ and still count as equal. */
export function tolerance(): number {
  return vscode.workspace.getConfiguration("backstep").get("compare.tolerance", 1e-5);
}

async function askIteration({ outline }: Session): Promise<number | undefined> {
  const labels = Array.from({ length: outline.iterations }, (_, k) => {
    const segment = outline.segments[outline.iterationSegment(k)];
    return { label: segment ? outline.label(segment) : String(k), index: k };
  });
  const picked = await vscode.window.showQuickPick(labels, { title: `Which ${outline.word}?`, ...stays });
  return picked?.index;
}
