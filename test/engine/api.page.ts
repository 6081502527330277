import {
  Application,
  type Comment,
  type DeclarationReflection,
  type ParameterReflection,
  type ProjectReflection,
  ReflectionKind,
  type SignatureReflection,
  TSConfigReader,
} from "typedoc";
import { torchName } from "./api.names";

const kinds = ReflectionKind;

/** The public names of the engine, as TypeDoc reads them. */
export async function readApi(root: string): Promise<ProjectReflection> {
  const application = await Application.bootstrap(
    {
      entryPoints: [`${root}/src/engine/index.ts`],
      tsconfig: `${root}/tsconfig.json`,
      excludeInternal: true,
      excludePrivate: true,
      excludeProtected: true,
      skipErrorChecking: true,
      logLevel: "Error",
    },
    [new TSConfigReader()],
  );
  const project = await application.convert();
  if (project === undefined) throw new Error("TypeDoc could not read src/engine/index.ts.");
  return project;
}

const fence = "```";

function words(comment: Comment | undefined): string {
  return (comment?.summary ?? [])
    .map(({ text }) => (text.startsWith(fence) ? "" : text))
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

/** The programs in the documentation of a name, as they stand below its row. */
function programs(of: DeclarationReflection): string {
  const parts = of.comment?.summary.filter(({ text }) => text.startsWith(fence)) ?? [];
  return parts.map(({ text }) => `\n\n${text.replace(/^/gm, "  ")}\n`).join("");
}

/** What the documentation of a name says; overloads share what one of them says. */
export function documented(of: DeclarationReflection): string {
  const comments = [of.comment, ...(of.signatures ?? []).map((s) => s.comment), of.getSignature?.comment];
  return comments.map(words).find((text) => text !== "") ?? words(of.setSignature?.comment);
}

function parameter(of: ParameterReflection): string {
  const type = of.type?.toString() ?? "unknown";
  const name = of.name === "__namedParameters" ? "options" : of.name;
  const spread = of.flags.isRest ? "..." : "";
  return `${spread}${name}${of.flags.isOptional || of.defaultValue !== undefined ? "?" : ""}: ${type}`;
}

function written(name: string, signature: SignatureReflection): string {
  const parameters = (signature.parameters ?? []).map(parameter).join(", ");
  const returned = signature.type?.toString() ?? "void";
  return `${name}(${parameters}): ${returned}`;
}

/** How a name is written in a program, once per overload. */
function usages(of: DeclarationReflection, path: readonly string[]): readonly string[] {
  const name = path.join(".");
  if (of.kindOf(kinds.Class)) {
    const made = of.children?.find((child) => child.kindOf(kinds.Constructor))?.signatures ?? [];
    return made.map((signature) => `new ${written(name, signature).replace(/: [^:]*$/, "")}`);
  }
  if (of.signatures !== undefined) return of.signatures.map((signature) => written(name, signature));
  const type = of.type ?? of.getSignature?.type;
  return [type === undefined ? name : `${name}: ${type.toString()}`];
}

/** Gradient rules by the name of their op, as the ops themselves declare them: operand → formula. */
export type Formulas = ReadonlyMap<string, Readonly<Record<string, string | undefined>>>;

/** The gradient rules of the op that a function or method is named after, unless its documentation tells them. */
function gradients(path: readonly string[], text: string, formulas: Formulas): string {
  const name = (path.at(-1) ?? "").replace(/_$/, "");
  const ofOp = (path.length === 1 && name !== "slice") || path[0] === "Tensor" || path[1] === "functional";
  const rules = ofOp && !/[Gg]radient/.test(text) ? formulas.get(name) : undefined;
  const told = Object.entries(rules ?? {}).map(([operand, formula]) => `∂L/∂${operand} = ${formula ?? ""}`);
  return told.length === 0 ? "" : ` Gradient: ${told.join("; ")}.`;
}

/** The documentation with its parts set apart, without the PyTorch name that stands beside it, and with the gradient. */
function told(text: string, torch: string | null, gradient: string): string {
  const source = torch === null ? text : text.replace(` Source: ${torch}.`, "");
  const [what = "", ...rest] = source.split(/(?= (?:Shapes|Errors|Source): )/);
  return `${what}${gradient}${rest.join("")}`.replace(/ (Gradients?|Shapes|Errors|Source)(:?) /g, " _$1$2_ ");
}

function row(of: DeclarationReflection, path: readonly string[], torch: string | null, gradient = ""): string {
  const code = usages(of, path)
    .map((usage) => `\`${usage}\``)
    .join(", ");
  const text = told(documented(of), torch, gradient) + programs(of);
  const head = `- ${code === "" ? `\`${path.join(".")}\`` : code}`;
  return torch === null ? `${head} — ${text}` : `${head} — PyTorch: \`${torch}\`\\\n  ${text}`;
}

