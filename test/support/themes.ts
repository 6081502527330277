import { contributes } from "../../package.json";
import recorded from "./themes.json";

/** One theme of each kind. */
export type ThemeName = "dark" | "light" | "hc-dark" | "hc-light";

/** What VS Code gives a webview: the body's classes, the theme's id and every `--vscode-*` variable. */
export interface Theme {
  readonly kind: string;
  readonly id: string;
  readonly variables: Readonly<Record<string, string>>;
}

const themes: Readonly<Record<ThemeName, Theme>> = recorded.themes;

/** The style sheet VS Code puts first into every webview. */
export const defaultStyles = recorded.styles;

const defaultsOf = {
  dark: "dark",
  light: "light",
  "hc-dark": "highContrast",
  "hc-light": "highContrastLight",
} as const;

/**
 * A theme as real VS Code hands it to a webview, with the defaults of the colours that the extension contributes;
 * `npx tsx test/vscode/themes.ts` records them anew.
 */
export function themeOf(name: ThemeName): Theme {
  const contributed = contributes.colors.map(
    ({ id, defaults }) => [`--vscode-${id.replaceAll(".", "-")}`, defaults[defaultsOf[name]]] as const,
  );
  return { ...themes[name], variables: { ...Object.fromEntries(contributed), ...themes[name].variables } };
}
