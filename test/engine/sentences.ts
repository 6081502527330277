import assert from "node:assert/strict";

/** What our errors of PyTorch's kinds are called; Python's other kinds have none here. */
const kinds: Readonly<Record<string, string>> = {
  RuntimeError: "Error",
  IndexError: "RangeError",
  TypeError: "TypeError",
  ValueError: "TypeError",
};

/** PyTorch's sentence with its Python names turned into ours, without what its versions spell differently. */
function ours(message: string): string {
  return message
    .replace(/ Hint: enable anomaly.*/, "")
    .replace(/ {1,2}\(Could this error message be improved\?.*/, "")
    .replace("retain_graph=True", "retainGraph: true")
    .replace("allow_unused=True", "allowUnused: true")
    .replaceAll("no_grad", "noGrad")
    .replace("grad_fn", "gradFn")
    .replace("requires_grad flags", "requiresGrad flags")
    .replace("use var_no_grad = var.detach()", "use .detach()")
    .replace("use var_noGrad = var.detach()", "use .detach()")
    .replace("Python scalars", "JavaScript scalars")
    .replace(" or `tensor.item<T>()` in C++", "")
    .replace("`tensor.item()` in Python", "`tensor.item()`")
    .replace("T_0", "T0")
    .replace("T_mult", "TMult");
}

/** Asserts that `run` ends in our error for PyTorch's: its sentence, then the way out. */
export function assertRaises(run: () => unknown, type: string, message: string): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, kinds[type] ?? error.name, error.message);
    const want = ours(message);
    assert.equal(error.message.slice(0, want.length), want);
    return true;
  });
}
