import type { Fn, Loop } from "./format";
import { eachRowInSlices } from "./memo";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import type { Slices } from "./slices";

/** Where in the program something was made; equal places of a graph are one object. */
export interface Place {
  /** Counts up in the order of appearance in its graph. */
  readonly index: number;
  /** The same in every run that does the same: the ids of the places around it, and its own. */
  readonly id: string;
  readonly parent: Place | null;
  /** A module's forward, a call of a function, a loop, one turn of it, the rules of a backward that made a graph. */
  readonly kind: "module" | "call" | "loop" | "turn" | "gradient";
  /** "encoder.layers.0", "activate()", "for i", "i 3". */
  readonly name: string;
  /** A module's class; "" for the others. */
  readonly note: string;
}

interface Turn {
  readonly parent: number;
  readonly loop: number;
  readonly frame: number;
  readonly index: number;
  readonly value: number | null;
}

/** The places of a segment's rows, inside what the segment itself lies in. */
export function placesIn(recording: Recording, segment: Segment): Slices<Places> {
  return new Places(recording, segment).read();
}

/** Finds the places of rows. */
export class Places {
  readonly #turns = new Map<number, Turn>();
  /** Rows at which another turn goes on, and which. */
  readonly #changes: { readonly row: number; readonly turn: number }[] = [];
  readonly #classes = new Map<number, string>();
  /** By turn and frame. */
  readonly #known = new Map<number, Map<number, Place | null>>();
  readonly #children = new Map<string, Place>();
  readonly #taken = new Map<string, number>();
  readonly #around = new Set<number>([-1]);
  readonly #loops: ReadonlyMap<number, Loop>;
  readonly #functions: ReadonlyMap<number, Fn>;

  constructor(
    private readonly recording: Recording,
    private readonly segment: Segment,
  ) {
    this.#loops = new Map(recording.programs.flatMap(({ loops }) => loops.map((each) => [each.id, each])));
    this.#functions = new Map(recording.programs.flatMap(({ functions }) => functions.map((each) => [each.id, each])));
  }

  /** Takes in the segment's rows. */
  *read(): Slices<this> {
    const { recording, segment } = this;
    const counts = new Map<string, number>();
    const parents = new Map<number, number>();
    let turn = segment.turn;
    yield* eachRowInSlices(recording, segment, (row) => {
      const { kind, ref, frame, op, flag } = recording.form(row);
      if (kind === "enter" && ref < 0) this.#classes.set(frame, op);
      if (kind !== "turn" && kind !== "turnEnd" && kind !== "switch") return;
      const id = recording.arg(row, 0);
      if (kind === "turn" && id === segment.turn) {
        for (let at = frame; at >= 0; at = recording.frame(at).parent) this.#around.add(at);
      } else if (kind === "turn") {
        const parent = recording.arg(row, 1);
        const key = `${ref} ${parent} ${frame}`;
        const index = counts.get(key) ?? 0;
        counts.set(key, index + 1);
        const value = flag === "valued" ? recording.number(row, 0) : null;
        this.#turns.set(id, { parent, loop: ref, frame, index, value });
        parents.set(id, parent);
      }
      turn = kind === "turnEnd" ? (parents.get(id) ?? segment.turn) : id;
      this.#changes.push({ row, turn });
    });
    return this;
  }

  /** Where a row's call of an op stands; null: in the segment itself. */
  at(row: number, frame: number): Place | null {
    return this.#of(this.#turnAt(row), frame);
  }

  /** The place of what a backward's rules made; `pass` counts the backwards of the segment. */
  gradient(root: string, pass: number): Place {
    return this.#place(null, `gradient ${pass}`, "gradient", `gradient of ${root === "" ? "L" : root}`, "");
  }

  #of(turn: number, frame: number): Place | null {
    let inTurn = this.#known.get(turn);
    if (inTurn === undefined) this.#known.set(turn, (inTurn = new Map<number, Place | null>()));
    const known = inTurn.get(frame);
    if (known !== undefined) return known;
    const made = this.#make(turn, frame);
    inTurn.set(frame, made);
    return made;
  }

  #make(id: number, frame: number): Place | null {
    const turn = this.#turns.get(id);
    const outside = this.#around.has(frame);
    if (turn === undefined && outside) return null;
    if (turn !== undefined && (turn.frame === frame || outside)) {
      const loop = this.#loops.get(turn.loop);
      const variable = loop?.variable ?? "";
      const around = this.#of(turn.parent, frame);
      const whole = this.#place(around, `loop ${turn.loop}`, "loop", loopName(loop), "");
      const counted = turn.value === turn.index || turn.value === turn.index + 1;
      const name = `${variable === "" ? "turn" : variable} ${counted ? String(turn.value) : String(turn.index + 1)}`;
      return this.#place(whole, String(turn.index), "turn", name, "");
    }
    const { parent, fn, site, module } = this.recording.frame(frame);
    const around = this.#of(id, parent);
    if (module !== "") {
      const note = this.#classes.get(frame) ?? "";
      return this.#place(around, `module ${frame}`, "module", module, note === module ? "" : note, module);
    }
    const name = this.#functions.get(fn)?.name ?? "";
    const line = site < 0 ? undefined : this.recording.site(site)?.line;
    const note = line === undefined ? "" : `line ${line + 1}`;
    return this.#place(
      around,
      `call ${frame}`,
      "call",
      name === "" ? "function" : `${name}()`,
      note,
      name || "function",
    );
  }

  /** The place inside `parent` that `own` tells from its others; `called` is what its id says of it. */
  #place(
    parent: Place | null,
    own: string,
    kind: Place["kind"],
    name: string,
    note: string,
    called = kind === "turn" ? own : name,
  ): Place {
    const key = `${parent?.index ?? -1} ${own}`;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const path = parent === null ? called : `${parent.id}/${called}`;
    const count = this.#taken.get(path) ?? 0;
    this.#taken.set(path, count + 1);
    const id = count === 0 ? path : `${path}#${count + 1}`;
    const made = { index: this.#children.size, id, parent, kind, name, note };
    this.#children.set(key, made);
    return made;
  }

  #turnAt(row: number): number {
    let [low, high] = [0, this.#changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#changes[middle]?.row ?? Infinity) <= row) low = middle + 1;
      else high = middle;
    }
    return this.#changes[low - 1]?.turn ?? this.segment.turn;
  }
}

function loopName(loop: Loop | undefined): string {
  if (loop === undefined) return "loop";
  const word = loop.kind === "callback" ? "each" : loop.kind === "of" || loop.kind === "in" ? "for" : loop.kind;
  return loop.variable === "" ? (loop.kind === "callback" ? "callback" : word) : `${word} ${loop.variable}`;
}
