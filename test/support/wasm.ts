// `npm run wasm`: builds the WebAssembly kernels of src/engine/kernels/wasm into the module that the engine loads them from.
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

const folder = "src/engine/kernels/wasm";

interface Compiler {
  readonly main: (
    flags: readonly string[],
    files: {
      readFile(name: string): string | null;
      writeFile(name: string, contents: string | Uint8Array): void;
      listFiles(): readonly string[];
    },
  ) => Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

/** The source as AssemblyScript compiles it: the same bytes on every machine. */
export async function wasmOf(source: string): Promise<Uint8Array> {
  // Its types would declare AssemblyScript's globals for the whole project.
  const name: string = "assemblyscript/asc";
  const { main } = (await import(name)) as Compiler;
  let made: Uint8Array | undefined;
  const { error, stderr } = await main(
    [
      "main.ts",
      "--outFile",
      "main.wasm",
      "-O3",
      "--runtime",
      "stub",
      "--noAssert",
      "--importMemory",
      "--enable",
      "simd",
      "--use",
      "abort=",
    ],
    {
      readFile: (file) => (file === "main.ts" ? source : null),
      writeFile: (_file, contents) => {
        if (typeof contents !== "string") made = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || made === undefined) throw new Error(`AssemblyScript refused ${folder}: ${stderr.toString()}`);
  return made;
}

/** What stands in the built module. */
export function moduleOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("base64");
  return `/** ${folder}/gemm.as as \`npm run wasm\` builds it, in base64. */\nexport const gemmBytes =\n  "${text}";\n`;
}

/** The source, and the built module as it stands. */
export function kept(): { source: string; module: string } {
  return { source: readFileSync(`${folder}/gemm.as`, "utf8"), module: readFileSync(`${folder}/gemm.bytes.ts`, "utf8") };
}

if (basename(process.argv[1] ?? "") === "wasm.ts") {
  const source = readFileSync(`${folder}/gemm.as`, "utf8");
  void wasmOf(source).then((bytes) => {
    writeFileSync(`${folder}/gemm.bytes.ts`, moduleOf(bytes));
    console.log(`${folder}/gemm.bytes.ts holds ${bytes.length} bytes of WebAssembly`);
  });
}
