import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Topology } from "../layout/dot";
import type { Layout, Orientation } from "../layout/layout";
import { foldedOf, type Folds, noFolds } from "../recording/folds";
import type { Graph } from "../recording/graph";
import type { Outline } from "../recording/outline";
import { graphAndFolds } from "../recording/reading";
import { inTurns } from "../recording/slices";
import type { Carried } from "./carried";
import { topologyOf } from "./topology";

/** The page's own files, as they are built. */
export interface PageFiles {
  readonly page: string;
  readonly style: string;
  readonly host: string;
  readonly colors: string;
}

/** Reads them where they were built. */
export function pageFiles(folder: string): PageFiles {
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  return { page: text("main.js"), style: text("main.css"), host: text("offline.js"), colors: text("offline.css") };
}

/** Lays out a graph. */
export type Lay = (key: string, topology: Topology, orientation: Orientation, signal: AbortSignal) => Promise<Layout>;

/** A run to put into a file: its recording, and what a page shows beside it. */
export interface Kept {
  readonly outline: Outline;
  readonly carried: Omit<Carried, "layouts">;
}

/** Of a graph with more cards only what opens is laid out beforehand: the page itself does the rest, plainly. */
const smallGraph = 300;
/** So many layouts go into a file. */
const mostLayouts = 300;

/**
 * One file with the page, the recording and where its cards stand: it opens without a network, and lets nothing load
 * or run but what is in it. Undefined when aborted.
 */
export async function standalone(
  { outline, carried }: Kept,
  files: PageFiles,
  lay: Lay,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const layouts = await layoutsOf(outline, carried.ui.folds, lay, signal);
  if (layouts === undefined) return undefined;
  const { recording } = outline;
  const chunks = Array.from({ length: recording.chunks }, (_, k) => recording.chunkBytes(k));
  const about = await packed([Buffer.from(JSON.stringify({ ...carried, layouts } satisfies Carried))], signal);
  const rows = await packed(chunks, signal);
  if (about === undefined || rows === undefined) return undefined;
  const styles = [files.colors, files.style].join("\n");
  const scripts = [files.host, files.page].map(inScript);
  // The toolkit fills an empty style element by rules; Cytoscape would inject a style element of its own, which the
  // policy refuses, unless it finds one of its id.
  const policy = `default-src 'none'; script-src ${scripts.map(hash).join(" ")}; style-src ${hash(styles)} ${hash("")}`;
  const parts = [
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Backstep">
<title>${escaped(carried.title)} · Backstep</title>
<style id="__________cytoscape_stylesheet">${styles}</style>
</head>
<body>
<noscript>This page walks through a recorded run and needs JavaScript for it. It loads nothing.</noscript>
<script type="text/plain" id="about">`,
    about,
    `</script>\n<script type="text/plain" id="recording">`,
    rows,
    "</script>\n",
    ...scripts.map((script) => `<script>${script}</script>\n`),
    "</body>\n</html>\n",
  ];
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** Where the cards of every graph stand, as it opens and, for small ones, at every depth; each way round. */
async function layoutsOf(
  outline: Outline,
  chosen: Folds,
  lay: Lay,
  signal: AbortSignal,
): Promise<Carried["layouts"] | undefined> {
  const graphs = new Set<Graph>();
  for (const segment of outline.segments) {
    const graph = await inTurns(graphAndFolds(outline.recording, segment), signal);
    if (signal.aborted || graph === undefined) return undefined;
    graphs.add(graph);
  }
  const views = [...graphs].flatMap((graph) => [chosen, noFolds].map((folds) => foldedOf(graph, folds)));
  for (const graph of graphs) {
    const { deepest, levels } = foldedOf(graph, noFolds);
    for (let depth = 0; depth <= Math.min(deepest, levels); depth++) {
      const folded = foldedOf(graph, { depth, toggled: [] });
      if (folded.cards.length <= smallGraph) views.push(folded);
    }
  }
  const layouts = new Map<string, Carried["layouts"][number]>();
  for (const folded of views) {
    for (const orientation of ["LR", "TB"] as const) {
      const at = `${orientation} ${folded.key}`;
      if (layouts.has(at) || layouts.size >= mostLayouts) continue;
      const layout = await lay(folded.key, topologyOf(folded), orientation, signal).catch(() => null);
      if (signal.aborted) return undefined;
      if (layout) layouts.set(at, { key: folded.key, orientation, ...plain(layout) });
    }
  }
  return [...layouts.values()];
}

function plain({
  width,
  height,
  centres,
  points,
  starts,
  frames,
}: Layout): Omit<Carried["layouts"][number], "key" | "orientation"> {
  const rounded = (numbers: Float32Array): number[] => Array.from(numbers, (x) => Math.round(x * 10) / 10);
  return {
    width,
    height,
    centres: rounded(centres),
    points: rounded(points),
    starts: [...starts],
    frames: rounded(frames),
  };
}

/** Bytes as the page unpacks them; undefined when aborted. */
async function packed(parts: readonly Uint8Array[], signal: AbortSignal): Promise<string | undefined> {
  const zipped: Buffer[] = [];
  const gather = async (from: AsyncIterable<Buffer>): Promise<void> => {
    for await (const part of from) zipped.push(part);
  };
  try {
    await pipeline(parts, createGzip(), gather, { signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
  return Buffer.concat(zipped).toString("base64");
}

/** A script as it can stand in a document: nothing in it ends the element or begins a comment. */
function inScript(text: string): string {
  return text
    .replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n")
    .replaceAll(/<\/(?=script)/gi, "<\\/")
    .replaceAll("<!--", "<\\!--");
}

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
