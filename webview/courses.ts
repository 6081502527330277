import type { ToHost, ToPageOf } from "../src/panel/messages";
import { unpackSparse } from "../src/recording/sparse";

type Numbers = readonly (number | null)[];

/** Value, gradient and update of a node by iteration, as far as the host has told. */
export interface Course {
  readonly value: Numbers;
  readonly gradient: Numbers;
  readonly update: Numbers;
  readonly done: boolean;
}

const nothing: Course = { value: [], gradient: [], update: [], done: false };
/** So many of the last iterations may have been unfinished when they were told. */
const unsettled = 2;

/** The course of the node that is looked at, asked for when someone looks. */
export class Courses {
  #course = nothing;
  #key = "";
  #asked = 0;
  #ask = 0;

  constructor(private readonly post: (message: ToHost) => void) {}

  /** What is known of a node's course over `iterations`: of one element, or the norms of all. */
  of(run: string, graph: string, segment: number, node: number, element: number | null, iterations: number): Course {
    const key = `${run} ${graph} ${node} ${element}`;
    if (key !== this.#key) this.#course = nothing;
    else if (!this.#course.done || this.#asked >= iterations) return this.#course;
    this.#key = key;
    this.#asked = iterations;
    const from = Math.max(0, this.#course.value.length - unsettled);
    this.#course = { ...this.#course, done: false };
    this.post({ type: "course", id: run, ask: ++this.#ask, segment, node, element, from });
    return this.#course;
  }

  /** Takes in a part of an answer; one to an older question is for nobody. */
  hear({ ask, from, value, gradient, update, done }: ToPageOf<"course">): void {
    if (ask !== this.#ask) return;
    const before = this.#course;
    const joined = (old: Numbers, news: typeof value): Numbers => [...old.slice(0, from), ...unpackSparse(news)];
    this.#course = {
      value: joined(before.value, value),
      gradient: joined(before.gradient, gradient),
      update: joined(before.update, update),
      done,
    };
  }

  /** Another run is shown, or the host has forgotten the question. */
  forget(): void {
    this.#key = "";
    this.#course = nothing;
  }
}
