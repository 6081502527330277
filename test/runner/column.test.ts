import assert from "node:assert/strict";
import { autograd, nn, tensor, type Tensor } from "../../src/engine/index";
import { observer, type Observer, setObserver, type TensorView } from "../../src/engine/observer";
import { allOps } from "../../src/engine/op";
import type { ColumnQuestion, Full } from "../../src/recording/column";
import { useOf } from "../../src/recording/explain.use";
import type { Graph, GraphNode } from "../../src/recording/graph";
import { lineText, number } from "../../src/recording/maths";
import { eachPlace } from "../../src/recording/value";
import { columnOf } from "../../src/runner/child/column";
import { type Case, casesOf, make, seen } from "../engine/cases";
import { more as moreOfOps, samples as samplesOfOps } from "../engine/samples.ops";
import { more as moreOfLayers, samples as samplesOfLayers } from "../engine/samples.nn";
import { more, samples } from "../engine/samples";
import { rowOf } from "../engine/rows";
import { drawn } from "../engine/slopes";

const { functional } = nn;

type Call = Omit<ColumnQuestion, "gradients" | "operand" | "element">;

/** A gradient rule that ran, and what it sent. */
interface Ran {
  readonly call: Call;
  readonly gradients: readonly (Full | null)[];
  readonly sent: readonly (Full | null)[];
}

function copied({ storage, shape, strides, offset, dtype }: TensorView): Full {
  const data: number[] = [];
  eachPlace({ shape, strides, offset }, (place) => data.push(storage.data[storage.start + place] ?? NaN));
  return { shape: [...shape], dtype, data };
}

/** Runs a program and notes every rule of an op whose call was seen, with all that a recording would hold of it. */
function rulesOf(body: () => void): Ran[] {
  const ran: Ran[] = [];
  const calls = new Map<number, Call>();
  let made: Full[] = [];
  const before = new Map<number, Full>();
  const note = (
    name: string,
    inputs: readonly Full[],
    numberNames: readonly string[],
    numbers: readonly number[],
    attrs: Call["attrs"],
    outputs: readonly TensorView[],
  ): void => {
    made = outputs.map(copied);
    outputs.forEach((output, k) => before.set(output.id, made[k] ?? copied(output)));
    const first = outputs[0];
    if (first !== undefined)
      calls.set(first.id, { op: name, attrs, numberNames, numbers: [...numbers], operands: inputs, outputs: made });
  };
  const nothing = (): void => undefined;
  const listening: Observer = {
    created: (tensor) => before.set(tensor.id, copied(tensor)),
    forward: (op, inputs, numbers, attrs, outputs) =>
      note(op.name, inputs.map(copied), op.numbers ?? [], numbers, attrs, outputs),
    updated: (op, inputs, numbers, attrs, target) =>
      note(
        op.name,
        inputs.map((input) => (input.id === target.id ? (before.get(input.id) ?? copied(input)) : copied(input))),
        op.numbers ?? [],
        numbers,
        attrs,
        [target],
      ),
    rule: (op, outputs, gradients, _inputs, contributions) => {
      const call = calls.get(outputs[0]?.id ?? -1);
      if (call === undefined || call.op.replace(/_$/, "") !== op.name) return;
      const copies = (views: readonly (TensorView | null)[]) =>
        views.map((each) => (each === null ? null : copied(each)));
      ran.push({ call, gradients: copies(gradients), sent: copies(contributions) });
    },
    opened: nothing,
    closed: nothing,
    backwardBegan: nothing,
    backwardEnded: nothing,
    accumulated: nothing,
    gradientSet: nothing,
    passedOver: nothing,
    gradModeChanged: nothing,
    moduleEntered: nothing,
    moduleLeft: nothing,
    named: nothing,
    optimizerBegan: nothing,
    optimizerEnded: nothing,
    stateful: nothing,
  };
  assert.equal(observer(), null);
  setObserver(listening);
  try {
    body();
  } finally {
    setObserver(null);
  }
  return ran;
}

