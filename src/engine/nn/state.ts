import { runtimeError } from "../errors";
import { withGrad } from "../mode";
import { sameShape, sizes } from "../shape";
import type { Tensor } from "../tensor";

/** A module's parameters and buffers by path: `{ "lin.weight": tensor }`. */
export type StateDict = Record<string, Tensor>;

/** What `loadStateDict` found missing or too much. */
export interface LoadResult {
  /** Names the module has and the state lacks. */
  readonly missingKeys: readonly string[];
  /** Names the state has and the module lacks. */
  readonly unexpectedKeys: readonly string[];
}

/** Copies `state` into `targets`, or says with PyTorch's sentences all that does not fit. */
export function loadInto(
  name: string,
  targets: ReadonlyMap<string, Tensor>,
  state: StateDict,
  strict: boolean,
): LoadResult {
  const missingKeys = [...targets.keys()].filter((key) => !Object.hasOwn(state, key));
  const unexpectedKeys = Object.keys(state).filter((key) => !targets.has(key));
  const pairs = [...targets].flatMap(([key, target]) => {
    const source = state[key];
    return source === undefined ? [] : [{ key, target, source }];
  });
  const problems = [
    ...(strict && missingKeys.length > 0 ? [`Missing key(s) in state_dict: ${quoted(missingKeys)}. `] : []),
    ...(strict && unexpectedKeys.length > 0 ? [`Unexpected key(s) in state_dict: ${quoted(unexpectedKeys)}. `] : []),
    ...pairs
      .filter(({ target, source }) => !sameShape(target.shape, source.shape))
      .map(
        ({ key, target, source }) =>
          `size mismatch for ${key}: copying a param with shape torch.Size(${sizes(source.shape)}) from checkpoint, the shape in current model is torch.Size(${sizes(target.shape)}).`,
      ),
  ];
  withGrad(false, () => {
    for (const { target, source } of pairs) if (sameShape(target.shape, source.shape)) target.copy_(source);
  });
  if (problems.length > 0) {
    throw runtimeError(
      `Error(s) in loading state_dict for ${name}:\n\t${problems.join("\n\t")}`,
      "Load a state that stateDict() of the same model gave, or pass { strict: false } to let keys differ.",
    );
  }
  return { missingKeys, unexpectedKeys };
}

function quoted(keys: readonly string[]): string {
  return keys.map((key) => `"${key}"`).join(", ");
}
