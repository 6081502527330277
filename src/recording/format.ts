import type { DType } from "../engine/observer";

/** What a row of a recording can say. The order is the byte value in the file. */
export const kinds = [
  "create",
  "forward",
  "update",
  "open",
  "close",
  "backward",
  "backwardEnd",
  "rule",
  "accumulate",
  "gradSet",
  "write",
  "turn",
  "turnEnd",
  "switch",
  "enter",
  "leave",
  "gradMode",
  "optimizer",
  "optimizerEnd",
  "state",
  "name",
  "print",
  "error",
  "missed",
  "skipped",
  "plot",
] as const;

export type Kind = (typeof kinds)[number];

/** A byte offset in the recording's stream of values, counted over all chunks. */
export type ValuePointer = number;

/** How one value lies in the value stream: all its elements, or statistics of what was too large to keep. */
export interface Block {
  readonly dtype: DType;
  readonly elements: number;
  readonly kept: "all" | "statistics";
}

/** Everything about a tensor that does not change: its window on the storage and its flags. */
export interface Meta {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly dtype: DType;
  readonly requiresGrad: boolean;
  readonly isLeaf: boolean;
  /** Elements of the whole storage behind the window. */
  readonly storageElements: number;
}

/** What a recorded binding can hold: the order is the byte value in keyframes. */
export const valueTypes = ["tensor", "number", "string", "boolean", "null", "undefined", "other", "module"] as const;

export type ValueType = (typeof valueTypes)[number];

/** Everything about a row that stays the same from turn to turn; interned once. */
export interface Form {
  readonly kind: Kind;
  /** How many composites are open around it. */
  readonly depth: number;
  readonly frame: number;
  /** The call site in the snippet, or −1. */
  readonly site: number;
  /** Name of the op, the factory, the composite, the optimizer, the state; "" where there is none. */
  readonly op: string;
  /** The op's static attributes. */
  readonly attrs: Readonly<Record<string, unknown>>;
  /** How many of the row's arguments are input tensors; they come first. */
  readonly inputs: number;
  /** Meta ids of the outputs; each takes two arguments (tensor, storage). */
  readonly outputs: readonly number[];
  /** How many dynamic integers the row has. */
  readonly args: number;
  /** Names of the scalar operands or hyper-parameters; each is one f64 before the blocks. */
  readonly numbers: readonly string[];
  /** The values the row writes, in order. */
  readonly blocks: readonly Block[];
  /** Binding of a write, loop of a turn or a pull, function of an enter; else −1. */
  readonly ref: number;
  readonly valueType: ValueType | "";
  /** What its kind says of it: "valued", "retained", "on", "off", "explicit", "normal", "break", "throw", "log", "warn", "view" (the outputs share an input's storage), "pull" (a loop asks for its next element), …; "" for none. */
  readonly flag: string;
  /** For a rule: which inputs got a contribution. For other rows with outputs: which outputs' values the row writes. */
  readonly contributes: readonly boolean[];
}

/** One activation on the snippet's call stack, without the time. */
export interface Frame {
  readonly parent: number;
  /** Call site that entered it, or −1. */
  readonly site: number;
  /** Function of the program, or −1. */
  readonly fn: number;
  /** Path of the module whose forward it is, "" when none. */
  readonly module: string;
}

/** A place in a source text: 0-based lines and UTF-16 columns, end exclusive. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A call in the snippet. */
export interface Site extends Range {
  readonly id: number;
  /** Source text of each argument (and of the receiver first, for a method) where it is an identifier or a property path, else "". */
  readonly args: readonly string[];
}

/** A variable, a parameter or a property path (`this.w`, `params[0]`) whose writes are recorded. */
export interface Binding {
  readonly id: number;
  readonly name: string;
  readonly kind: "const" | "let" | "var" | "parameter" | "loop" | "property" | "import" | "function";
  readonly scope: number;
  readonly declaration: Range;
  /** Every place that reads or writes it, the declaration included. */
  readonly references: readonly Range[];
}

/** Where a binding lives: it becomes "not yet" when its scope begins anew. */
export interface Scope {
  readonly id: number;
  readonly parent: number;
  readonly kind: "module" | "function" | "loop" | "block";
  /** Function id or loop id the scope belongs to, else −1. */
  readonly of: number;
  readonly range: Range;
}

export interface Loop {
  readonly id: number;
  readonly kind: "for" | "while" | "do" | "of" | "in" | "callback";
  /** Name of the loop variable ("epoch"), or "". */
  readonly variable: string;
  readonly range: Range;
}

export interface Fn {
  readonly id: number;
  readonly name: string;
  readonly range: Range;
}

/** One source file of a run, as it was, and what the instrumentation found in it. */
export interface Program {
  /** Path relative to the run's root, with forward slashes. */
  readonly file: string;
  readonly text: string;
  /** SHA-256 of the text, hex. */
  readonly hash: string;
  /** The lines that really ran (0-based, end exclusive), when a selection was completed. */
  readonly lines: readonly { readonly start: number; readonly end: number; readonly added: boolean }[];
  readonly sites: readonly Site[];
  readonly bindings: readonly Binding[];
  readonly scopes: readonly Scope[];
  readonly loops: readonly Loop[];
  readonly functions: readonly Fn[];
  /** Its statements, those inside a statement after it; blocks are none. */
  readonly statements: readonly Range[];
}

/** One entry of a chunk's definitions; ids count up from 0 per kind in the order of appearance. */
export type Definition =
  | { readonly program: Program }
  | { readonly form: Form }
  | { readonly meta: Meta }
  | { readonly frame: Frame }
  | { readonly text: string }
  | { readonly facts: Facts };

/** Times and host facts: outside every comparison. */
export interface Facts {
  readonly started?: string;
  readonly node?: string;
  readonly milliseconds?: number;
  readonly status?: "done" | "failed" | "stopped" | "limit";
  readonly missing?: readonly string[];
}