/** What does not add up: for up to four elements of each operand, Σⱼ gⱼ · ∂yⱼ/∂xᵢ against what the rule sent. */
function wrongIn({ call, gradients, sent }: Ran): string[] {
  return sent.flatMap((gradient, operand) => {
    if (gradient === null || gradient.data.length === 0) return [];
    const places = [0, 1, Math.floor(gradient.data.length / 2), gradient.data.length - 1];
    return [...new Set(places)]
      .filter((element) => element < gradient.data.length)
      .flatMap((element) => {
        const where = `${call.op} operand ${operand} element ${element}`;
        let column: readonly (Float64Array | null)[];
        try {
          column = columnOf({ ...call, gradients, operand, element }).slopes;
        } catch (error) {
          return [`${where}: ${String(error)}`];
        }
        let [total, size, came] = [0, 0, 0];
        column.forEach((slopes, k) =>
          slopes?.forEach((slope, j) => {
            const g = gradients[k]?.data[j] ?? NaN;
            came += Math.abs(g);
            // Nothing comes of a gradient of 0, and nothing goes along a slope of 0.
            if (g === 0 || slope === 0) return;
            total += g * slope;
            size += Math.abs(g * slope);
          }),
        );
        const want = gradient.data[element] ?? NaN;
        if (Object.is(total, want) || total === want || Number.isNaN(want)) return [];
        const exact = [gradient, ...call.outputs].every(({ dtype }) => dtype === "float64");
        const close = exact ? 1e-9 : 3e-5;
        return Math.abs(total - want) <= close * (size + Math.abs(want)) + (exact ? 1e-16 : 1e-7) * came + 1e-30
          ? []
          : [`${where}: the terms sum to ${total}, the rule sent ${want}`];
      });
  });
}

/** A graph of one call: its operands, and its outputs behind them. */
function graphFor({ op, operands, outputs }: Call): Graph {
  const inputs = operands.map((_, k) => k);
  const node = ({ shape, dtype }: Full, index: number): GraphNode => ({
    ...{ index, label: `t${index}`, named: true, op, symbol: "", attrs: "", shape, dtype },
    ...{ requiresGrad: true, isParameter: false, retained: false, site: -1, module: [], place: null },
    ...{
      kind: index < operands.length ? "leaf" : "op",
      inputs: index < operands.length ? [] : inputs,
      phase: "forward",
    },
  });
  const edges = inputs.map((input) => ({ from: input, to: operands.length, input }));
  const nodes = [...operands, ...outputs].map(node);
  return { key: "", own: nodes.length, nodes, edges };
}

/** What cannot be read in the explanations of a rule, each for the last element of an operand. */
function unreadableIn({ call, gradients, sent }: Ran): string[] {
  return sent.flatMap((gradient, operand) => {
    const element = (gradient?.data.length ?? 0) - 1;
    const came = gradient?.data[element];
    if (came === undefined) return [];
    const question = { ...call, gradients, operand };
    const outputs = call.outputs.map((_, k) => call.operands.length + k);
    const column = columnOf({ ...question, element });
    const used = {
      graph: graphFor(call),
      edge: operand,
      call: question,
      outputs,
      element,
      column,
      sent: came,
      whole: true,
    };
    const { symbolic, numbers, sentences } = useOf(used);
    const lines = [...symbolic, ...(numbers ? [numbers] : [])].map(lineText);
    const says = lineText([number(came)]);
    const bad = lines.filter((line) => /undefined|null|=$|∂L\/∂(x|y)\b/.test(line));
    if (symbolic.length === 0) bad.push("no symbolic line");
    if (numbers ? !lineText(numbers).endsWith(`= ${says}`) : came !== 0 && !Number.isNaN(came))
      bad.push(`${says} is not told`);
    if (sentences.some((each) => each.includes("differs from this"))) bad.push(...sentences);
    return bad.map((each) => `${call.op} operand ${operand} element ${element}: ${each}`);
  });
}

function run(test: Case): void {
  const row = rowOf(test.op);
  if (row === undefined || test.gradOutput === null || test.gradGrads !== undefined || test.gradError !== undefined)
    return;
  const inputs = test.inputs.map(make);
  const result = row(
    inputs.map((input, k) => seen(input, test.inputs[k] ?? { shape: [], dtype: "float32" })),
    test.args,
    test.inputs.map(({ name }) => name ?? ""),
  );
  const output = "output" in result ? result.output : result;
  if (output.requiresGrad) output.backward(make(test.gradOutput));
}

