import {
  type DeclarationReflection,
  type ParameterReflection,
  ReflectionKind,
  type SignatureReflection,
  type SomeType,
} from "typedoc";
import { arange, Generator as Stream, ones, optim, type Tensor, tensor } from "../../src/engine/index";

/** Makes a value anew for each call, since calls may change it. */
type Make = () => unknown;

const leaf = () => ones([2, 3], { requiresGrad: true });

/** Tensors of which hardly a function takes all: ranks 0 to 4, sizes that do not fit, none, three dtypes, a leaf. */
export const tensors: readonly Make[] = [
  () => ones(2, 3),
  () => ones(4, 5),
  () => ones(3),
  () => tensor(0.5),
  () => ones(2, 2, 3),
  () => ones(1, 2, 4, 4),
  () => ones([2, 3], { dtype: "int64" }),
  () => ones([3], { dtype: "bool" }),
  () => ones([2, 2], { dtype: "int64" }),
  () => arange(9),
  () => ones(0),
  () => ones(3, 2).t(),
  leaf,
];
const numbers: readonly Make[] = [0, 2, -1, 9, 1.5].map((x) => () => x);
const shapes: readonly Make[] = [[2, 3], [7], [-2]].map((x) => () => x);
const lists: readonly Make[] = [() => [], () => [ones(2, 3), ones(2, 3)], () => [ones(3), ones(4, 5)]];
const records: readonly Make[] = [() => ({ a: ones(2) }), () => ({ __metadata__: ones(2) })];
const nothing: readonly Make[] = [() => undefined];

/** Types that TypeDoc knows by name alone, most because the engine does not export them. */
const named: Readonly<Record<string, readonly Make[]>> = {
  Checked: [() => (x: unknown) => x, () => (x: Tensor) => x.detach().mul(x)],
  Dims: numbers,
  Generator: [() => new Stream()],
  Hook: [() => (x: unknown) => x],
  Iterable: [() => [leaf()], () => [], () => [leaf().mul(2)], () => [arange(9)]],
  Left: tensors,
  OutputSize: numbers,
  RoundingMode: [() => "floor"],
  Readonly: records,
  Record: records,
  Scheduled: [() => new optim.SGD([leaf()], { lr: 1 })],
  Shape: shapes,
  Spatial: numbers,
  Tensor: tensors,
  Uint8Array: [() => new Uint8Array([1, 2, 3])],
};

function optionsOf(children: readonly DeclarationReflection[]): readonly Make[] {
  const each = children.flatMap(({ name, type }) =>
    type === undefined ? [] : valuesOf(type).map((make) => () => ({ [name]: make() })),
  );
  return [() => ({}), ...each];
}

/** Values of a type, right and wrong ones; none for a type of which no call is made. */
function valuesOf(type: SomeType): readonly Make[] {
  switch (type.type) {
    case "union":
    case "intersection":
      return type.types.flatMap(valuesOf);
    case "typeOperator":
      return valuesOf(type.target);
    case "literal":
      return [() => type.value];
    case "tuple":
      return shapes;
    case "array":
      return type.elementType.type === "reference" && type.elementType.name === "Tensor" ? lists : shapes;
    case "reflection":
      return type.declaration.signatures === undefined
        ? optionsOf(type.declaration.children ?? [])
        : [() => (x: unknown) => x];
    case "intrinsic":
      if (type.name === "number") return numbers;
      if (type.name === "boolean") return [() => true];
      if (type.name === "string") return [() => "none of these"];
      return type.name === "undefined" ? nothing : [];
    case "reference": {
      const known = named[type.name];
      if (known !== undefined) return known;
      const of = type.reflection;
      if (of?.isDeclaration() !== true) return [];
      if (of.kindOf(ReflectionKind.Interface)) return optionsOf(of.children ?? []);
      return of.type === undefined ? [] : valuesOf(of.type);
    }
    default:
      return [];
  }
}

function argumentsOf(parameter: ParameterReflection): readonly Make[] {
  const values = parameter.type === undefined ? nothing : valuesOf(parameter.type);
  return parameter.flags.isOptional || parameter.defaultValue !== undefined ? [...nothing, ...values] : values;
}

const most = 600;
/** A prime, so that the calls are spread over all combinations. */
const stride = 7919;

/** Calls of a function, well-typed but not always right: combinations of values of its parameters, after a receiver. */
export function* callsOf(signature: SignatureReflection, receivers: readonly Make[] = nothing): Generator<Call> {
  const parameters = signature.parameters ?? [];
  const pools = [receivers, ...parameters.map(argumentsOf)];
  const all = pools.reduce((product, pool) => product * pool.length, 1);
  const last = parameters.at(-1);
  for (let k = 0; k < Math.min(all, most); k++) {
    let place = all > most ? (k * stride) % all : k;
    const [receiver, ...args] = pools.map((pool) => {
      const at = place % pool.length;
      place = Math.floor(place / pool.length);
      return pool[at]?.();
    });
    const rest: unknown = last?.flags.isRest === true ? args.pop() : [];
    yield { receiver, args: args.concat(rest) };
  }
}

interface Call {
  readonly receiver: unknown;
  readonly args: readonly unknown[];
}
