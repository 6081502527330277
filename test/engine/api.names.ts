/** Names of `backstep` that PyTorch spells otherwise than {@link torchName} derives; null where it has none. */
const others: Readonly<Record<string, string | null>> = {
  Slice: "slice(start, stop, step)",
  slice: "slice(start, stop, step)",
  "Slice.end": "slice.stop",
  "Slice.start": "slice.start",
  "Slice.step": "slice.step",
  forkRng: "torch.random.fork_rng",
  format: "str(x)",
  variance: "torch.var",
  linear: "torch.nn.functional.linear",
  mseLoss: "torch.nn.functional.mse_loss",
  divRounded: "torch.div(…, rounding_mode)",
  "Tensor.at": "x[index]",
  "Tensor.id": null,
  "Tensor.mT": "Tensor.mT",
  "Tensor.offset": "Tensor.storage_offset",
  "Tensor.strides": "Tensor.stride",
  "Tensor.put": "x[index] = value",
  "Tensor.rpow": "Tensor.__rpow__",
  "Tensor.rsub": "torch.rsub",
  "Tensor.toArray": "Tensor.tolist",
  "Tensor.toList": "Tensor.tolist",
  "Tensor.toString": "str(x)",
  "Tensor.truth": "bool(x)",
  "autograd.Function.of": null,
  "autograd.checkGradient": null,
  "nn.init.fans": null,
  "nn.init.kaimingStd": null,
  "nn.Module.clone": "copy.deepcopy(module)",
  "nn.Module.toString": "repr(module)",
  "nn.Parameter.isParameter": null,
  "optim.Optimizer.steps": null,
  "utils.data.DataLoader.length": "len(loader)",
  "utils.data.TensorDataset.batch": null,
};

/** What Python writes for the members of containers. */
const members: Readonly<Record<string, string>> = {
  at: "x[i]",
  entries: "x.items()",
  get: "x[key]",
  has: "key in x",
  length: "len(x)",
  set: "x[key] = value",
  size: "len(x)",
};

const containers = /^(nn\.(Module|Parameter)(List|Dict)|nn\.Sequential|utils\.data\.(Subset|TensorDataset))$/;

/** Namespaces that `torch` does not have. */
const elsewhere = new Set(["plot", "datasets", "npy", "npz", "safetensors"]);

/** `requiresGrad` as Python writes it, `requires_grad`; classes keep their capitals. */
function snake(name: string): string {
  return /^[A-Z]/.test(name)
    ? name
    : name.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a}_${b.toLowerCase()}`);
}

/**
 * PyTorch's name of a public name of the engine: what the sentence "Source: torch.…" of its documentation says, else the
 * same path in snake_case; null where PyTorch has nothing of the kind.
 */
export function torchName(path: readonly string[], documentation: string): string | null {
  const whole = path.join(".");
  const other = others[whole];
  if (other !== undefined) return other;
  if (elsewhere.has(path[0] ?? "")) return null;
  const member = members[path.at(-1) ?? ""];
  if (member !== undefined && containers.test(path.slice(0, -1).join("."))) return member;
  const source = /Source: (torch\.[\w.]*\w)/.exec(documentation)?.[1];
  if (source !== undefined && path.length === 1) return source;
  const said = ["torch", ...path.map(snake)].join(".");
  return said.replace(/^torch\.Tensor\./, "Tensor.");
}
