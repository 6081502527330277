import { isDeepStrictEqual } from "node:util";
import { runInNewContext } from "node:vm";
import { type DeclarationReflection, type ProjectReflection, ReflectionKind, type SignatureReflection } from "typedoc";
import * as engine from "../../src/engine/index";
import { broadcast, sameShape, type Shape, sizes } from "../../src/engine/shape";
import { setWarner } from "../../src/engine/warn";
import { callsOf, tensors } from "./api.calls";
import { documented } from "./api.page";

const kinds = ReflectionKind;
const { autograd, enableGrad, nn, ones, optim, Tensor, utils } = engine;
const trained = () => new optim.SGD([ones([2], { requiresGrad: true })], { lr: 1 });

/** What methods are called on; those of other classes take nothing, or cannot be called alone. */
const receivers: Readonly<Record<string, readonly (() => unknown)[]>> = {
  Tensor: tensors,
  Generator: [() => new engine.Generator()],
  Module: [() => new nn.Linear(2, 3)],
  ModuleDict: [() => new nn.ModuleDict({ a: new nn.ReLU() })],
  ModuleList: [() => new nn.ModuleList([new nn.ReLU()])],
  ParameterDict: [() => new nn.ParameterDict({ a: ones(2) })],
  ParameterList: [() => new nn.ParameterList([ones(2)])],
  Sequential: [() => new nn.Sequential(new nn.ReLU())],
  Optimizer: [trained],
  ReduceLROnPlateau: [() => new optim.lrScheduler.ReduceLROnPlateau(trained())],
  Subset: [() => new utils.data.Subset(new utils.data.TensorDataset(ones(3)), [0])],
  TensorDataset: [() => new utils.data.TensorDataset(ones(3))],
};

/** A function, method or class: its documentation, its signatures, and calls of it. */
interface Callable {
  readonly name: string;
  readonly text: string;
  readonly signatures: readonly SignatureReflection[];
  readonly calls: () => Iterable<Call>;
}

interface Call {
  /** The shapes of the tensors that go in. */
  readonly shapes: readonly Shape[];
  readonly run: () => unknown;
}

function memberOf(value: unknown, name: string): unknown {
  return (typeof value === "object" && value !== null) || typeof value === "function"
    ? (Reflect.get(value, name) as unknown)
    : undefined;
}

function* callsOn(
  name: string,
  signatures: readonly SignatureReflection[],
  on: readonly (() => unknown)[],
): Generator<Call> {
  for (const signature of signatures) {
    for (const { receiver, args } of callsOf(signature, on)) {
      const called = memberOf(receiver, name);
      if (typeof called !== "function") continue;
      const shapes = [receiver, ...args].flatMap((each) => (each instanceof Tensor ? [each.shape] : []));
      yield { shapes, run: (): unknown => Reflect.apply(called, receiver, args) };
    }
  }
}

/** New objects of a class, and calls of the first that could be made, if it is a layer. */
function* objectsOf(made: unknown, of: DeclarationReflection): Generator<Call> {
  if (typeof made !== "function") return;
  const first: unknown[] = [];
  for (const signature of signaturesOf(of, "constructor")) {
    for (const { args } of callsOf(signature)) {
      const run = () => {
        const object: unknown = Reflect.construct(made, args);
        if (first.length === 0) first.push(object);
      };
      yield { shapes: [], run };
    }
  }
  for (const object of first) yield* callsOn("forward", signaturesOf(of, "forward"), [() => object]);
}

function signaturesOf(of: DeclarationReflection, member: string): readonly SignatureReflection[] {
  return of.children?.find(({ name }) => name === member)?.signatures ?? [];
}