/** Every module has these; they are told once, with `nn.Module`. */
const everywhere = new Set(["forward", "extraRepr"]);

/** Whether a member is told with the class it stands in. */
function own(member: DeclarationReflection, parent: DeclarationReflection): boolean {
  if (
    member.inheritedFrom !== undefined ||
    !member.kindOf([kinds.Method, kinds.Property, kinds.Accessor]) ||
    member.name.startsWith("[")
  )
    return false;
  return parent.name === "Module" || !everywhere.has(member.name);
}

/** What the page lacks: names without a sentence of documentation. */
export interface Page {
  readonly text: string;
  readonly undocumented: readonly string[];
}

/** The API page: every public name with its PyTorch name, its signatures and its documentation. */
export function page(project: ProjectReflection, formulas: Formulas): Page {
  const undocumented: string[] = [];
  const lines: string[] = [];

  const tell = (of: DeclarationReflection, path: readonly string[], named: boolean): void => {
    const text = documented(of);
    if (text === "") undocumented.push(path.join("."));
    lines.push(row(of, path, named ? torchName(path, text) : null, gradients(path, text, formulas)));
  };

  const members = (of: DeclarationReflection, path: readonly string[], named: boolean): void => {
    for (const member of of.children ?? []) if (own(member, of)) tell(member, [...path, member.name], named);
  };

  const section = (children: readonly DeclarationReflection[], path: readonly string[], title: string): void => {
    const of = (...kind: ReflectionKind[]) =>
      children.filter((child) => child.kindOf(kind)).sort((a, b) => (a.name < b.name ? -1 : 1));
    lines.push("", `## ${title}`, "");
    for (const child of of(kinds.Function, kinds.Variable)) tell(child, [...path, child.name], true);
    for (const child of of(kinds.Class)) {
      const here = [...path, child.name];
      lines.push("", `### ${here.join(".")}`, "");
      tell(child, here, true);
      members(child, here, true);
    }
    const types = of(kinds.Interface, kinds.TypeAlias);
    if (types.length > 0) lines.push("", `### Types of ${title}`, "");
    for (const child of types) {
      const here = [...path, child.name];
      tell(child, here, false);
      const inner: string[] = [];
      for (const member of child.children ?? []) {
        if (!own(member, child)) continue;
        const text = documented(member);
        if (text === "") undocumented.push([...here, member.name].join("."));
        inner.push(`  ${row(member, [member.name], null)}`);
      }
      lines.push(...inner);
    }
    for (const child of of(kinds.Namespace)) {
      const here = [...path, child.name];
      section(child.children ?? [], here, here.join("."));
    }
  };

  section(project.children ?? [], [], "backstep");
  const titles = lines.flatMap((line) => /^## (.*)/.exec(line)?.[1] ?? []);
  const contents = titles.map((title) => `[${title}](#${title.replaceAll(".", "").toLowerCase()})`);
  const head = [
    "# API",
    "",
    "Every public name of the module `backstep`, as `npm run api` reads it from the source, with PyTorch's name beside it: a name you know from PyTorch is here in camelCase. How near each op is to PyTorch, value and gradient, stands in [CONFORMANCE.md](CONFORMANCE.md).",
    "",
    "- Options come last, as one object: `sum(0, { keepdim: true })`. Modules are called as functions, `model(x)`. `Tensor` methods that end in an underscore change the tensor and return it.",
    "- _Shapes:_ what goes in → what comes out. `[n, m]` is a matrix, `…` any number of dimensions, 0-d a single number. Shapes broadcast as in PyTorch: from the last dimension on, sizes are equal or one of them is 1.",
    "- _Errors:_ what is refused, each with PyTorch's sentence and the way out. A wrong dimension or index is a `RangeError`, an argument that cannot be meant a `TypeError`, everything else an `Error`.",
    "- _Gradient:_ ∂L/∂a in terms of ∂L/∂y, where y is the result.",
    "",
    `Contents: [Tensor](#tensor) · ${contents.join(" · ")}`,
  ];
  return { text: [...head, ...lines, ""].join("\n"), undocumented };
}
