import { filled, listed, map } from "../kernels/loops";
import { fold } from "../kernels/fold";
import { op, opWith } from "../op";
import { reduced, rowMajor } from "../shape";
import type { Over } from "./reduce";
import { fresh } from "./result";

/** The indices of every element that is not zero, one row each. */
export const nonzero = op({
  name: "nonzero",
  node: "",
  inputs: ["a"],
  forward: ([a]) => {
    const steps = rowMajor(a.shape);
    const found = listed(a).flatMap((x, i) => (x === 0 ? [] : [i]));
    const indices = found.flatMap((i) => steps.map((step, d) => Math.floor(i / step) % (a.shape[d] ?? 1)));
    return fresh(filled("int64", indices), [found.length, a.shape.length]);
  },
});

/** How many elements are not zero, over dims. */
export const countNonzero = opWith<Over>()({
  name: "countNonzero",
  symbol: "#",
  node: "",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    const marks = fresh(
      map(a, "int64", (x) => (x === 0 ? 0 : 1)),
      a.shape,
    );
    return fresh(
      fold(marks, attrs.dim, "int64", 0, (n, x) => n + x),
      reduced(a.shape, attrs.dim, attrs.keepdim),
    );
  },
});
