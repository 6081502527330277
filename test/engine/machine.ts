import assert from "node:assert/strict";
import * as engine from "../../src/engine/index";
import { autograd, type DType, enableGrad, noGrad, tensor, Tensor } from "../../src/engine/index";
import { assertTensor } from "./close";
import { golden, type GoldenTensor, valueOf } from "./golden";
import { type Args, rowOf } from "./rows";

interface Step {
  readonly do: string;
  readonly op?: string;
  readonly in?: readonly (string | number)[];
  readonly out?: string;
  readonly args?: Args;
  readonly target?: string;
  readonly steps?: readonly Step[];
  readonly from?: string;
  readonly gradOutput?: unknown;
  readonly retainGraph?: boolean;
  readonly createGraph?: boolean;
  readonly name?: string;
  readonly names?: readonly string[];
  readonly setToNone?: boolean;
  readonly wrt?: readonly string[];
  readonly outs?: readonly string[];
  readonly id?: string;
  readonly returns?: string;
}

interface Expected {
  readonly name?: string;
  readonly data?: GoldenTensor;
  readonly grad?: GoldenTensor | null;
  readonly requiresGrad?: boolean;
  readonly isLeaf?: boolean;
  readonly gradFn?: string | null;
  readonly hook?: string;
  readonly gradIsNull?: string;
  readonly value?: boolean;
  readonly gradMeta?: string;
}

interface Program {
  readonly id: string;
  readonly op: string;
  readonly inputs: readonly GoldenTensor[];
  readonly steps: readonly Step[];
  readonly records: readonly Expected[];
  readonly error?: string;
}

/** Ops of the programs that are methods here. */
function compute(op: string, inputs: readonly Tensor[], args: Args): Tensor {
  const [x] = inputs;
  assert.ok(x);
  if (op === "detach") return x.detach();
  if (op === "clone") return x.clone();
  const row = rowOf(op);
  assert.ok(row !== undefined, op);
  const result = row(inputs, args, []);
  return "output" in result ? result.output : result;
}

function inPlace(op: string, target: Tensor, [other]: readonly (Tensor | number)[], args: Args): Tensor {
  const alpha = typeof args.alpha === "number" ? { alpha: args.alpha } : {};
  switch (op) {
    case "add_":
      return target.add_(other ?? 0, alpha);
    case "sub_":
      return target.sub_(other ?? 0, alpha);
    case "mul_":
      return target.mul_(other ?? 1);
    case "div_":
      return target.div_(other ?? 1);
    case "pow_":
      return target.pow_(other ?? (typeof args.exponent === "number" ? args.exponent : 1));
    case "fill_":
      return target.fill_(Number(typeof other === "object" ? other.item() : (other ?? args.value)));
    case "copy_":
      assert.ok(other instanceof Tensor);
      return target.copy_(other);
    case "zero_":
      return target.zero_();
    case "exp_":
      return target.exp_();
    case "relu_":
      return target.relu_();
    case "tanh_":
      return target.tanh_();
    case "sigmoid_":
      return target.sigmoid_();
    case "neg_":
      return target.neg_();
    default:
      throw new Error(`the test does not know ${op}`);
  }
}

export class Machine {
  readonly names = new Map<string, Tensor>();
  readonly hooks = new Map<string, { remove(): void }>();
  readonly seen: Expected[] = [];
  private at = 0;

  constructor(private readonly program: Program) {
    for (const input of program.inputs) {
      assert.ok(input.name !== undefined && isDType(input.dtype));
      const made = tensor(input.data.map(valueOf), { dtype: input.dtype }).reshape(input.shape).detach();
      this.names.set(input.name, made.requiresGrad_(input.requiresGrad === true));
    }
  }

  get(name: string | undefined): Tensor {
    const found = name === undefined ? undefined : this.names.get(name);
    assert.ok(found, `no tensor ${name ?? ""}`);
    return found;
  }

  private operands(step: Step): (Tensor | number)[] {
    return (step.in ?? []).map((item) => (typeof item === "number" ? item : this.get(item)));
  }

  private expect(): Expected {
    const record = this.program.records[this.at++];
    assert.ok(record, "more records than PyTorch has");
    return record;
  }

