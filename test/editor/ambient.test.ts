import { strict as assert } from "node:assert";
import ts from "typescript";
import { ambient } from "../../src/editor/ambient";

/** Type errors of a file that imports "backstep" beside the ambient declarations. */
function errors(declarations: string, source: string): string[] {
  const files = new Map([
    ["/env.d.ts", declarations],
    ["/main.ts", source],
  ]);
  const options: ts.CompilerOptions = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, types: [] };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, language) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, language) : ts.createSourceFile(name, text, language);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((each) => ts.flattenDiagnosticMessageText(each.messageText, "\n"));
}

const declarations = `/** A tensor. */
export declare class Tensor {
    readonly shape: readonly number[];
    item(): number;
}
declare function hidden(): void;
export declare function tensor(value: number): Tensor;
declare namespace nn_d {
    export { hidden };
}
export { nn_d as nn };

export {};
`;

describe("ambient declarations", () => {
  it("give a module its types without installing it", () => {
    const text = ambient(declarations);
    assert.deepEqual(
      errors(text, `import { tensor, nn } from "backstep"; nn.hidden(); tensor(1).item().toFixed();`),
      [],
    );
    assert.deepEqual(errors(text, `import { tensor } from "backstep"; tensor("1");`), [
      "Argument of type 'string' is not assignable to parameter of type 'number'.",
    ]);
  });

  it("keep the documentation and name no path", () => {
    assert.match(ambient(declarations), /\/\*\* A tensor\. \*\//);
  });
});
