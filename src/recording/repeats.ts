import type { GraphNode } from "./graph";
import type { Draft, DraftPart } from "./groups";

const fewest = 3;

/** Finds blocks of the same structure. */
export class Repeats {
  readonly #codes: Int32Array;
  readonly #structures = new Map<Draft, number>();
  readonly #texts = new Map<string, number>();

  constructor(nodes: readonly GraphNode[]) {
    this.#codes = Int32Array.from(nodes, ({ kind, op, attrs, shape, inputs }) =>
      kind === "op" ? this.#code(`${op} ${attrs} ${shape.join("×")} ${inputs.length}`) : 0,
    );
  }

  /** A group's parts, blocks of one structure that follow each other put together, unless that were all of it. */
  together(group: Draft): DraftPart[] {
    if (group.kind === "loop") return group.parts;
    const blocks = group.parts.filter((part) => typeof part === "object");
    const runs: Draft[][] = [];
    let last = NaN;
    for (const block of blocks) {
      const structure = this.#structure(block);
      const run = runs.at(-1);
      if (structure === last && run !== undefined) run.push(block);
      else runs.push([block]);
      last = structure;
    }
    const long = runs.filter(({ length }) => length >= fewest);
    if (long.length === 0 || (runs.length === 1 && blocks.length === group.parts.length)) return group.parts;
    const within = new Map(long.flatMap((run) => run.map((block) => [block, run] as const)));
    return group.parts.flatMap((part): DraftPart[] => {
      const run = typeof part === "object" ? within.get(part) : undefined;
      if (run === undefined) return [part];
      const [first, end] = [run[0], run.at(-1)];
      if (first !== part || end === undefined) return [];
      const note = `${run.length} ×${first.note === "" ? "" : ` ${first.note}`}`;
      return [
        { id: `${first.id} × ${run.length}`, kind: "repeat", name: spanning(first.name, end.name), note, parts: run },
      ];
    });
  }

  /** A number for what is in a block, names left out; leaves may come from elsewhere, so they do not count. */
  #structure(block: Draft): number {
    const known = this.#structures.get(block);
    if (known !== undefined) return known;
    let sum = this.#code(`${block.kind} ${block.note}`);
    for (const part of block.parts) {
      const code = typeof part === "number" ? (this.#codes[part] ?? 0) : this.#structure(part);
      if (code !== 0) sum = (Math.imul(sum, 0x01000193) ^ code) | 0;
    }
    this.#structures.set(block, sum);
    return sum;
  }

  #code(text: string): number {
    const known = this.#texts.get(text) ?? Math.imul(this.#texts.size + 1, 0x5bd1e995);
    this.#texts.set(text, known);
    return known;
  }
}

/** "layers.0 … 11" */
function spanning(first: string, last: string): string {
  const around = first.slice(0, first.lastIndexOf(".") + 1);
  return `${first} … ${last.startsWith(around) ? last.slice(around.length) : last}`;
}
