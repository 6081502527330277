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

/** A theme as real VS Code hands it to a webview; `npx tsx test/vscode/themes.ts` records them anew. */
export function themeOf(name: ThemeName): Theme {
  return themes[name];
}
