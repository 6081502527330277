/** Begins each line by which the suite inside the extension host reports, so that VS Code's own log can be told apart. */
export const mark = "[suite] ";
