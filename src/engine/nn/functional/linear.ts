import { apply, composite } from "../../apply";
import { runtimeError } from "../../errors";
import { addmm } from "../../ops/matmul";
import type { Tensor } from "../../tensor";

/**
 * input·weightᵀ + bias.
 * Shapes: input […, in], weight [out, in], bias [out] → […, out]. By rank as ATen/native/Linear.cpp: a matrix is one
 * addmm, a batch of matrices is one too, anything else matmul and add. Errors: sizes that do not fit; two dtypes.
 */
export function linear(input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const inputs = bias === null ? [input, weight] : [input, weight, bias];
  return composite("linear", inputs, {}, () => {
    if (bias === null) return input.matmul(weight.t());
    const rank = input.shape.length;
    if (rank === 2) return apply(addmm, [bias, input, weight.t()]);
    if (rank === 3 && input.isContiguous()) {
      const [batch = 0, rows = 0, width = 0] = input.shape;
      return apply(addmm, [bias, input.view(batch * rows, width), weight.t()]).view(batch, rows, weight.size(0));
    }
    return input.matmul(weight.t()).add(bias);
  });
}

/**
 * x₁ᵀ · A · x₂ + bias for each output's matrix A.
 * Shapes: input1 […, in1], input2 […, in2], weight [out, in1, in2], bias [out] → […, out]. Errors: sizes that do not
 * fit; two dtypes. Source: ATen/native/Linear.cpp, `bilinear`.
 */
export function bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const inputs = bias === null ? [input1, input2, weight] : [input1, input2, weight, bias];
  return composite("bilinear", inputs, {}, () => {
    const [out = 0, in1 = 0, in2 = 0] = weight.shape;
    checkPair(input1, input2, [in1, in2]);
    const lead = input1.shape.slice(0, -1);
    const left = input1.reshape([-1, in1]).mm(weight.permute(1, 0, 2).reshape([in1, out * in2]));
    const right = input2.reshape([-1, 1, in2]);
    const made = left
      .view(-1, out, in2)
      .mul(right)
      .sum(2)
      .view([...lead, out]);
    return bias === null ? made : made.add(bias);
  });
}

function checkPair(input1: Tensor, input2: Tensor, widths: readonly number[]): void {
  const outer = "All dimensions but the last are the same.";
  if (input1.ndim !== input2.ndim)
    throw runtimeError(`bilinear(): input dimensions do not match: got ${input1.ndim} and ${input2.ndim}`, outer);
  for (let d = 0; d < input1.ndim - 1; d++) {
    const [one, other] = [input1.size(d), input2.size(d)];
    if (one !== other)
      throw runtimeError(`bilinear(): input batch dimensions do not match at dim ${d}: got ${one} and ${other}`, outer);
  }
  [input1, input2].forEach((input, k) => {
    if (input.size(-1) === widths[k]) return;
    throw runtimeError(
      `bilinear(): input${k + 1} size does not match weight size: got ${input.size(-1)} but expected ${widths[k]}`,
      "A weight has the sizes [out, in1, in2].",
    );
  });
}
