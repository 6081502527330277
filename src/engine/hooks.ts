import type { Accumulator } from "./accumulator";
import { scalarName } from "./dtype";
import { runtimeError } from "./errors";
import { aloud, inRule, watcher } from "./mode";
import type { Node } from "./node";
import { sameShape, sizes } from "./shape";
import type { Tensor } from "./tensor";

/**
 * Runs the hooks of a place on the gradients that came to it; what they return takes their place. Gives whether one
 * wrote into a gradient, which may be that of other places too.
 */
export function runHooks(place: Node | Accumulator, gradients: (Tensor | null)[], create: boolean): boolean {
  let wrote = false;
  for (const { output, run } of place.hooks ?? []) {
    const gradient = gradients[output];
    if (!gradient) continue;
    const { version } = gradient;
    const result = inRule(create, () =>
      aloud(() => {
        if (!create) watcher()?.created(gradient, "gradient");
        return run(gradient);
      }),
    );
    if (gradient.version !== version) wrote = true;
    if (!result) continue;
    if (!sameShape(result.shape, gradient.shape)) {
      throw runtimeError(
        `hook '${run.name || "anonymous"}' has changed the size of value`,
        `It was given a gradient of shape ${sizes(gradient.shape)} and returned one of shape ${sizes(result.shape)}.`,
      );
    }
    if (result.dtype !== gradient.dtype) {
      throw runtimeError(
        `hook '${run.name || "anonymous"}' has changed the type of value (was torch.${scalarName(gradient.dtype)}Tensor got torch.${scalarName(result.dtype)}Tensor)`,
        `Return it with .to("${gradient.dtype}").`,
      );
    }
    gradients[output] = result;
  }
  return wrote;
}

/** Tells the hooks of a leaf that its `.grad` was added to. */
export function runAfter({ after, tensor }: Accumulator): void {
  if (after !== null) for (const run of after) aloud(() => run(tensor));
}