function* callables(of: ProjectReflection | DeclarationReflection, path: readonly string[]): Generator<Callable> {
  const home = path.reduce<unknown>(memberOf, engine);
  for (const child of of.children ?? []) {
    const here = [...path, child.name];
    const name = here.join(".");
    if (child.kindOf(kinds.Namespace)) yield* callables(child, here);
    if (child.kindOf(kinds.Function)) {
      const signatures = child.signatures ?? [];
      yield { name, text: documented(child), signatures, calls: () => callsOn(child.name, signatures, [() => home]) };
    }
    if (!child.kindOf(kinds.Class)) continue;
    const made = memberOf(home, child.name);
    const own = [...signaturesOf(child, "constructor"), ...signaturesOf(child, "forward")];
    yield { name, text: documented(child), signatures: own, calls: () => objectsOf(made, child) };
    for (const method of child.children ?? []) {
      if (!method.kindOf(kinds.Method) || method.inheritedFrom !== undefined || method.name === "forward") continue;
      const on = method.flags.isStatic ? [() => made] : (receivers[child.name] ?? []);
      const signatures = method.signatures ?? [];
      const text = documented(method);
      yield { name: `${name}.${method.name}`, text, signatures, calls: () => callsOn(method.name, signatures, on) };
    }
  }
}

/** Whether tensors go in or come out. */
function meetsTensors(signatures: readonly SignatureReflection[]): boolean {
  const types = signatures.flatMap(({ parameters, type }) => [type, ...(parameters ?? []).map((each) => each.type)]);
  return types.some((type) => /\b(Tensors?|Operand|Extremes|Left|ShapeArgs)\b/.test(type?.toString() ?? ""));
}

/** The shape of the result, where the documentation has one of the two sentences that most have. */
function toldShape(text: string, [first, second = first]: readonly Shape[]): Shape | null {
  if (first === undefined || second === undefined) return null;
  if (/Shapes: any → the same(, bool)?\./.test(text)) return first;
  return /Shapes: two that broadcast → their common shape(, bool)?\./.test(text) ? broadcast(first, second) : null;
}

/** What the first call that raises says, and the first result that has not the shape it is said to have. */
function tried({ text, calls }: Callable): { readonly error: string | null; readonly shape: string | null } {
  let error: string | null = null;
  let shape: string | null = null;
  for (const { shapes, run } of calls()) {
    if (error !== null && toldShape(text, shapes.slice(0, 1)) === null) break;
    try {
      const result = enableGrad(run);
      if (!(result instanceof Tensor)) continue;
      const told = toldShape(text, shapes);
      if (told !== null && !sameShape(result.shape, told))
        shape ??= `${shapes.map(sizes).join(", ")} → ${sizes(result.shape)}`;
    } catch (thrown) {
      error ??= thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      autograd.setDetectAnomaly(false);
    }
  }
  return { error, shape };
}

/** The examples of a documentation, "`1 + 1` is `2`", that are something else. */
function wrongExamples(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)` is `([^`]+)`/g)].flatMap(([whole, code = "", value = ""]) => {
    const result: unknown = runInNewContext(code, { ...engine });
    const plain = result instanceof Tensor ? result.toList() : result;
    return isDeepStrictEqual(plain, JSON.parse(value)) ? [] : [`${whole}, but is ${JSON.stringify(plain)}`];
  });
}

/** What raises for reasons that calls of this kind do not meet: functions, lists and layers that a caller writes. */
const beyond = new Set([
  "autograd.checkGradient",
  "autograd.detectAnomaly",
  "nn.TransformerDecoder",
  "nn.TransformerEncoder",
  "nn.utils.clipGradNorm_",
  "utils.data.TensorDataset",
]);

/**
 * The names whose documentation and behaviour differ: nothing of shapes ("Shapes: in → out.") though tensors go in or come
 * out, or shapes that a result does not have; examples that are not so; nothing of errors ("Errors: what raises.") though
 * one of many well-typed calls raises, or errors that none raises.
 */
export function amiss(project: ProjectReflection): readonly string[] {
  const before = setWarner(() => undefined);
  try {
    return [...callables(project, [])].flatMap((callable) => [...differences(callable)]);
  } finally {
    setWarner(before);
  }
}

function* differences(callable: Callable): Generator<string> {
  const { name, text, signatures } = callable;
  if (!text.includes("Shapes: ") && meetsTensors(signatures)) yield `${name} does not say its shapes.`;
  for (const wrong of wrongExamples(text)) yield `${name} has an example that is not so: ${wrong}`;
  const { error, shape } = tried(callable);
  if (shape !== null) yield `${name} does not say its shapes right: ${shape}`;
  const said = text.includes("Errors: ");
  if (error !== null && !said) yield `${name} does not say its errors, but raises: ${error}`;
  if (error === null && said && !beyond.has(name)) yield `${name} tells of errors that no call meets.`;
}