/** Programs for ops that are reached in no other way. */
const beyond: Readonly<Record<string, () => Tensor>> = {
  "gradients of gradients": () => {
    const gradients = [
      slope([[3]], ([x]) => x.relu()),
      slope([[3]], ([x]) => nn.functional.binaryCrossEntropy(x.mul(0.4), x.detach().mul(0.3))),
      slope([[2, 3]], ([x]) => x.gather(1, tensor([[0], [2]], { dtype: "int64" })).pow(2)),
      slope(
        [
          [1, 1, 3, 3],
          [1, 1, 2, 2],
        ],
        ([x, w]) => functional.conv2d(x, w).pow(2),
      ),
      slope([[3, 2]], ([x]) => functional.embedding(tensor([2, 0, 2], { dtype: "int64" }), x).pow(2)),
      slope([[1, 1, 4, 4]], ([x]) => functional.avgPool2d(x, 2).pow(2)),
      slope([[1, 1, 4, 4]], ([x]) => functional.adaptiveAvgPool2d(x, 2).pow(2)),
      ...[1, 2, 3].flatMap((rank) =>
        (["nearest", "nearest-exact", rank === 1 ? "linear" : rank === 2 ? "bilinear" : "trilinear"] as const).map(
          (mode) =>
            slope([[1, 1, ...new Array<number>(rank).fill(2)]], ([x]) =>
              functional.interpolate(x, { size: 3, mode }).pow(2),
            ),
        ),
      ),
      slope([[1, 1, 2, 2]], ([x]) => functional.interpolate(x, { size: 3, mode: "bicubic" }).pow(2)),
    ];
    return gradients.reduce((sum, each) => sum.add(each), tensor(0));
  },
  "a backward hook": () => {
    const act = new nn.Tanh();
    act.registerFullBackwardHook(() => undefined);
    return act(tensor([1, 2], { requiresGrad: true }).mul(3)).sum();
  },
  "probabilities next to 0 and 1": () => {
    const options = { dtype: "float64", requiresGrad: true } as const;
    const p = tensor([1e-13, 1e-12, 1e-10, 1e-8, 1 - 1e-10], options);
    return nn.functional.binaryCrossEntropy(p, tensor([1, 0.5, 0.5, 1, 0], { dtype: "float64" }));
  },
  to: () => tensor([1, 2], { requiresGrad: true }).to("float64").pow(2).sum(),
  "draws in place": () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    const drawn = [
      x.mul(2).uniform_(),
      x.mul(2).normal_(),
      x.mul(2).bernoulli_(),
      x.mul(2).exponential_(),
      x.mul(2).geometric_(0.5),
      x.mul(2).cauchy_(),
      x.mul(2).logNormal_(),
      x.mul(2).random_(0, 9),
    ];
    return drawn.reduce((sum, each) => sum.add(each)).sum();
  },
  "comparisons in place": () => {
    const [x, other] = [tensor([1, 2, 3], { requiresGrad: true }), tensor([3, 2, 1])];
    const compared = [
      x.mul(2).eq_(other),
      x.mul(2).ne_(other),
      x.mul(2).lt_(other),
      x.mul(2).le_(1),
      x.mul(2).gt_(other),
      x.mul(2).ge_(1),
    ];
    return compared.reduce((sum, each) => sum.add(each)).sum();
  },
};

type Given = readonly [Tensor, Tensor];

/** The sum of the gradients of a program's sum, with a graph of their own. */
function slope(shapes: readonly (readonly number[])[], run: (x: Given) => Tensor): Tensor {
  const inputs = drawn(3, shapes, [0.5, 2]).map((x) => x.requiresGrad_());
  const [a, b = a] = inputs;
  assert.ok(a && b);
  const gradients = autograd.grad(run([a, b]).sum(), inputs, { createGraph: true });
  return gradients.reduce((sum: Tensor, each) => sum.add(each.sum()), tensor(0, { dtype: "float64" }));
}

/** Ops whose gradient backward itself takes apart, so that no rule of theirs is told of, and those whose rule refuses. */
const apart = ["asStrided", "copySlices", "floorDivide", "heaviside", "unique"];

/** The engine's own ops: before any test makes a function of its own. */
const engineOps = allOps();

describe("the column of a Jacobian, out of the rule itself", function () {
  this.timeout(120_000);

  it("adds up to what the rule sent, for every op that has a gradient, and is explained", () => {
    const wrong: string[] = [];
    const unreadable: string[] = [];
    const met = new Set<string>();
    const take = (id: string, body: () => void): void => {
      const ran = rulesOf(body);
      for (const each of ran) met.add(each.call.op.replace(/_$/, ""));
      wrong.push(...ran.flatMap(wrongIn).map((text) => `${id}: ${text}`));
      unreadable.push(...ran.flatMap(unreadableIn).map((text) => `${id}: ${text}`));
    };
    for (const file of ["ops.public", "extra.public"])
      for (const test of casesOf(file)) {
        const large = test.inputs.some(({ shape }) => shape.reduce((a, b) => a * b, 1) > 4096);
        if (test.error === undefined && !large) take(test.id, () => run(test));
      }
    const all = { ...samples, ...more, ...samplesOfOps, ...moreOfOps, ...samplesOfLayers, ...moreOfLayers };
    for (const [name, sample] of Object.entries(all)) {
      if (sample === "no gradient") continue;
      take(name, () => {
        const output = sample.run(drawn(5, sample.shapes, sample.within ?? [-2, 2]).map((x) => x.requiresGrad_()));
        output.mul(output.detach().mul(0.5).add(1)).sum().backward();
      });
    }
    for (const [name, output] of Object.entries(beyond)) take(name, () => output().backward());
    assert.deepEqual(wrong, []);
    assert.deepEqual(unreadable, []);
    const named = new Set(engineOps.flatMap(({ name, differentiable }) => (differentiable ? [name] : [])));
    const missed = [...named].filter((name) => !met.has(name) && !apart.includes(name));
    assert.deepEqual(missed, [], "no case runs these: add a program to `beyond`");
  });
});
