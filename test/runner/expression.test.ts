import assert from "node:assert/strict";
import fc from "fast-check";
import type { Given, Result } from "../../src/recording/given";
import { evaluated } from "../../src/runner/child/expression";
import { Evaluator } from "../../src/runner/evaluator";
import { buildChild } from "../support/child";

const vector = (...data: number[]): Given => ({
  type: "tensor",
  tensor: { shape: [data.length], dtype: "float32", data, requiresGrad: true, grad: { data: data.map((x) => 2 * x) } },
});
const weight = { shape: [1, 2], dtype: "float32", data: [3, 4], requiresGrad: true, grad: null } as const;

const moment: Readonly<Record<string, Given>> = {
  w: vector(3, -4),
  loss: { type: "tensor", tensor: { shape: [], dtype: "float32", data: [0.5], requiresGrad: false, grad: null } },
  large: { type: "tensor", tensor: { shape: [9999], dtype: "float32", data: null, requiresGrad: false, grad: null } },
  epoch: { type: "number", number: 7 },
  name: { type: "text", text: "adam" },
  on: { type: "boolean", on: true },
  none: { type: "null" },
  net: { type: "module", parameters: { "lin.weight": weight } },
  "this.w": vector(1),
  "params[0]": vector(9),
  odd: { type: "unknown", reason: "is Map, which is not recorded in full" },
};

const [value, error] = [
  (text: string): unknown => {
    const result = one(text);
    assert.ok(!("error" in result), `${text}: ${"error" in result ? result.error : ""}`);
    const { value } = result;
    switch (value.type) {
      case "number":
        return value.number;
      case "text":
        return value.text;
      case "boolean":
        return value.on;
      case "tensor":
        return Array.from(value.tensor.data ?? []);
      case "list":
        return value.items;
      default:
        return value.type;
    }
  },
  (text: string): string => {
    const result = one(text);
    assert.ok("error" in result, `${text} has a value`);
    return result.error;
  },
];

function one(text: string): Result {
  const [result] = evaluated({ text, moments: [moment] });
  assert.ok(result);
  return result;
}

describe("an expression at a recorded moment", () => {
  it("computes with names, numbers, Math and the methods of tensors", () => {
    assert.equal(value("loss < 1"), true);
    assert.equal(value("epoch === 7 && on"), true);
    assert.equal(value("w.grad!.norm() > 9.9"), true);
    assert.equal(value("w.grad.norm().item()"), 10);
    assert.deepEqual(value("w.abs().sum()"), [7]);
    assert.deepEqual(value("w.at(1)"), [-4]);
    assert.deepEqual(value("w.mul(2)"), [6, -8]);
    assert.equal(value("w.shape[0]"), 2);
    assert.equal(value("w.max(0).indices.item()"), 0);
    assert.equal(value("Math.max(epoch, 9) * 2 ** 3"), 72);
    assert.equal(value("`${name} ${epoch + 0.5}`"), "adam 7.5");
    assert.equal(value("none ?? -epoch"), -7);
    assert.equal(value("none?.grad"), "undefined");
    assert.equal(value("loss.isnan() || !on ? 'bad' : 'good'"), "good");
    assert.deepEqual(value("net.lin.weight.sum()"), [7]);
    assert.deepEqual(value("this.w"), [1]);
    assert.deepEqual(value("params[0].mul(2)"), [18]);
    assert.equal(value("['a', name].includes('adam')"), true);
    assert.equal(value("(0.1 + 0.2).toFixed(2)"), "0.30");
  });

  it("says what it cannot compute, and why", () => {
    assert.match(error("los < 1"), /^los is not known at this moment/);
    assert.match(error("loss <"), /^loss < is no expression/);
    assert.match(error("loss < 1; 2"), /; 2 is not expected there/);
    assert.match(error("w" + " > 1"), /shape \[2\] is no number: use \.sum\(\)/);
    assert.match(error("w ? 1 : 0"), /shape \[2\] is no number/);
    assert.match(error("w.zero_()"), /changes a tensor, and a recording never changes: use \.zero\(\)/);
    assert.match(error("large.sum()"), /recorded as statistics only/);
    assert.match(error("odd.size"), /odd is Map, which is not recorded in full/);
    assert.match(error("none.grad"), /none is null at this moment/);
    assert.match(error("net.conv"), /net has no conv that was recorded/);
    assert.match(error("w.expand(1000, 1000, 2)"), /2000000 elements is too large/);
    assert.match(error("x".repeat(3000)), /at most 2000 characters/);
  });

  it("reaches nothing but what it was given", () => {
    for (const text of [
      "process",
      "globalThis",
      "w.constructor",
      "w['constructor']('return 1')()",
      "Math.constructor",
      "Math['__proto__']",
      "''.constructor",
      "[].constructor",
      "name.__proto__",
      "net.constructor",
      "w.storage",
      "w.registerHook(1)",
      "(() => 1)()",
      "function () {}",
      "new Date()",
      "import('node:fs')",
      "epoch = 1",
      "epoch++",
      "delete w.grad",
      "/a/.test('a')",
      "1n",
      "a => a",
      "name`x`",
      "{ epoch }",
      "w.toString.call(1)",
    ])
      assert.equal(typeof error(text), "string");
  });

  it("never fails, whatever it is asked", () => {
    const pieces = [
      "w",
      "loss",
      ".grad",
      "(",
      ")",
      "[",
      "]",
      "!",
      "&&",
      "<",
      "1",
      "'a'",
      "?",
      ":",
      ".at",
      "`",
      "${",
      "}",
      " ",
      "=>",
      ",",
      "this",
    ];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (asked) => {
        const [result] = evaluated({ text: asked, moments: [moment] });
        return result !== undefined && ("error" in result ? result.error !== "" : true);
      }),
      { numRuns: 2000 },
    );
  });

  it("is answered by the evaluator for many moments at once, NaN and infinities included", async function () {
    this.timeout(60_000);
    const evaluator = new Evaluator({ child: await buildChild(), budgetMs: 20_000 });
    const moments = [1, NaN, -Infinity].map((number): Record<string, Given> => ({ x: { type: "number", number } }));
    const results = await evaluator.expression({ text: "x * 2", moments });
    evaluator.dispose();
    assert.deepEqual(
      results,
      [2, NaN, -Infinity].map((number) => ({ truthy: Boolean(number), value: { type: "number", number } })),
    );
  });
});
