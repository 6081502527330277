import type { Program, Site } from "../recording/format";
import type { Recording } from "../recording/recording";
import type { Origin } from "../session/session";

/** What tells a document from another. */
export interface Document {
  /** The document's URI as text. */
  readonly uri: string;
  /** Its path on the disk, "" when it has none. */
  readonly path: string;
}

/** The recorded source that a document is, if it is one of a run's. */
export function programOf(
  programs: readonly Program[],
  origin: Origin | null,
  document: Document,
): Program | undefined {
  if (origin && document.uri === origin.uri) return programs.find((program) => program.file === origin.file);
  if (document.path === "") return undefined;
  const path = slashed(document.path);
  // A recording that was opened knows no root: whatever ends like one of its files may be it, and a diff decides.
  return programs.find((program) =>
    origin ? path === pathOf(origin, program.file) : path === program.file || path.endsWith(`/${program.file}`),
  );
}

/** Where a run's source lies on the disk. */
export function pathOf(origin: Origin, file: string): string {
  return /^([a-z]:)?[/\\]/i.test(file) ? slashed(file) : `${slashed(origin.root).replace(/\/$/, "")}/${file}`;
}

/** A call site and the source it is in. */
export interface Spot {
  readonly program: Program;
  readonly site: Site;
}

/** Finds a call site; undefined for −1 and for what the recording does not know. */
export function spotOf(recording: Pick<Recording, "site" | "programOfSite">, id: number): Spot | undefined {
  const [site, program] = [recording.site(id), recording.programOfSite(id)];
  return site && program && { site, program };
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
