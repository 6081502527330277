import { observer, type Observer } from "./observer";
import { isInferring, setInferring } from "./storage";

interface Region {
  enabled: boolean;
  readonly inference: boolean;
}

const regions: Region[] = [];
/** The mode outside all regions. */
const outside: Region = { enabled: true, inference: false };
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

function current(): Region {
  return regions.at(-1) ?? outside;
}

function settle(): void {
  const now = current();
  setInferring(now.inference);
  if (now.enabled === enabled) return;
  enabled = now.enabled;
  watcher()?.gradModeChanged(enabled);
}

/** Turns gradients on or off until the region that runs now ends. */
export function setGrad(on: boolean): void {
  current().enabled = on;
  settle();
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Runs `body` with gradients on or off; inference mode stays without them. For an async body the region ends when its promise settles. */
export function withGrad<T>(on: boolean, body: () => T): T {
  return inRegion({ enabled: on && !isInferring(), inference: isInferring() }, body);
}

/** Runs `body` in inference mode (which is without gradients) or out of it. */
export function withInference<T>(on: boolean, body: () => T): T {
  return inRegion({ enabled: on ? false : enabled, inference: on }, body);
}

/** Regions of async code may end in another order than they began. */
function leave(region: Region): void {
  if (regions.at(-1) === region) regions.pop();
  else regions.splice(regions.lastIndexOf(region), 1);
}

function inRegion<T>(region: Region, body: () => T): T {
  regions.push(region);
  settle();
  return until(() => {
    leave(region);
    settle();
  }, body);
}

/** Runs `body` between `enter` and `leave`; for an async body `leave` waits until its promise settles. */
export function within<T>(enter: () => void, leave: () => void, body: () => T): T {
  enter();
  return until(leave, body);
}

function until<T>(leave: () => void, body: () => T): T {
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
  const region: Region = { enabled: createGraph, inference: isInferring() };
  regions.push(region);
  enabled = createGraph;
  quiet ||= !createGraph;
  try {
    return body();
  } finally {
    leave(region);
    enabled = current().enabled;
    quiet = before;
  }
}

/** Runs the ops of a custom function's forward: without gradients, and told of as one op by whoever runs it. */
export function inForward<T>(body: () => T): T {
  return inRule(false, body);
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
