import assert from "node:assert/strict";
import * as functions from "../../src/engine/index";
import { slice, Tensor } from "../../src/engine/index";
import type { Row } from "./rows";

/** Where a function of PyTorch's name is looked for: a prefix names the place. */
const places: Readonly<Record<string, readonly object[]>> = {
  "": [functions.nn.functional, functions],
  F: [functions.nn.functional],
  linalg: [functions.linalg],
  torch: [functions],
};

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** An argument as a case writes it: `$0` is the first input, `+0` a clone of it. */
function argument(written: unknown, inputs: readonly Tensor[]): unknown {
  if (Array.isArray(written)) return written.map((each) => argument(each, inputs));
  if (written === "inf" || written === "-inf" || written === "nan")
    return Number(written.replace("inf", "Infinity").replace("nan", "NaN"));
  if (typeof written === "string" && /^[$+]\d+$/.test(written)) {
    const input = inputs[Number(written.slice(1))];
    return written.startsWith("+") ? input?.clone() : input;
  }
  if (typeof written !== "object" || written === null) return written;
  if ("slice" in written && Array.isArray(written.slice)) {
    const [start, stop, step] = written.slice.map((each) => (typeof each === "number" ? each : null));
    return slice(start, stop, step ?? 1);
  }
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [camel(name), argument(value, inputs)]));
}

function tensorsOf(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  assert.ok(typeof result === "object" && result !== null, "a result that holds no tensors");
  return Object.values(result).filter((each) => each instanceof Tensor);
}

/** Runs a call by PyTorch's name: a method of the first argument where it has one, else a function. */
export function call(path: string): Row {
  return (inputs, args) => {
    assert.ok(Array.isArray(args.call));
    const given = args.call.map((each) => argument(each, inputs));
    const [place = "", name = ""] = path.includes(".") ? path.split(".") : ["", path];
    const [self] = given;
    const own: unknown = place === "" && self instanceof Tensor ? Reflect.get(self, camel(name)) : undefined;
    const found = (places[place] ?? []).map((each): unknown => Reflect.get(each, camel(name)));
    const run = own ?? found.find((each) => typeof each === "function");
    assert.ok(typeof run === "function", `the engine has no ${path}`);
    const result: unknown =
      own === undefined ? Reflect.apply(run, undefined, given) : Reflect.apply(run, self, given.slice(1));
    const [output, ...others] = tensorsOf(result);
    assert.ok(output, `${path} gives no tensor`);
    return { output, extra: Object.fromEntries(others.map((other, k) => [String(k + 1), other])) };
  };
}
