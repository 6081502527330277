import { RecordingError } from "./error";

/** A piece of parsed JSON that is taken apart step by step; whatever is not as asked throws a sentence that says where. */
export class Fields {
  constructor(
    private readonly value: unknown,
    private readonly path: string,
  ) {}

  has(key: string): boolean {
    return typeof this.value === "object" && this.value !== null && Object.hasOwn(this.value, key);
  }

  in(key: string): Fields {
    if (typeof this.value !== "object" || this.value === null) throw this.wrong("an object");
    return new Fields(Object.getOwnPropertyDescriptor(this.value, key)?.value, `${this.path}.${key}`);
  }

  list<T>(entry: (each: Fields) => T): T[] {
    if (!Array.isArray(this.value)) throw this.wrong("a list");
    return this.value.map((each, k) => entry(new Fields(each, `${this.path}[${k}]`)));
  }

  record(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value))
      throw this.wrong("an object");
    return Object.fromEntries(Object.entries(this.value));
  }

  number(): number {
    if (typeof this.value !== "number") throw this.wrong("a number");
    return this.value;
  }

  integer(): number {
    if (typeof this.value !== "number" || !Number.isSafeInteger(this.value)) throw this.wrong("an integer");
    return this.value;
  }

  count(): number {
    const value = this.integer();
    if (value < 0) throw this.wrong("no negative number");
    return value;
  }

  text(): string {
    if (typeof this.value !== "string") throw this.wrong("a text");
    return this.value;
  }

  flag(): boolean {
    if (typeof this.value !== "boolean") throw this.wrong("true or false");
    return this.value;
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const found = choices.find((each) => each === this.value);
    if (found === undefined) throw this.wrong(`one of ${choices.join(", ")}`);
    return found;
  }

  wrong(expected: string): RecordingError {
    return new RecordingError(`At ${this.path} the recording should hold ${expected}.`);
  }
}

/** Begins to take apart `value`, which sentences call `path`. */
export function check(value: unknown, path: string): Fields {
  return new Fields(value, path);
}
