// The one place that knows the (archived) webview-ui-toolkit: what a successor would replace.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { element, mark } from "./dom";
import { changeIcon, icon, type Icon } from "./icons";

/** Defines the elements; once, before any is made. */
export function startKit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodePanels(),
    vsCodePanelTab(),
    vsCodePanelView(),
    vsCodeTextField(),
  );
}

/** A button with an icon; `label` is its tooltip and what a screen reader says. */
export function iconButton(name: Icon, label: string, act: (event: MouseEvent) => void): HTMLElement {
  const button = element("vscode-button", { appearance: "icon", title: label, "aria-label": label }, icon(name));
  button.addEventListener("click", act);
  return button;
}

/** Changes what an icon button shows and says. */
export function turnButton(button: HTMLElement, name: Icon, label: string): void {
  changeIcon(button, name);
  mark(button, "title", label);
  mark(button, "aria-label", label);
}

/** A button with words. */
export function wordButton(label: string, kind: "primary" | "secondary", act: () => void): HTMLElement {
  const button = element("vscode-button", { appearance: kind }, label);
  button.addEventListener("click", act);
  return button;
}

/** Switches a control off or on. */
export function enable(control: HTMLElement, on: boolean): void {
  mark(control, "disabled", !on);
}

/** A field for one number; `accept` gets what was typed on Enter or when the field is left. */
export interface NumberField {
  readonly element: HTMLElement;
  /** Shows a number, unless the person is typing another. */
  show(text: string): void;
}

/** A field for one number. */
export function numberField(label: string, accept: (typed: string) => void): NumberField {
  const field = element("vscode-text-field", { "aria-label": label, class: "number" });
  let shown = "";
  const value = (): string => String(Reflect.get(field, "value") ?? "");
  const put = (text: string): void => void Reflect.set(field, "value", text);
  const commit = (): void => {
    if (value() !== shown) accept(value());
    put(shown);
  };
  field.addEventListener("change", commit);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") put(shown);
  });
  return {
    element: field,
    show(text) {
      shown = text;
      if (document.activeElement !== field) put(text);
    },
  };
}

/** A list to choose one from. */
export interface Choice {
  readonly element: HTMLElement;
  /** The entries (value and what is shown) and the one that is chosen. */
  show(entries: readonly (readonly [value: string, text: string])[], chosen: string): void;
}

/** A list to choose one from; `position` says where it opens. */
export function choice(label: string, chosen: (value: string) => void, position: "above" | "below" = "above"): Choice {
  const list = element("vscode-dropdown", { "aria-label": label, title: label, position });
  let entries = "";
  list.addEventListener("change", () => chosen(String(Reflect.get(list, "value"))));
  return {
    element: list,
    show(options, value) {
      const wanted = JSON.stringify(options);
      if (wanted !== entries) {
        entries = wanted;
        list.replaceChildren(...options.map(([v, text]) => element("vscode-option", { value: v }, text)));
      }
      if (Reflect.get(list, "value") !== value) Reflect.set(list, "value", value);
    },
  };
}

/** Views behind tabs. */
export interface Tabs {
  readonly element: HTMLElement;
  show(active: string): void;
  /** Puts a small sign behind a tab's title, none for "". */
  badge(id: string, text: string, kind: string, label: string): void;
}

/** Views behind tabs; `changed` gets the one a person picked. */
export function tabs(
  views: readonly { readonly id: string; readonly title: string; readonly view: HTMLElement }[],
  changed: (id: string) => void,
): Tabs {
  const heads = views.map(({ id, title }) => element("vscode-panel-tab", { id: `tab-${id}` }, title));
  const bodies = views.map(({ id, view }) => element("vscode-panel-view", { id: `view-${id}` }, view));
  const panels = element("vscode-panels", { "aria-label": "Inspector" }, ...heads, ...bodies);
  heads.forEach((head, i) => head.addEventListener("click", () => changed(views[i]?.id ?? "")));
  panels.addEventListener("change", () => {
    const active = String(Reflect.get(panels, "activeid")).replace(/^tab-/, "");
    if (views.some((view) => view.id === active)) changed(active);
  });
  return {
    element: panels,
    badge: (id, text, kind, label) => {
      const at = views.findIndex((view) => view.id === id);
      const head = heads[at];
      const title = views[at]?.title ?? "";
      if (!head || (head.querySelector(".badge")?.textContent ?? "") === text) return;
      const badge = element("span", { class: `badge ${kind}`, title: label }, text);
      head.replaceChildren(...(text === "" ? [title] : [`${title} `, badge]));
      // The toolkit gave the tab its first text as a label.
      mark(head, "aria-label", text === "" ? title : `${title} ${text}, ${label}`);
    },
    show: (active) => {
      if (Reflect.get(panels, "activeid") !== `tab-${active}`) mark(panels, "activeid", `tab-${active}`);
    },
  };
}
