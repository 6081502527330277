import { observer, type Observer } from "./observer";

interface Region {
  readonly enabled: boolean;
}

const regions: Region[] = [];
let enabled = true;
let quiet = false;

/** Whether ops are recorded for backward now. */
export function isGradEnabled(): boolean {
  return enabled;
}

/** The observer, unless a gradient rule's inner ops run, which are not told of. */
export function watcher(): Observer | null {
  return quiet ? null : observer();
}

function settle(): void {
  const now = regions.at(-1)?.enabled ?? true;
  if (now === enabled) return;
  enabled = now;
  watcher()?.gradModeChanged(now);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Runs `body` with gradients on or off. For an async body the region ends when its promise settles. */
export function withGrad<T>(on: boolean, body: () => T): T {
  const region: Region = { enabled: on };
  regions.push(region);
  settle();
  const leave = () => {
    regions.splice(regions.lastIndexOf(region), 1);
    settle();
  };
  let waits = false;
  try {
    const result = body();
    if (isThenable(result)) {
      waits = true;
      result.then(leave, leave);
    }
    return result;
  } finally {
    if (!waits) leave();
  }
}

/** Runs the inner ops of a gradient rule: told of only when a graph is made of them. */
export function inRule<T>(createGraph: boolean, body: () => T): T {
  const before = quiet;
  const region: Region = { enabled: createGraph };
  regions.push(region);
  enabled = createGraph;
  quiet ||= !createGraph;
  try {
    return body();
  } finally {
    regions.splice(regions.lastIndexOf(region), 1);
    enabled = regions.at(-1)?.enabled ?? true;
    quiet = before;
  }
}

/** Runs a user's function (a hook) inside a rule: what it does is told of again. */
export function aloud<T>(body: () => T): T {
  const before = quiet;
  quiet = false;
  try {
    return body();
  } finally {
    quiet = before;
  }
}
