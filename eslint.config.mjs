import js from "@eslint/js";
import tseslint from "typescript-eslint";

const noDefault = {
  selector: "ExportDefaultDeclaration",
  message: "No default exports: give it a name.",
};

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "dist-test/",
      "dist-vsix/",
      ".vscode-test/",
      ".test-results/",
      "test/golden/",
      "test/out/",
      "test/vscode/fixture/",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: ["tsconfig.json", "webview/tsconfig.json"] } },
    rules: {
      "no-restricted-syntax": ["error", noDefault],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ["src/engine/kernels/**"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    // A student's program: `w.grad!` and a tensor in a template are how it is written.
    files: ["examples/**"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": "off",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/consistent-type-assertions": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "max-lines": "off",
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs", "test/vscode/probe/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        module: "writable",
        exports: "writable",
        require: "readonly",
      },
    },
  },
);
