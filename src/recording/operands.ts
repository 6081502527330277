import type { Binding, Form, Range, Scope, Site } from "./format";
import type { Recording } from "./recording";

/** What was found in the sources of a recording, by place; grows with the programs. */
export interface Sources {
  /** The bindings that a call site reads, with their place among its arguments (the receiver first, for a method). */
  readonly ofSite: (site: number) => readonly (Binding | undefined)[];
  /** Whether the binding lives longer than one turn of the loop. */
  readonly outlives: (binding: number, loop: number) => boolean;
  /** Parameters of a function, in order. */
  readonly parametersOf: (fn: number) => readonly Binding[];
}

interface Found extends Sources {
  readonly programs: number;
}

const known = new WeakMap<Recording, Found>();

/** The sources of a recording. */
export function sourcesOf(recording: Recording): Sources {
  const found = known.get(recording);
  if (found !== undefined && found.programs === recording.programs.length) return found;
  const made = { ...sources(recording), programs: recording.programs.length };
  known.set(recording, made);
  return made;
}

/**
 * The variable that an op took as a plain number: argument `position` of the call in the source. A parameter stands
 * for what its caller passed, as long as that is a variable too.
 */
export function operandBinding(recording: Recording, form: Form, position: number): Binding | undefined {
  const sources = sourcesOf(recording);
  let binding = sources.ofSite(form.site)[position];
  let frame = form.frame;
  while (binding?.kind === "parameter" && frame >= 0) {
    const { fn, site, parent } = recording.frame(frame);
    const parameters = sources.parametersOf(fn);
    const place = parameters.findIndex(({ id }) => id === binding?.id);
    frame = parent;
    if (place < 0) continue;
    const passed = sources.ofSite(site);
    const given = passed[passed.length - parameters.length + place];
    if (given === undefined) return binding;
    binding = given;
  }
  return binding;
}

/** The modules around a frame, outermost first. */
export function modulesOf(recording: Recording, frame: number): string[] {
  const paths: string[] = [];
  for (let at = frame; at >= 0; at = recording.frame(at).parent) {
    const { module } = recording.frame(at);
    if (module !== "" && paths[0] !== module) paths.unshift(module);
  }
  return paths;
}

/** Whether `inner` lies in `outer`. */
export function within(inner: Range, outer: Range): boolean {
  const starts = inner.line > outer.line || (inner.line === outer.line && inner.column >= outer.column);
  return (
    starts && (inner.endLine < outer.endLine || (inner.endLine === outer.endLine && inner.endColumn <= outer.endColumn))
  );
}

function sources(recording: Recording): Sources {
  const sites = new Map<number, (Binding | undefined)[]>();
  const parameters = new Map<number, Binding[]>();
  const scopes = new Map<number, Scope>();
  const bindings = new Map<number, Binding>();
  for (const program of recording.programs) {
    for (const scope of program.scopes) scopes.set(scope.id, scope);
    for (const binding of program.bindings) bindings.set(binding.id, binding);
    for (const binding of program.bindings) {
      const scope = scopes.get(binding.scope);
      if (binding.kind !== "parameter" || scope?.kind !== "function") continue;
      parameters.set(scope.of, [...(parameters.get(scope.of) ?? []), binding]);
    }
  }
  const lookUp = (site: Site): (Binding | undefined)[] => {
    const program = recording.programs.find(({ sites }) => sites.includes(site));
    const inside = (program?.bindings ?? []).filter((each) => each.references.some((range) => within(range, site)));
    return site.args.map((text) => (text === "" ? undefined : inside.find(({ name }) => name === text)));
  };
  return {
    ofSite: (id) => {
      const found = sites.get(id);
      if (found !== undefined) return found;
      const site = id < 0 ? undefined : recording.site(id);
      const made = site === undefined ? [] : lookUp(site);
      sites.set(id, made);
      return made;
    },
    outlives: (id, loop) => {
      for (let scope = scopes.get(bindings.get(id)?.scope ?? -1); scope !== undefined; scope = scopes.get(scope.parent))
        if (scope.kind === "loop" && scope.of === loop) return false;
      return true;
    },
    parametersOf: (fn) => parameters.get(fn) ?? [],
  };
}
