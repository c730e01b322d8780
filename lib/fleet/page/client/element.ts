/** What stands in an element; `undefined` and `false` are nothing. */
export type Child = Node | string | number | undefined | false | readonly Child[];

export type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

/** An element with its attributes, handlers and children. Text becomes text, never markup. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children);
}

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** A name that somebody gave: kept apart from what stands around it, in whichever direction it is written. */
export function named(text: string): HTMLElement {
  return h("bdi", {}, text);
}

/** Bidirectional controls can make text look like other text, so they are made visible. */
export function showControls(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, (one) => `U+${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function fill<Filled extends Element>(target: Filled, attributes: Attributes, children: readonly Child[]): Filled {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") target.addEventListener(name.slice(2), value);
    else if (value === true) target.setAttribute(name, "");
    else if (value !== undefined && value !== false) target.setAttribute(name, showControls(String(value)));
  }
  append(target, children);
  return target;
}

function append(target: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue;
    if (child instanceof Node) target.appendChild(child);
    else if (typeof child === "string" || typeof child === "number")
      target.appendChild(document.createTextNode(showControls(String(child))));
    else append(target, child);
  }
}
