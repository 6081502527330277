// `npm run wasm`: builds the WebAssembly kernels into the modules that they are loaded from.
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

/** Sources in AssemblyScript, without their ending. */
export const kernels = [
  "src/engine/kernels/wasm/curves",
  "src/engine/kernels/wasm/gemm",
  "src/engine/kernels/wasm/lanes",
  "src/engine/kernels/wasm/sum",
  "src/recording/wasm/tally",
] as const;

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
  if (error !== null || made === undefined) throw new Error(`AssemblyScript refused a kernel: ${stderr.toString()}`);
  return made;
}

/** What stands in the built module of a kernel. */
export function moduleOf(kernel: string, bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("base64");
  return `/** ${kernel}.as as \`npm run wasm\` builds it, in base64. */\nexport const ${basename(kernel)}Bytes =\n  "${text}";\n`;
}

/** The source of a kernel, and its built module as it stands. */
export function kept(kernel: string): { source: string; module: string } {
  return { source: readFileSync(`${kernel}.as`, "utf8"), module: readFileSync(`${kernel}.bytes.ts`, "utf8") };
}

async function build(): Promise<void> {
  for (const kernel of kernels) {
    const bytes = await wasmOf(readFileSync(`${kernel}.as`, "utf8"));
    writeFileSync(`${kernel}.bytes.ts`, moduleOf(kernel, bytes));
    console.log(`${kernel}.bytes.ts holds ${bytes.length} bytes of WebAssembly`);
  }
}

if (basename(process.argv[1] ?? "") === "wasm.ts") void build();
