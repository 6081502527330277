import { jsonNumber } from "./json";
import type { Outline } from "./outline";

/**
 * The series of a run as CSV (RFC 4180): a row for each iteration with its 0-based count, its label, one column for
 * each loop around it (the loop variable's own value, else a 1-based count), then losses, parameters and gradients,
 * vectors by their norm. NaN and the infinities are `nan`, `inf` and `-inf`; what there is none of is empty.
 */
export function csvOf(outline: Outline): string {
  const loops = loopNames(outline);
  const series = outline.series.map(({ name, kind }) => (kind === "gradient" ? `${name}.grad` : name));
  const lines = [
    unique(["iteration", "label", ...loops, ...series])
      .map(quoted)
      .join(","),
  ];
  for (let iteration = 0; iteration < outline.iterations; iteration++) {
    const segment = outline.segments[outline.iterationSegment(iteration)];
    if (segment === undefined) continue;
    const turns = new Map(segment.turns.map((turn) => [nameOf(outline, turn.loop), turn.value ?? turn.index + 1]));
    const cells = [
      String(iteration),
      outline.label(segment),
      ...loops.map((loop) => cell(turns.get(loop))),
      ...outline.series.map(({ values }) => cell(values[iteration])),
    ];
    lines.push(cells.map(quoted).join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** The variables of all loops that have iterations, outer ones first. */
function loopNames(outline: Outline): string[] {
  const depths = new Map<string, number>();
  for (const { iteration, turns } of outline.segments)
    turns.forEach(({ loop }, depth) => {
      const name = nameOf(outline, loop);
      if (iteration >= 0) depths.set(name, Math.max(depth, depths.get(name) ?? 0));
    });
  return [...depths].sort(([, a], [, b]) => a - b).map(([name]) => name);
}

function nameOf({ recording }: Outline, loop: number): string {
  const { variable, range } = recording.loop(loop);
  return variable || `loop at line ${range.line + 1}`;
}

function cell(x: number | null | undefined): string {
  if (x === null || x === undefined) return "";
  return Object.is(x, -0) ? "-0" : String(jsonNumber(x));
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Names of which no two are the same: the second "w" is "w (2)". */
function unique(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let k = 2; taken.has(free); k++) free = `${name} (${k})`;
    taken.add(free);
    return free;
  });
}
