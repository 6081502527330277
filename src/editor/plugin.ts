import { dirname, join } from "node:path";
import type ts from "typescript/lib/tsserverlibrary";

/** The name that snippets import the engine by. */
const engine = "backstep";

/**
 * A TypeScript server plugin: where a project does not know "backstep", it is the engine that the extension brings.
 * The plugin lies in the extension's node_modules/backstep-types, because there alone TypeScript looks for it.
 */
export function plugin({ typescript }: { readonly typescript: typeof ts }): ts.server.PluginModule {
  const resolvedModule: ts.ResolvedModuleFull = {
    resolvedFileName: join(dirname(dirname(__dirname)), "dist", "types", "index.d.ts").replaceAll("\\", "/"),
    extension: typescript.Extension.Dts,
    isExternalLibraryImport: true,
  };
  return {
    create({ languageServiceHost: host, languageService }) {
      const resolve = host.resolveModuleNameLiterals?.bind(host);
      if (resolve) {
        host.resolveModuleNameLiterals = (literals, ...rest) =>
          resolve(literals, ...rest).map((found, i) =>
            found.resolvedModule || literals[i]?.text !== engine ? found : { ...found, resolvedModule },
          );
      }
      return languageService;
    },
  };
}
