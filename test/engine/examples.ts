import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { type Told, watch } from "./watched";

/** A golden run as an example and what the notebook's cell writes differently. */
export interface Variant {
  /** The id in seeds.json. */
  readonly id: string;
  readonly example: string;
  readonly edits?: readonly (readonly [from: string, to: string])[];
  /** The op whose output is the prediction. */
  readonly prediction: string;
  /** How often the part after "// Training" runs. */
  readonly runs?: number;
}

const countFromZero = ["epoch ${epoch + 1}", "epoch ${epoch}"] as const;
const everyTen = [
  ["epochs = 20", "epochs = 100"],
  ["epoch % 2", "epoch % 10"],
] as const;
const sixDigits = ["format(w, 3)}, loss", "format(w, 6)}, loss"] as const;

/** Every run of seeds.json. */
export const variants: readonly Variant[] = [
  { id: "s000-numpy", example: "hand-written-gradient", prediction: "mul" },
  {
    id: "s000-numpy-numpy2promotion",
    example: "hand-written-gradient",
    prediction: "mul",
    edits: [["w -= learningRate * dw", "w = Math.fround(w - Math.fround(Math.fround(learningRate) * dw))"]],
  },
  { id: "s000-torch-20", example: "autograd", prediction: "mul" },
  { id: "s000-torch-100", example: "autograd", prediction: "mul", edits: everyTen },
  {
    id: "s001-numpy-openblas",
    example: "hand-written-gradient",
    prediction: "mul",
    edits: [countFromZero, [".mul(2).dot(yPred.sub(y))", ".mul(2).double().dot(yPred.sub(y).double()).float()"]],
  },
  { id: "s001-numpy-refblas", example: "hand-written-gradient", prediction: "mul", edits: [countFromZero] },
  { id: "s001-torch-100", example: "autograd", prediction: "mul", edits: [...everyTen, countFromZero] },
  { id: "s002-numpy", example: "whole-numbers", prediction: "mul" },
  { id: "s002-torch-11", example: "printing-tensors", prediction: "mul" },
  {
    id: "s002-torch-25",
    example: "printing-tensors",
    prediction: "mul",
    edits: [
      ["steps = 11", "steps = 25"],
      ["i % 2", "i % 5"],
    ],
  },
  {
    id: "s003-numpy-eps",
    example: "hand-written-gradient",
    prediction: "mul",
    edits: [
      ...everyTen,
      sixDigits,
      ["  if (epoch % 10", "  stop = l.item() < 1e-9;\n  if (epoch % 10"],
      ["epoch < epochs", "epoch < epochs && !stop"],
      ["const learningRate", "let stop = false;\nconst learningRate"],
      ["Prediction after", "Prediction before"],
    ],
  },
  { id: "s003-torch-autograd", example: "early-stop", prediction: "mul" },
  { id: "s003-torch-mseloss-sgd", example: "loss-and-optimizer", prediction: "mul" },
  { id: "s003-linear-seed0", example: "linear-regression", prediction: "addmm" },
  {
    id: "s003-linear-seed42-3runs",
    example: "linear-regression",
    prediction: "addmm",
    runs: 3,
    edits: [["manualSeed(0)", "manualSeed(42)"]],
  },
  {
    id: "s003-linear-recovered",
    example: "linear-regression",
    prediction: "addmm",
    edits: [
      [
        "new LinearRegression(1, 1);",
        "new LinearRegression(1, 1);\nmodel.loadStateDict({ 'lin.weight': tensor([[1.89359939]]), 'lin.bias': tensor([0.312751353]) });",
      ],
    ],
  },
  { id: "s004-linreg-seed0", example: "random-data", prediction: "mv" },
  { id: "s004-linreg-seed7", example: "random-data", prediction: "mv", edits: [["manualSeed(0)", "manualSeed(7)"]] },
  {
    id: "s004-animation-seed0",
    example: "random-data",
    prediction: "mv",
    edits: [["tensor([1, 1])", "tensor([-1, 1])"]],
  },
];

/** The example's text with the variant's edits. */
export function sourceOf({ example, edits = [], runs = 1 }: Omit<Variant, "id" | "prediction">): string {
  let text = readFileSync(new URL(`../../examples/${example}.ts`, import.meta.url), "utf8");
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`examples/${example}.ts does not contain ${from}: edit the variant too.`);
    text = text.replaceAll(from, to);
  }
  const [setup = "", training = ""] = text.split("// Training\n");
  return runs === 1 ? text : setup + `{\n${training}\n}\n`.repeat(runs);
}

/** What a run printed, line by line, and what the engine told. */
export interface Ran {
  readonly lines: readonly string[];
  readonly events: readonly Told[];
}

/** Runs a program's text in this process on the plain engine. */
export async function run(text: string): Promise<Ran> {
  const engine = new URL("../../src/engine/index.ts", import.meta.url).href;
  const folder = mkdtempSync(join(tmpdir(), "backstep-example-"));
  const file = join(folder, "example.mts");
  writeFileSync(file, text.replace('from "backstep"', `from ${JSON.stringify(engine)}`));
  const printed: string[] = [];
  const events: Told[] = [];
  const log = console.log;
  console.log = (...args: unknown[]) => void printed.push(format(...args));
  const stop = watch((told) => events.push(told));
  try {
    await import(pathToFileURL(file).href);
  } finally {
    stop();
    console.log = log;
    rmSync(folder, { recursive: true });
  }
  return { lines: printed.join("\n").split("\n"), events };
}
