type Attributes = Readonly<Record<string, string | number | boolean | null>>;
type Child = Node | string | null;

/** A new element with attributes and children; null leaves an attribute or a child out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes?: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K];
export function element(name: string, attributes?: Attributes, ...children: readonly Child[]): HTMLElement;
export function element(name: string, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElement {
  const made = document.createElement(name);
  set(made, attributes);
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

/** The same for SVG. */
export function drawing(name: string, attributes: Attributes, ...children: readonly SVGElement[]): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(made, attributes);
  made.append(...children);
  return made;
}

function set(to: Element, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false) to.removeAttribute(key);
    else to.setAttribute(key, value === true ? "" : String(value));
  }
}

/** Sets the text where it differs: an unchanged text costs no layout and no announcement. */
export function say(of: Element, text: string): void {
  if (of.textContent !== text) of.textContent = text;
}

/** Sets or removes an attribute where it differs. */
export function mark(of: Element, attribute: string, value: string | boolean | null): void {
  const wanted = value === false || value === null ? null : value === true ? "" : value;
  if (of.getAttribute(attribute) === wanted) return;
  if (wanted === null) of.removeAttribute(attribute);
  else of.setAttribute(attribute, wanted);
}