  get finished(): boolean {
    return this.at === this.program.records.length;
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) this.step(step);
  }

  private step(step: Step): void {
    const args = step.args ?? {};
    switch (step.do) {
      case "op": {
        const inputs = this.operands(step).filter((x) => x instanceof Tensor);
        this.names.set(step.out ?? "", compute(step.op ?? "", inputs, args));
        return;
      }
      case "inplace":
        inPlace(step.op ?? "", this.get(step.target), this.operands(step), args);
        return;
      case "noGrad":
        noGrad(() => {
          this.run(step.steps ?? []);
        });
        return;
      case "enableGrad":
        enableGrad(() => {
          this.run(step.steps ?? []);
        });
        return;
      case "backward": {
        const root = this.get(step.from);
        const seed = step.gradOutput === undefined ? null : seedLike(step.gradOutput, root);
        const options = { createGraph: step.createGraph === true };
        root.backward(seed, step.retainGraph === undefined ? options : { ...options, retainGraph: step.retainGraph });
        return;
      }
      case "autogradGrad": {
        const wrt = (step.wrt ?? []).map((name) => this.get(name));
        const grads = autograd.grad(this.get(step.from), wrt, { createGraph: step.createGraph === true });
        (step.outs ?? []).forEach((name, k) => this.names.set(name, grads[k] ?? tensor(NaN)));
        return;
      }
      case "retainGrad":
        this.get(step.name).retainGrad();
        return;
      case "zeroGrad":
        this.get(step.name).grad?.zero_();
        return;
      case "gradNull":
        this.get(step.name).grad = null;
        return;
      case "zeroGradAll":
        for (const name of step.names ?? []) {
          if (step.setToNone === true) this.get(name).grad = null;
          else this.get(name).grad?.detach().zero_();
        }
        return;
      case "gradOf": {
        const { grad } = this.get(step.name);
        assert.ok(grad);
        this.names.set(step.out ?? "", grad);
        return;
      }
      case "hook":
        this.hook(step);
        return;
      case "removeHook":
        this.hooks.get(step.id ?? "")?.remove();
        return;
      default:
        this.record(step);
    }
  }

  private hook(step: Step): void {
    const [action = "", by = "0"] = (step.returns ?? "").split(" ");
    const handle = this.get(step.name).registerHook((grad) => {
      const want = this.expect();
      assert.equal(want.hook, step.id);
      assertTensor(grad.clone().detach(), want.grad ?? null, `hook ${step.id ?? ""}`, "near");
      if (action === "mul") return grad.mul(Number(by));
      if (action === "add") return grad.add(Number(by));
      return action === "fill" ? engine.fullLike(grad, Number(by)) : undefined;
    });
    this.hooks.set(step.id ?? "", handle);
  }

  private record(step: Step): void {
    const want = this.expect();
    const subject = this.get(step.name);
    const what = `${step.do} ${step.name ?? ""}`;
    if (step.do === "gradIsNull") assert.equal(subject.grad === null, want.value, what);
    else if (step.do === "gradMeta") assert.equal(subject.grad?.requiresGrad, want.requiresGrad, what);
    else {
      assert.equal(step.do, "record");
      assert.equal(want.name, step.name);
      assertTensor(subject, want.data ?? null, what, "near");
      assertTensor(
        subject.isLeaf || subject.retainsGrad ? subject.grad : null,
        want.grad ?? null,
        `${what}.grad`,
        "near",
      );
      assert.equal(subject.requiresGrad, want.requiresGrad, `${what}.requiresGrad`);
      assert.equal(subject.isLeaf, want.isLeaf, `${what}.isLeaf`);
      if (!/Strided|Copy|Select|Alias|Slice|torch|BackwardBackward/.test(want.gradFn ?? ""))
        assert.equal(subject.gradFn?.name ?? null, want.gradFn, `${what}.gradFn`);
    }
  }
}

function isDType(name: string): name is DType {
  return ["float32", "float64", "int64", "int32", "bool"].includes(name);
}

function seedLike(value: unknown, root: Tensor): Tensor {
  const flat: number[] = [];
  const walk = (item: unknown): void => {
    if (Array.isArray(item)) item.forEach(walk);
    else flat.push(Number(item));
  };
  walk(typeof value === "object" && value !== null && "data" in value ? value.data : value);
  return tensor(flat, { dtype: root.dtype }).reshape(root.shape);
}

function isProgram(value: unknown): value is Program {
  return typeof value === "object" && value !== null && "op" in value && value.op === "graph";
}

export function programsOf(file: string): Program[] {
  const data = golden(file);
  assert.ok(typeof data === "object" && data !== null && "cases" in data && Array.isArray(data.cases));
  return data.cases.filter(isProgram);
}

/** What a message says without version numbers, hints and names that PyTorch's versions spell differently. */
export function gist(message: string): string {
  return message
    .replace(/\.? Hint: enable anomaly.*/, "")
    .replace(/, which is output \d+ of [\w:]+,/, "")
    .replace(/at version \d+; expected version \d+/, "at version")
    .replace(/retain_graph=True/, "retainGraph: true")
    .replace(/allow_unused=True/, "allowUnused: true")
    .replace(/grad_fn/, "gradFn");
}
