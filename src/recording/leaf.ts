import { graphOf } from "./graph";
import { outputPlace } from "./latest";
import type { Recording } from "./recording";
import type { OutlineData } from "./segment";
import { eachPlace, elementsOf } from "./value";

/** A leaf as it was made. */
export interface Leaf {
  readonly name: string;
  readonly tensor: number;
  readonly elements: readonly number[];
}

/** What a leaf of a segment's graph began as; a string says why that is not known. */
export function leafOf(recording: Recording, { segments }: OutlineData, segment: number, node: number): Leaf | string {
  const found = segments[segment];
  const drawn = found && graphOf(recording, found);
  const leaf = drawn?.graph.nodes[node];
  const tensor = drawn?.tensors[node] ?? -1;
  if (leaf?.kind !== "leaf" || tensor < 0) return "Only a leaf can begin as something else.";
  for (let row = 0; row < recording.rows; row++) {
    const form = recording.form(row);
    const k = form.outputs.findIndex((_, k) => recording.arg(row, form.inputs + 2 * k) === tensor);
    if (k < 0) continue;
    const place = outputPlace(recording, row, k);
    const data = place && recording.block(place.pointer, place.block).data;
    if (!data) return `What ${leaf.label} began as was not recorded.`;
    const meta = recording.meta(form.outputs[k] ?? 0);
    const elements = Array.from({ length: elementsOf(meta.shape) }, () => NaN);
    eachPlace(meta, (at, index) => (elements[index] = data[at] ?? NaN));
    return { name: leaf.label, tensor, elements };
  }
  return `What ${leaf.label} began as was not recorded.`;
}
