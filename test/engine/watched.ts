import { type Observer, setObserver, type TensorView } from "../../src/engine/observer";

/** One thing an observer was told, with the values as they were then. */
export interface Told {
  readonly event: string;
  readonly name: string;
  readonly values: readonly (readonly number[])[];
  readonly tensors: readonly TensorView[];
  /** The op's scalar operands. */
  readonly numbers: readonly number[];
  readonly hyper?: Readonly<Record<string, number>>;
}

function read(tensor: TensorView): number[] {
  const values: number[] = [];
  const visit = (dim: number, offset: number): void => {
    if (dim === tensor.shape.length) values.push(tensor.storage.data[tensor.storage.start + offset]!);
    else for (let i = 0; i < tensor.shape[dim]!; i++) visit(dim + 1, offset + i * tensor.strides[dim]!);
  };
  visit(0, tensor.offset);
  return values;
}

/** Runs `body` and gives back all that the engine told meanwhile. */
export function watched(body: () => void): Told[] {
  const events: Told[] = [];
  const stop = watch((told) => events.push(told));
  try {
    body();
  } finally {
    stop();
  }
  return events;
}

/** Hands on all that the engine tells until the returned function is called. */
export function watch(on: (told: Told) => void): () => void {
  const tell = (event: string, name: string, tensors: readonly TensorView[], more: Partial<Told> = {}) =>
    on({ event, name, tensors, values: tensors.map(read), numbers: [], ...more });
  const observer: Observer = {
    created: (tensor, how) => tell("created", how, [tensor]),
    forward: (op, _inputs, numbers, _attrs, outputs) => tell("forward", op.name, outputs, { numbers: [...numbers] }),
    updated: (op, _inputs, numbers, _attrs, target) => tell("updated", op.name, [target], { numbers: [...numbers] }),
    opened: (name, inputs) => tell("opened", name, inputs),
    closed: (outputs) => tell("closed", "", outputs),
    backwardBegan: (root, seed) => tell("backwardBegan", "", [root, seed]),
    backwardEnded: () => tell("backwardEnded", "", []),
    rule: (op, outputs, gradients) => tell("rule", op.name, [...outputs, ...gradients.filter((g) => g !== null)]),
    accumulated: (tensor, gradient) => tell("accumulated", "", [tensor, gradient]),
    gradientSet: (tensor, gradient) => tell("gradientSet", gradient === null ? "null" : "", [tensor]),
    gradModeChanged: (enabled) => tell("gradMode", enabled ? "on" : "off", []),
    moduleEntered: (name, path) => tell("moduleEntered", `${name} ${path}`.trim(), []),
    moduleLeft: () => tell("moduleLeft", "", []),
    named: (tensor, path) => tell("named", path, [tensor]),
    optimizerBegan: (name, parameters, hyper) => tell("optimizerBegan", name, parameters, { hyper }),
    optimizerEnded: () => tell("optimizerEnded", "", []),
    passedOver: (parameters) => tell("passedOver", "", parameters),
    stateful: (_parameter, name, state) => tell("stateful", name, [state]),
  };
  const before = setObserver(observer);
  return () => void setObserver(before);
}
