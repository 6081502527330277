import { argumentError } from "../errors";
import type { Tensor } from "../tensor";
import * as npy from "./npy";
import type { Tensors } from "./safetensors";
import { unzip, zip } from "./zip";

/** Tensors as the bytes of an .npz file, which `np.load` reads; uncompressed, the same bytes each time. Shapes: any. */
export function save(tensors: Tensors): Uint8Array {
  return zip(Object.entries(tensors).map(([name, tensor]) => ({ name: `${name}.npy`, bytes: npy.save(tensor) })));
}

/**
 * The tensors of an .npz file (`np.savez` or `np.savez_compressed`) by name.
 * Shapes: as saved. Errors: a file that is damaged or holds something else.
 */
export function load(bytes: Uint8Array): Record<string, Tensor> {
  const entries = unzip(bytes);
  const names = entries.map(({ name }) => name.replace(/\.npy$/, ""));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw argumentError(`the archive holds "${twice}" twice`, "Save it again.");
  return Object.fromEntries(entries.map(({ bytes: own }, i) => [names[i] ?? "", npy.load(own, names[i])]));
}
