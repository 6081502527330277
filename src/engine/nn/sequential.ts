import { indexError } from "../errors";
import type { Tensor } from "../tensor";
import { Module } from "./module";

/** A module from tensor to tensor, as a Sequential chains them. */
export interface Layer extends Module {
  forward(input: Tensor): Tensor;
}

/**
 * Layers one after another: `new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 1))`, or named
 * ones: `new nn.Sequential({ hidden: …, out: … })`. `model[0]` is its first layer.
 * Shapes: those of its layers, one after another. Source: torch/nn/modules/container.py.
 */
export class Sequential extends Module {
  [index: number]: Layer;

  constructor(...layers: readonly (Layer | Readonly<Record<string, Layer>>)[]) {
    super();
    for (const [i, layer] of layers.entries()) {
      const named = layer instanceof Module ? { [i]: layer } : layer;
      for (const [name, each] of Object.entries(named)) Reflect.set(this, name, each);
    }
  }

  override forward(input: Tensor): Tensor {
    let output = input;
    for (const layer of this) output = layer(output);
    return output;
  }

  /** How many layers there are. */
  override get length(): number {
    return this.children().length;
  }

  /** The layer at `index`; negative ones count from the end. Errors: an index out of range. */
  at(index: number): Layer {
    const layer = [...this].at(index);
    if (layer === undefined) {
      throw indexError(`index ${index} is out of range`, `This Sequential has ${this.length} layers.`);
    }
    return layer;
  }

  /** Adds a layer at the end. */
  append(layer: Layer): this {
    Reflect.set(this, String(this.length), layer);
    return this;
  }

  /** The layers in order. */
  *[Symbol.iterator](): Generator<Layer> {
    for (const child of this.children()) if (isLayer(child)) yield child;
  }
}

function isLayer(module: Module): module is Layer {
  return "forward" in module;
}
