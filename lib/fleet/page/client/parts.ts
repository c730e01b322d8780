import type { FleetSpace, Mend } from "../../fleet-report.ts";
import { isInStep, lookOf, type FleetState } from "../../states.ts";
import { h, named, svg, type Child } from "./element.ts";
import type { Page } from "./page.ts";
import { count, digits } from "./words.ts";

/** A state as a colored word. */
export function badge(state: FleetState): HTMLElement {
  const { label, tone } = lookOf(state);
  // What is good is told more quietly, so that the other states are seen.
  return h(
    "span",
    { class: `badge ${tone}`, title: isInStep(state) ? "In step with templates" : "Well" },
    tone === "good" && h("span", { "aria-hidden": "true" }, "✓ "),
    label,
  );
}

/** A link out of the page, for addresses that a browser may follow; else the text alone. */
export function outLink(url: string | undefined, ...children: Child[]): HTMLElement {
  if (url === undefined || !/^https?:\/\//i.test(url)) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "out" }, ...children);
}

/** Opens the space's drawer. */
export function spaceLink(page: Page, space: FleetSpace): HTMLElement {
  return h(
    "a",
    { href: page.href({ open: `space:${space.tenant.id}` }), class: "name", title: space.name },
    named(space.name),
  );
}

/** The first names as links, and how many more there are. */
export function spaceNames(
  page: Page,
  tenants: readonly string[],
  { most, all }: { most: number; all: string },
): Child[] {
  const spaces = tenants.flatMap((id) => page.spaces.get(id) ?? []);
  const shown = spaces.length === most + 1 ? spaces : spaces.slice(0, most);
  const more = spaces.length - shown.length;
  return [
    shown.map((space, index) => [index > 0 && ", ", spaceLink(page, space)]),
    more > 0 && [" and ", h("a", { href: all }, `${digits(more)} more`)],
  ];
}

/** What helps: a link, or a command with a button that copies it. */
export function mendOf(page: Page, mend: Mend | undefined): HTMLElement | undefined {
  if (mend === undefined) return undefined;
  const { text, url, command } = mend;
  return h(
    "div",
    { class: "mend" },
    outLink(url, url === undefined ? text : text.replace(/\.$/, "")),
    command !== undefined && copyable(page, command),
  );
}

export function copyable(page: Page, text: string): HTMLElement {
  // Words stay whole, as browsers break lines behind the dashes of an option.
  const words = text.includes("\n") ? text : text.split(/(?<= )/).map((word) => h("span", {}, word));
  return h(
    "div",
    { class: "copyable" },
    h("code", {}, words),
    h("button", { type: "button", title: `Copy: ${text}`, onclick: () => void copy(page, text) }, "Copy"),
  );
}

/** A button that is a star: `f` does the same. */
export function star(page: Page, { tenant, name }: FleetSpace, tabindex?: number): HTMLElement {
  const isOn = page.kept.favourites.has(tenant.id);
  return h(
    "button",
    {
      type: "button",
      class: "star",
      tabindex,
      "data-star": tenant.id,
      "aria-pressed": String(isOn),
      "aria-label": `Favourite: ${name}`,
      title: isOn ? "A favourite (f)" : "Make it a favourite (f)",
    },
    svg(
      "svg",
      { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
      svg("path", { d: "M8 1.6l2 4.2 4.6.6-3.4 3.2.9 4.6L8 11.9l-4.1 2.3.9-4.6L1.4 6.4 6 5.8z" }),
    ),
  );
}

/** A list of sentences, of which the first few are seen at once. */
export function foldedList(items: readonly Child[], { most, key }: { most: number; key: string }): HTMLElement[] {
  const shown = items.length <= most + 2 ? items.length : most;
  const list = (part: readonly Child[]): HTMLElement =>
    h(
      "ul",
      { class: "list plain" },
      part.map((item) => h("li", {}, item)),
    );
  const rest = items.slice(shown);
  return [
    list(items.slice(0, shown)),
    ...(rest.length === 0
      ? []
      : [
          h("details", { class: "more", "data-key": key }, h("summary", {}, `${digits(rest.length)} more`), list(rest)),
        ]),
  ];
}

export function section(title: Child, ...children: Child[]): HTMLElement {
  return h("section", {}, h("h3", {}, title), ...children);
}

/** An address without what all of them begin with. */
export function placeOf(url: string): string {
  return url.replace(/^https?:\/\//, "");
}

export function spacesOf(value: number): string {
  return count(value, "space");
}

async function copy(page: Page, text: string): Promise<void> {
  const isCopied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => copyBySelection(text),
  );
  page.say(isCopied ? "Copied." : "This browser does not let the page copy: select the command instead.");
}

/** What a page may do without the permission to use the clipboard. */
function copyBySelection(text: string): boolean {
  const area = h("textarea", { class: "unseen", "aria-hidden": "true" });
  area.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}
