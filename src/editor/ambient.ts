/** The engine's declarations as a file that any project can have: `declare module "backstep" { … }`. */
export function ambient(declarations: string): string {
  const body = declarations
    .replaceAll("\r", "")
    .split("\n")
    // Inside an ambient module everything is declared already.
    .map((line) => line.replace(/^(export )?declare /, (_, exported: string | undefined) => exported ?? ""))
    .filter((line) => line !== "export {};" && !line.startsWith("/// <reference"))
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n")
    .trimEnd();
  return `// The types of "backstep", written by the command "Backstep: Add type declarations".\ndeclare module "backstep" {\n${body}\n}\n`;
}
