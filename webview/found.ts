import type { Finding, Severity } from "../src/recording/finding";
import type { Folded } from "../src/recording/folds";
import { signs } from "./checks";

/** What was found on the cards of a drawing. */
export interface Found {
  /** By card, how much what matters most there matters. */
  readonly severities: ReadonlyMap<number, Severity>;
  /** By card in words. */
  readonly texts: ReadonlyMap<number, string>;
  /** From where something began to where it shows, each from card to card. */
  readonly ways: readonly (readonly number[])[];
}

/** Puts findings on the cards that show their nodes, or the groups that these are in. */
export function foundOn({ cardOf }: Folded, findings: readonly Finding[]): Found {
  const severities = new Map<number, Severity>();
  const texts = new Map<number, string>();
  for (const { node, severity, title } of findings) {
    const card = cardOf[node] ?? -1;
    if (card < 0) continue;
    if (!severities.has(card)) severities.set(card, severity);
    const before = texts.get(card);
    texts.set(card, `${before === undefined ? "" : `${before}; `}${signs[severity].word}: ${title}`);
  }
  const ways = findings
    .map(({ path }) => path.map((node) => cardOf[node] ?? -1).filter((card, k, all) => card !== all[k - 1]))
    .filter((path) => path.length > 1);
  return { severities, texts, ways };
}
