import { elementsOf, type Value } from "./value";

/** What a tensor can be copied as. */
export const copyForms = ["JSON", "TypeScript", "NumPy"] as const;

/** One of them. */
export type CopyForm = (typeof copyForms)[number];

/**
 * All of a value as text that gives the same elements where it is read, with NaN, the infinities and −0; null when its
 * elements were not recorded. JSON has no name for those but −0: there they are "nan", "inf" and "-inf".
 */
export function copyText(value: Value, form: CopyForm): string | null {
  if (value.data === null) return null;
  const { dtype, shape } = value;
  const rows = nested(value.data, shape, writers[form](dtype));
  if (form === "JSON") return rows;
  // Empty brackets tell the sizes after the first that is 0 from none.
  const empty = elementsOf(shape) === 0 && shape.length > 1;
  const sizes = empty ? `.reshape(${shape.join(", ")})` : "";
  const written = empty ? "[]" : rows;
  if (form === "NumPy") return `np.array(${written}, dtype=np.${dtype === "bool" ? "bool_" : dtype})${sizes}`;
  return `tensor(${written}${dtype === "float32" ? "" : `, { dtype: "${dtype}" }`})${sizes}`;
}

type Write = (x: number) => string;

const writers: Readonly<Record<CopyForm, (dtype: Value["dtype"]) => Write>> = {
  JSON: (dtype) => numbers(dtype, { nan: '"nan"', inf: '"inf"', zero: "-0" }, ["false", "true"], String),
  TypeScript: (dtype) => numbers(dtype, { nan: "NaN", inf: "Infinity", zero: "-0" }, ["false", "true"], digits(dtype)),
  // In Python -0 is the integer 0.
  NumPy: (dtype) => numbers(dtype, { nan: "np.nan", inf: "np.inf", zero: "-0.0" }, ["False", "True"], digits(dtype)),
};

function numbers(
  dtype: Value["dtype"],
  { nan, inf, zero }: { readonly nan: string; readonly inf: string; readonly zero: string },
  [no, yes]: readonly [string, string],
  finite: Write,
): Write {
  if (dtype === "bool") return (x) => (x === 0 ? no : yes);
  const minusInf = inf.startsWith('"') ? `"-${inf.slice(1)}` : `-${inf}`;
  return (x) => {
    if (Number.isNaN(x)) return nan;
    if (!Number.isFinite(x)) return x > 0 ? inf : minusInf;
    return Object.is(x, -0) ? zero : finite(x);
  };
}

/** Writes numbers of a dtype with as few digits as come back to the same number of that dtype. */
export function digits(dtype: Value["dtype"]): Write {
  if (dtype !== "float32") return String;
  return (x) => {
    for (let count = 1; count < 9; count++) {
      const few = Number(x.toPrecision(count));
      if (Math.fround(few) === x) return String(few);
    }
    return String(Number(x.toPrecision(9)));
  };
}

function nested(data: ArrayLike<number>, shape: readonly number[], write: Write): string {
  let at = 0;
  const level = (depth: number): string => {
    const size = shape[depth];
    if (size === undefined) return write(data[at++] ?? NaN);
    return `[${Array.from({ length: size }, () => level(depth + 1)).join(", ")}]`;
  };
  return level(0);
}
