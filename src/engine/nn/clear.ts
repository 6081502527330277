import type { Tensor } from "../tensor";

/** Forgets a gradient: `.grad` becomes null, or zeros with `setToNone` false (PyTorch before 2.0). */
export function clearGradient(tensor: Tensor, setToNone: boolean): void {
  const gradient = tensor.grad;
  if (gradient === null) return;
  if (setToNone) tensor.grad = null;
  else if (gradient.gradFn === null) gradient.zero_();
  else tensor.grad = gradient.detach().zero_();
}
