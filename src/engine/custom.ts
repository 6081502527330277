import { build, isTensor } from "./build";
import { isFloating } from "./dtype";
import { argumentError, runtimeError } from "./errors";
import { aloud, inForward, isGradEnabled, watcher } from "./mode";
import { Node } from "./node";
import { freed, modified } from "./saved.errors";
import { calling, type Op, op } from "./op";
import { type Shape, sizes } from "./shape";
import type { Tensor } from "./tensor";

/** What a custom function's backward gives: one gradient for each argument of its forward, or the only one. */
export type Backward = Tensor | null | undefined | readonly (Tensor | null | undefined)[];

/** A function with its own backward. Any object or class with these two is one. */
export interface Definition<A extends readonly unknown[], R extends Tensor | readonly Tensor[]> {
  /** Its name in the graph; a class has one already. */
  readonly name: string;
  /** Computes the outputs; its inner ops are not recorded for backward. */
  forward(ctx: Context, ...args: A): R;
  /** The gradients of the arguments (null for what is no tensor) for those of the outputs. */
  backward(ctx: Context, ...gradients: Tensor[]): Backward;
}

interface Kept {
  readonly tensor: Tensor;
  readonly version: number;
}

/** What a custom function's forward leaves for its backward; other fields may be set freely. */
export class Context {
  [field: string]: unknown;
  /** By argument of forward whether a gradient is asked of it. */
  readonly needsInputGrad: readonly boolean[];
  readonly #kept: Kept[] = [];
  readonly #fixed = new Set<Tensor>();
  #freed = false;

  /** @internal */
  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }

  /** Keeps inputs, outputs or other tensors for backward; a write to one of them in between is found. */
  saveForBackward(...tensors: readonly Tensor[]): void {
    this.#kept.splice(0, Infinity, ...tensors.map((tensor) => ({ tensor, version: tensor.version })));
  }

  /** What `saveForBackward` kept. */
  get savedTensors(): Tensor[] {
    if (this.#freed) throw freed();
    return this.#kept.map(({ tensor, version }) => {
      if (tensor.version !== version) throw modified(tensor, null, tensor.version, version);
      return tensor;
    });
  }

  /** Says of outputs that no gradient goes through them. */
  markNonDifferentiable(...outputs: readonly Tensor[]): void {
    for (const output of outputs) this.#fixed.add(output);
  }

  /** @internal */
  isFixed(output: Tensor): boolean {
    return this.#fixed.has(output);
  }

  /** @internal Lets go of what was saved. */
  free(): void {
    this.#freed = this.#kept.length > 0;
    this.#kept.length = 0;
  }
}

/**
 * The base of functions with their own backward, as torch.autograd.Function. A forward must not change its inputs in
 * place: there is no markDirty.
 *
 * ```ts
 * class Cube extends autograd.Function {
 *   static forward(ctx: autograd.Context, x: Tensor) {
 *     ctx.saveForBackward(x);
 *     return x.pow(3);
 *   }
 *   static backward(ctx: autograd.Context, g: Tensor) {
 *     const [x] = ctx.savedTensors;
 *     return g.mul(x.square().mul(3));
 *   }
 * }
 * const y = Cube.apply(x);
 * ```
 */
// As in PyTorch one extends it for its `apply`; a function of it has no instances.
// eslint-disable-next-line @typescript-eslint/no-extraneous-class
export abstract class CustomFunction {
  /** Runs forward and makes the call one node of the graph, whose rule is backward. */
  static apply<A extends readonly unknown[], R extends Tensor | readonly Tensor[]>(
    this: Definition<A, R>,
    ...args: A
  ): R {
    return run(this, args);
  }

  /** The same for a plain object: `autograd.Function.of({ name: "Cube", forward, backward })(x)`. */
  static of<A extends readonly unknown[], R extends Tensor | readonly Tensor[]>(
    definition: Definition<A, R>,
  ): (...args: A) => R {
    return (...args) => run(definition, args);
  }
}

class CustomNode extends Node {
  constructor(
    of: Op,
    inputs: readonly Tensor[],
    private readonly ctx: Context,
  ) {
    super(of, calling(), 0, inputs.length);
    this.link(
      inputs,
      inputs.map((input) => (input.requiresGrad ? input.edge() : null)),
      inputs.map((input) => input.slot),
    );
  }

