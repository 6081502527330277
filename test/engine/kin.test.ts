import { equal, ok } from "node:assert/strict";
import { setPrintoptions, Tensor } from "../../src/engine/index";
import { setWarner } from "../../src/engine/warn";
import { assertTensor, type Closeness, isClose } from "./close";
import { golden, type Element, type GoldenTensor, valueOf } from "./golden";
import { list, run } from "./kin/python";
import { assertRaises } from "./sentences";

type Value = GoldenTensor | number | boolean | string | null | readonly Value[];

interface Kin {
  readonly kind: string;
  readonly python: string;
  readonly typescript: string;
  readonly value?: Value;
  readonly type?: string;
  readonly message?: string;
}

const { cases } = golden("kin") as { cases: Kin[] };

/** How near the numbers of a kind must be; see golden/README.md. */
const nearness: Readonly<Record<string, Closeness>> = {
  draw: "exact",
  series: "exact",
  layer: "exact",
  data: "exact",
  images: "exact",
  "order of memory": "exact",
  run: "run",
  optimizer: "run",
  clip: "terms",
  attention: "terms",
  misuse: "terms",
};

function isTensor(value: Value): value is GoldenTensor {
  return typeof value === "object" && value !== null && "data" in value;
}

function isElement(value: Value): value is Element {
  return typeof value === "number" || value === "nan" || value === "inf" || value === "-inf";
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function assertValue(got: unknown, want: Value, closeness: Closeness, what: string): void {
  if (isTensor(want)) {
    ok(got instanceof Tensor, `${what} is no tensor`);
    assertTensor(got, want, what, closeness);
  } else if (isList(want)) {
    const parts = list(got);
    equal(parts.length, want.length, `${what}: length`);
    want.forEach((each, k) => {
      assertValue(parts[k], each, closeness, `${what}.${k}`);
    });
  } else if (typeof got === "number" && isElement(want)) {
    const dtype = closeness === "run" ? "float32" : "float64";
    ok(isClose(got, valueOf(want), dtype, closeness), `${what}: ${got}, PyTorch has ${want}`);
  } else equal(got ?? null, want);
}

describe("kin of the goldens, drawn from PyTorch itself", () => {
  const before = setWarner(() => undefined);
  setWarner(before);

  beforeEach(() => {
    setWarner(() => undefined);
  });
  afterEach(() => {
    setWarner(before);
    setPrintoptions({ profile: "default" });
  });

  for (const kind of new Set(cases.map((c) => c.kind))) {
    const closeness = nearness[kind] ?? "near";
    describe(kind, () => {
      for (const { python, typescript, value, type, message } of cases.filter((c) => c.kind === kind)) {
        it(python.replaceAll("\n", "; ").slice(0, 200), () => {
          if (type === undefined) assertValue(run(typescript), value ?? null, closeness, "result");
          else assertRaises(() => run(typescript), type, message ?? "");
        });
      }
    });
  }
});
