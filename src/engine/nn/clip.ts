import { composite } from "../apply";
import { zeros } from "../create";
import { runtimeError } from "../errors";
import { withGrad } from "../mode";
import { stack } from "../ops/join";
import { Tensor } from "../tensor";

/** Options of clipGradNorm_. */
export interface ClipOptions {
  /** The exponent p of the norm (Σ|g|ᵖ)^(1/p); 2 by default, Infinity for the largest |g|. */
  readonly normType?: number;
  /** Throws when the norm is NaN or infinite instead of scaling by it. */
  readonly errorIfNonfinite?: boolean;
}

/**
 * Scales all gradients together so that their common norm is at most `maxNorm`, in place; gives the norm before (0-d).
 * g ← g · min(1, maxNorm / (norm + 10⁻⁶)). Call it between `backward()` and `optimizer.step()`.
 * Shapes: gradients of any shapes → 0-d. Errors: with `errorIfNonfinite` a norm that is NaN or infinite.
 * Source: torch/nn/utils/clip_grad.py.
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  { normType = 2, errorIfNonfinite = false }: ClipOptions = {},
): Tensor {
  const gradients = gradientsOf(parameters);
  if (gradients.length === 0) return zeros([]);
  return withGrad(false, () =>
    composite("clipGradNorm_", gradients, {}, () => {
      const total = stack(gradients.map((each) => each.norm(normType))).norm(normType);
      if (errorIfNonfinite && !Number.isFinite(total.item())) {
        throw runtimeError(
          `The total norm of order ${normType.toFixed(1)} for gradients from \`parameters\` is non-finite, so it cannot be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set \`errorIfNonfinite: false\``,
          "Look for the first NaN with autograd.detectAnomaly().",
        );
      }
      const factor = total.add(1e-6).reciprocal().mul(maxNorm).clamp({ max: 1 });
      for (const gradient of gradients) gradient.mul_(factor);
      return total;
    }),
  );
}

/**
 * Limits every element of the gradients to [−clipValue, clipValue], in place.
 * Shapes: gradients of any shapes. Source: torch/nn/utils/clip_grad.py.
 */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  const gradients = gradientsOf(parameters);
  withGrad(false, () =>
    composite("clipGradValue_", gradients, {}, () =>
      gradients.map((gradient) => gradient.clamp_({ min: -clipValue, max: clipValue })),
    ),
  );
}

function gradientsOf(parameters: Tensor | Iterable<Tensor>): Tensor[] {
  const list = parameters instanceof Tensor ? [parameters] : [...parameters];
  return list.flatMap((parameter) => parameter.grad ?? []);
}
