/** A parameter as it is known. */
interface Known {
  readonly tensor: number;
  /** The longest path that a module has given it. */
  readonly path: string;
  /** The variable that holds that module, "" when none does. */
  holder: string;
  told: string;
}

/** What a tensor is called from now on. */
export interface Renamed {
  readonly tensor: number;
  readonly name: string;
}

/**
 * What the parameters of modules are called: by their path ("lin.weight"), and where modules that different variables
 * hold have the same path, with the variable before it ("G.lin.weight", "D.lin.weight").
 */
export class ModuleNames {
  readonly #known = new Map<number, Known>();
  /** By path the latest of each holder. */
  readonly #byPath = new Map<string, Map<string, Known>>();

  /** A variable was given a module; undefined for one that names nothing. */
  bound(variable: string, parameters: readonly (readonly [path: string, { readonly id: number }])[]): Renamed[] {
    const field = isField(variable);
    const renamed: Renamed[] = [];
    for (const [path, { id }] of parameters) {
      const known = this.#at(id, path);
      if (known.path !== path) continue;
      // A field is where a module is put together; whoever works with it holds it in a variable.
      if (known.holder === "" || (isField(known.holder) && !field)) this.#hold(known, variable);
      if (!field) renamed.push(...this.#toldApart(path));
    }
    return renamed;
  }

  /** A module that runs, or an optimizer, says what a parameter is called. */
  named(tensor: number, path: string): Renamed[] {
    const known = this.#at(tensor, path);
    const renamed = known.path === path ? this.#toldApart(path) : [];
    if (known.path === path && known.told !== "" && known.told !== path) return renamed;
    known.told = path;
    return [...renamed, { tensor, name: path }];
  }

  #at(tensor: number, path: string): Known {
    const known = this.#known.get(tensor);
    if (known !== undefined && known.path.length >= path.length) return known;
    if (known !== undefined) this.#forget(known);
    const made = { tensor, path, holder: "", told: "" };
    this.#known.set(tensor, made);
    this.#hold(made, "");
    return made;
  }

  #hold(known: Known, holder: string): void {
    this.#forget(known);
    known.holder = holder;
    const same = this.#byPath.get(known.path) ?? new Map<string, Known>();
    this.#byPath.set(known.path, same.set(holder, known));
  }

  #forget(known: Known): void {
    const same = this.#byPath.get(known.path);
    if (same?.get(known.holder) === known) same.delete(known.holder);
  }

  /** Those of a path that must be told apart and have not been. */
  #toldApart(path: string): Renamed[] {
    const same = this.#byPath.get(path);
    if (same === undefined || same.size < 2) return [];
    return [...same.values()].flatMap((known) => {
      const name = `${known.holder.replace(/^this\./, "")}.${path}`;
      if (known.holder === "" || known.told === name) return [];
      known.told = name;
      return [{ tensor: known.tensor, name }];
    });
  }
}

function isField(variable: string): boolean {
  return variable.startsWith("this.");
}
