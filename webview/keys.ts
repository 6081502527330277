import type { Move } from "../src/recording/moves";

/** What a key does on the page. */
export type KeyAct = Move | "play" | "playBack" | "toStop" | "toStopBack" | "fit" | "clear";

const acts: Readonly<Record<string, KeyAct>> = {
  ArrowLeft: { to: "step", by: -1 },
  ArrowRight: { to: "step", by: 1 },
  ArrowUp: { to: "phase", by: -1 },
  ArrowDown: { to: "phase", by: 1 },
  PageUp: { to: "iteration", by: -1 },
  PageDown: { to: "iteration", by: 1 },
  Home: { to: "first" },
  End: { to: "last" },
  " ": "play",
  f: "fit",
  F: "fit",
  s: "toStop",
  Escape: "clear",
};

const withShift: Readonly<Record<string, KeyAct>> = { " ": "playBack", S: "toStopBack" };

/** What a key press means to the page; undefined where the focused widget uses the key itself. */
export function actOf(event: KeyboardEvent): KeyAct | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return undefined;
  const focused = event.composedPath()[0];
  return focused instanceof Element && uses(focused, event.key)
    ? undefined
    : (event.shiftKey ? withShift : acts)[event.key];
}

const moving = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];

function uses(widget: Element, key: string): boolean {
  if (widget instanceof HTMLInputElement) return widget.type === "range" ? moving.includes(key) : true;
  const role = widget.getAttribute("role") ?? widget.tagName.toLowerCase();
  if (role === "tab") return ["ArrowLeft", "ArrowRight", "Home", "End", "Enter", " "].includes(key);
  if (widget.closest("[role=tree]")) return ["ArrowUp", "ArrowDown", "Home", "End", "Enter"].includes(key);
  if (role === "combobox" || role === "listbox" || role === "option" || role === "vscode-dropdown") return true;
  if (role === "button" || role === "a" || role === "summary" || role === "vscode-button") return key === " ";
  return false;
}
