type Method = (this: object, ...args: unknown[]) => unknown;

function method(of: object, name: PropertyKey): Method | undefined {
  const found: unknown = Reflect.get(of, name);
  return typeof found === "function" ? (...args) => Reflect.apply(found, of, args) : undefined;
}

/** What `for await` runs over, with `pause` called whenever it has asked for the next element and begins to wait. */
export function pausing(iterable: unknown, pause: () => void): unknown {
  if (iterable === null || iterable === undefined) return iterable;
  const source: object = Object(iterable) as object;
  const symbol = Reflect.get(source, Symbol.asyncIterator) ? Symbol.asyncIterator : Symbol.iterator;
  const begin = method(source, symbol);
  if (!begin) return iterable;
  return {
    [symbol]: () => {
      const iterator = begin.call(source);
      if (typeof iterator !== "object" || iterator === null) return iterator;
      const next = method(iterator, "next");
      const finish = method(iterator, "return");
      const waiting = (ask: Method | undefined, args: unknown[]): unknown => {
        const result = ask?.apply(iterator, args);
        pause();
        return result;
      };
      return {
        next: (...args: unknown[]) => waiting(next, args),
        ...(finish ? { return: (...args: unknown[]) => waiting(finish, args) } : {}),
      };
    },
  };
}
