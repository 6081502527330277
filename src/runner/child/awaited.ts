type Method = (this: object, ...args: unknown[]) => unknown;

function method(of: object, name: PropertyKey): Method | undefined {
  const found: unknown = Reflect.get(of, name);
  if (typeof found !== "function") return undefined;
  return (...args) => {
    const result: unknown = Reflect.apply(found, of, args);
    return result;
  };
}

/** What `for await` runs over, with `pause` called whenever it has asked for the next element and begins to wait. */
export function pausing(iterable: unknown, pause: () => void): unknown {
  if (typeof iterable !== "object" || iterable === null) return iterable;
  const source: object = iterable;
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

/** What `for … of` runs over, with `pull` called before it asks for an element, where asking may run code. */
export function pulling(iterable: unknown, text: string, pull: () => void): unknown {
  if (typeof iterable === "string" || typeof iterable === "function") return iterable;
  const source = typeof iterable === "object" ? iterable : null;
  const begin = source === null ? undefined : method(source, Symbol.iterator);
  // JavaScript's own sentence would name the hook.
  if (source === null || !begin) throw new TypeError(`${text} is not iterable`);
  if (isCollection(source)) return iterable;
  return {
    [Symbol.iterator]: () => {
      const iterator = begin.call(source);
      if (typeof iterator !== "object" || iterator === null) return iterator;
      const next = method(iterator, "next");
      if (!next) return iterator;
      return {
        next: (...args: unknown[]) => {
          pull();
          return next.apply(iterator, args);
        },
        get return() {
          return method(iterator, "return");
        },
      };
    },
  };
}

/** Whether running over a value runs no code of anyone's. */
function isCollection(value: object): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set;
}