  override release(): void {
    this.ctx.free();
  }
}

function run<A extends readonly unknown[], R extends Tensor | readonly Tensor[]>(
  definition: Definition<A, R>,
  args: A,
): R {
  const inputs = args.filter(isTensor);
  const grad = isGradEnabled();
  const needs = args.map((arg) => grad && isTensor(arg) && arg.requiresGrad);
  const ctx = new Context(needs);
  const versions = inputs.map((input) => input.version);
  const made = inForward(() => definition.forward(ctx, ...args));
  if (inputs.some((input, k) => input.version !== versions[k])) {
    throw runtimeError(
      `${definition.name}.forward changed an input in place, which needs ctx.markDirty`,
      "Backstep has no markDirty: use the op without the underscore, or .clone() the input first.",
    );
  }
  const given: readonly unknown[] = Array.isArray(made) ? made : [made];
  const outputs = given.map((output) => {
    if (!isTensor(output)) {
      throw argumentError(
        `${definition.name}.forward must return a Tensor or an array of Tensors, not ${typeof output}`,
        "Return numbers beside them in ctx.",
      );
    }
    return output.isLeaf && !output.requiresGrad && !inputs.includes(output) ? output : handleOf(output);
  });
  const asOp = opOf(definition, ctx, args, outputs);
  if (needs.includes(true)) {
    const node = new CustomNode(asOp, inputs, ctx);
    node.outputs = outputs;
    outputs.forEach((output, k) => {
      const mark = given[k];
      const fixed = ctx.isFixed(output) || (isTensor(mark) && ctx.isFixed(mark));
      if (isFloating(output.dtype) && !fixed) output.setMaker(node, k);
    });
  }
  watcher()?.forward(asOp, inputs, [], {}, outputs);
  // The outputs are those of forward, or other handles on the same values, in the same form.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return (Array.isArray(made) ? outputs : outputs[0]) as R;
}

/** Another handle on the same values, without history. */
function handleOf({ storage, shape, strides, offset }: Tensor): Tensor {
  return build(storage, shape, strides, offset);
}

function opOf<A extends readonly unknown[], R extends Tensor | readonly Tensor[]>(
  definition: Definition<A, R>,
  ctx: Context,
  args: A,
  outputs: readonly Tensor[],
): Op {
  const { name } = definition;
  return op({
    name,
    node: `${name}Backward`,
    inputs: [],
    forward: () => {
      throw new TypeError(`${name} is run by its apply.`);
    },
    gradients: (arrived) => {
      const given = outputs.map((output, k) => arrived[k] ?? output.zerosLike());
      const made = aloud(() => {
        if (!isGradEnabled()) for (const gradient of given) watcher()?.created(gradient, "gradient");
        return definition.backward(ctx, ...given);
      });
      return checked(name, args, isList(made) ? made : [made]);
    },
  });
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

/** The gradients of the arguments that are tensors. */
function checked(
  name: string,
  args: readonly unknown[],
  made: readonly (Tensor | null | undefined)[],
): (Tensor | null)[] {
  if (made.length < args.length || made.slice(args.length).some((each) => each !== null && each !== undefined)) {
    throw runtimeError(
      `function ${name}Backward returned an incorrect number of gradients (expected ${args.length}, got ${made.length})`,
      "Return one for each argument of forward, null for those that need none.",
    );
  }
  return args.flatMap((arg, k): (Tensor | null)[] => {
    const gradient = made[k] ?? null;
    if (!isTensor(arg)) {
      if (gradient === null) return [];
      throw runtimeError(
        `function ${name}Backward returned a gradient different than None at position ${k + 1}, but the corresponding forward input was not a Variable`,
        "Return null there.",
      );
    }
    if (gradient !== null && !expandsTo(arg.shape, gradient.shape)) {
      throw runtimeError(
        `Function ${name}Backward returned an invalid gradient at index ${k} - got ${sizes(gradient.shape)} but expected shape compatible with ${sizes(arg.shape)}`,
        "A gradient has the shape of its tensor.",
      );
    }
    return [gradient];
  });
}

/** Whether `shape` broadcasts to `target`. */
function expandsTo(shape: Shape, target: Shape): boolean {
  const lead = target.length - shape.length;
  return lead >= 0 && shape.every((size, d) => size === 1 || size === target[d + lead]);
}
