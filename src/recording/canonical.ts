import { textArgument } from "./definition.checks";
import type { Block, Definition, Facts } from "./format";
import { blockBytes, rowLayout } from "./layout";
import type { Recording } from "./recording";
import { Writer } from "./writer";

/**
 * The recording as equal runs share it byte for byte: chunks cut by size alone, every NaN the same, no facts;
 * facts that are given come behind it in a chunk of their own. All of its rows must be held.
 */
export function canonical(recording: Recording, facts?: Facts): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  const writer = new Writer({ cap: recording.header.cap, sink: (chunk) => void chunks.push(chunk) });
  const definitions = recording.definitions;
  const [forms, texts] = [placesOf(definitions, "form"), placesOf(definitions, "text")];
  let defined = 0;
  const define = (end: number): void => {
    for (; defined < end; defined++) {
      const definition = definitions[defined];
      if (definition !== undefined && !("facts" in definition)) writer.define(definition);
    }
  };
  for (let row = 0; row < recording.rows; row++) {
    const id = recording.formId(row);
    const form = recording.formOf(id);
    const text = textArgument(form);
    define(1 + Math.max(forms[id] ?? -1, text < 0 ? -1 : (texts[recording.arg(row, text)] ?? -1)));
    const known = writer.forms[id];
    if (known === undefined) continue;
    writer.begin(known);
    for (let k = 0; k < form.args; k++) writer.integer(recording.arg(row, k));
    writer.copied(sameNaNs(recording.valueBytes(row), form.numbers.length, form.blocks));
    writer.end(known);
  }
  define(definitions.length);
  writer.flush();
  if (facts !== undefined) {
    writer.define({ facts });
    writer.flush();
  }
  return joined(chunks);
}

/** Chunks one after the other, as a file has them. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function placesOf(definitions: readonly Definition[], sort: "form" | "text"): number[] {
  return definitions.flatMap((definition, place) => (sort in definition ? [place] : []));
}

/** The values of a row with every NaN written in the same bits: which bits arithmetic gives is the machine's affair. */
function sameNaNs(values: Uint8Array, numbers: number, blocks: readonly Block[]): Uint8Array {
  const bytes = values.slice();
  const view = new DataView(bytes.buffer);
  const doubles = (from: number, count: number): void => {
    for (let at = from; at < from + 8 * count; at += 8) {
      const value = view.getFloat64(at, true);
      if (value !== value) view.setBigUint64(at, 0x7ff8000000000000n, true);
    }
  };
  doubles(0, numbers);
  const layout = rowLayout({ numbers: Array.from({ length: numbers }, String), blocks });
  blocks.forEach((block, k) => {
    const at = layout.blocks[k] ?? 0;
    const size = blockBytes(block);
    if (block.kept === "statistics" || block.dtype === "float64" || block.dtype === "int64") doubles(at, size / 8);
    else if (block.dtype === "float32")
      for (let place = at; place < at + size; place += 4)
        if ((view.getUint32(place, true) & 0x7fffffff) > 0x7f800000) view.setUint32(place, 0x7fc00000, true);
  });
  return bytes;
}
