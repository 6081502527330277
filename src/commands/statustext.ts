import type { Status } from "../session/session";

/** What the status bar needs of a run. */
export interface Progress {
  readonly status: Status;
  readonly outline: {
    readonly word: string;
    readonly iterations: number;
    readonly series: readonly {
      readonly kind: string;
      readonly name: string;
      readonly values: readonly (number | null)[];
    }[];
  };
}

const icons: Record<Status, string> = {
  running: "$(record)",
  done: "$(check)",
  failed: "$(error)",
  stopped: "$(debug-stop)",
  limit: "$(warning)",
};

/** "● epoch 12 · loss 0.5120" while it runs, "✓ 20 epochs · loss 0.0001" afterwards. */
export function statusText({ status, outline }: Progress): string {
  const { word, iterations, series } = outline;
  const loss = series.find((each) => each.kind === "loss");
  const last = loss?.values.findLast((value) => value !== null);
  const parts = [
    status === "running"
      ? iterations > 0 && `${word} ${iterations - 1}`
      : `${iterations} ${word}${iterations === 1 ? "" : "s"}`,
    loss && last !== undefined && `${loss.name} ${number(last)}`,
  ].filter((part) => part !== false && part !== undefined);
  return [icons[status], parts.join(" · ") || "Backstep"].join(" ");
}

function number(x: number): string {
  const text = x !== 0 && Math.abs(x) < 1e-3 ? x.toExponential(2) : x.toPrecision(4);
  return text.replaceAll("-", "−");
}
