/** From when on something is found; the settings `backstep.findings.*`. */
export interface Thresholds {
  readonly vanishing: { readonly ratio: number; readonly iterations: number; readonly loss: number };
  readonly exploding: { readonly factor: number; readonly iterations: number };
  readonly notMoving: { readonly change: number; readonly iterations: number };
  readonly deadRelu: { readonly samples: number; readonly iterations: number };
  readonly saturated: { readonly share: number; readonly beyond: number; readonly iterations: number };
}

/** What the settings say when nobody changed them. */
export const defaultThresholds: Thresholds = {
  vanishing: { ratio: 1e-4, iterations: 10, loss: 0.1 },
  exploding: { factor: 1000, iterations: 20 },
  notMoving: { change: 1e-4, iterations: 20 },
  deadRelu: { samples: 100, iterations: 10 },
  saturated: { share: 0.9, beyond: 0.99, iterations: 10 },
};
