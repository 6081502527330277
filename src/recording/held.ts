import type { ValueType } from "./format";
import type { HeldValue } from "./keyframe";
import type { Recording } from "./recording";

/** What a binding holds. */
export type BindingValue =
  | { readonly type: "tensor"; readonly tensor: number }
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "string" | "other"; readonly text: string }
  | { readonly type: "null" | "undefined" }
  | {
      readonly type: "module";
      readonly name: string;
      readonly parameters: readonly { readonly name: string; readonly tensor: number }[];
    };

/** What a row wrote to its binding. */
export function writtenBy(recording: Recording, row: number): HeldValue {
  const { valueType, inputs, args } = recording.form(row);
  const type: ValueType = valueType === "" ? "undefined" : valueType;
  if (type === "number") return { type, payload: recording.number(row, 0), tensors: [] };
  if (type !== "module") return { type, payload: args > 0 ? recording.arg(row, 0) : -1, tensors: [] };
  return {
    type,
    payload: recording.formId(row),
    tensors: Array.from({ length: inputs }, (_, k) => recording.arg(row, k)),
  };
}

/** What a binding holds, told from how it is kept. */
export function decoded(recording: Recording, { type, payload, tensors }: HeldValue): BindingValue {
  switch (type) {
    case "tensor":
      return { type, tensor: payload };
    case "number":
      return { type, value: payload };
    case "boolean":
      return { type, value: payload === 1 };
    case "string":
    case "other":
      return { type, text: recording.string(payload) };
    case "null":
    case "undefined":
      return { type };
    case "module": {
      const { op, attrs } = recording.formOf(payload);
      const names: unknown = attrs["parameters"];
      const name = (k: number): string => (Array.isArray(names) ? String(names[k]) : "");
      return { type, name: op, parameters: tensors.map((tensor, k) => ({ name: name(k), tensor })) };
    }
  }
}
