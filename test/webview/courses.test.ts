import { deepEqual, equal } from "node:assert/strict";
import type { ToHost, ToPageOf } from "../../src/panel/messages";
import { packSparse } from "../../src/recording/sparse";
import { Courses } from "../../webview/courses";

type Asked = Extract<ToHost, { type: "course" }>;

function build() {
  const asked: Asked[] = [];
  const courses = new Courses((message) => {
    if (message.type === "course") asked.push(message);
  });
  const of = (node: number, iterations: number, element: number | null = null) =>
    courses.of("run", "graph", 1, node, element, iterations);
  const tell = (ask: number, from: number, numbers: readonly (number | null)[], done = true): void => {
    const curve = packSparse(numbers);
    const message: ToPageOf<"course"> = {
      ...{ type: "course", id: "run", ask, from, done },
      ...{ value: curve, gradient: curve, update: curve },
    };
    courses.hear(message);
  };
  return { courses, asked, of, tell };
}

describe("courses on the page", () => {
  it("are asked for once, and come in parts", () => {
    const { asked, of, tell } = build();
    deepEqual(of(0, 4).value, []);
    of(0, 4);
    equal(asked.length, 1);
    tell(1, 0, [1, null], false);
    tell(1, 2, [NaN, 4]);
    deepEqual(of(0, 4), {
      value: [1, null, NaN, 4],
      gradient: [1, null, NaN, 4],
      update: [1, null, NaN, 4],
      done: true,
    });
    equal(asked.length, 1);
  });

  it("grow with the run: what may have been unfinished is asked for again", () => {
    const { asked, of, tell } = build();
    of(0, 4);
    of(0, 6);
    equal(asked.length, 1, "not while the answer is on its way");
    tell(1, 0, [1, 2, 3, 4]);
    deepEqual(of(0, 6).value, [1, 2, 3, 4], "what is known stays on screen");
    equal(asked.at(-1)?.from, 2);
    tell(2, 2, [30, 40, 50, 60]);
    deepEqual(of(0, 6).value, [1, 2, 30, 40, 50, 60]);
  });

  it("are of one node and element: an answer about another is for nobody", () => {
    const { asked, courses, of, tell } = build();
    of(0, 2);
    of(1, 2, 3);
    deepEqual([asked.at(-1)?.node, asked.at(-1)?.element, asked.at(-1)?.from], [1, 3, 0]);
    tell(1, 0, [1, 2]);
    deepEqual(of(1, 2, 3).value, []);
    tell(2, 0, [5, 6]);
    deepEqual(of(1, 2, 3).value, [5, 6]);
    courses.forget();
    deepEqual(of(1, 2, 3).value, []);
    equal(asked.length, 3);
  });

  it("do not ask again for what the host did not have", () => {
    const { asked, of, tell } = build();
    of(0, 2);
    tell(1, 0, []);
    of(0, 2);
    equal(asked.length, 1);
  });
});
