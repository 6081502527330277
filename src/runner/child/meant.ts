import * as engine from "../../engine/index";

const { nn, optim } = engine;

/** What values of the engine can be asked for, as far as it can be called. */
function methods(): string[] {
  const spaces: readonly object[] = [
    engine,
    nn,
    nn.functional,
    nn.init,
    optim,
    optim.lrScheduler,
    engine.autograd,
    engine.linalg,
  ];
  const classes = [engine.Tensor, nn.Module, optim.Optimizer].map((each) => each.prototype);
  return [...spaces, ...classes].flatMap((each) => Object.getOwnPropertyNames(each));
}

/** Of these names the one that was meant by another: PyTorch's spelling of it, another case, one letter more, less or else. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const others = names.filter((other) => other !== name);
  return (
    others.find((other) => plain(other) === plain(name)) ?? others.find((other) => isNear(plain(other), plain(name)))
  );
}

/** A sentence about a name that is not there, with the way out; null where the error is about something else. */
export function missingName({ message }: Error, bindings: readonly string[]): string | null {
  const [, member] = /\.([\p{ID_Continue}$]+) is not a (?:function|constructor)$/u.exec(message) ?? [];
  if (member !== undefined) {
    const meant = nearest(member, methods());
    return meant === undefined ? null : `${message}: did you mean "${meant}"?`;
  }
  const [, name] = /^([\p{ID_Continue}$]+) is not defined$/u.exec(message) ?? [];
  if (name === undefined) return null;
  const exports = Object.keys(engine);
  if (name === "torch") return `${message}: import what you need of it, as in import { tensor } from "backstep".`;
  if (exports.includes(name)) return `${message}: import it from "backstep".`;
  const meant = nearest(name, [...bindings, ...exports]);
  return meant === undefined ? `${message}: declare it, or import it.` : `${message}: did you mean "${meant}"?`;
}

/** A name without what differs between Python and JavaScript; the underscore of an op in place stays. */
function plain(name: string): string {
  return name.replace(/_(?!$)/g, "").toLowerCase();
}

/** Whether one letter more, less or else, or two that changed places, make one name of another. */
function isNear(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const swapped = x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0];
  return Math.min(a.length, b.length) > 2 && (swapped || (x.length < 2 && y.length < 2));
}
