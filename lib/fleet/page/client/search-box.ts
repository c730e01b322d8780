import type { FleetReport } from "../../fleet-report.ts";
import { noFilters, type View } from "./address.ts";
import { h, named, type Child } from "./element.ts";
import type { Page } from "./page.ts";
import { placeOf, spacesOf } from "./parts.ts";
import { makeSearchIndex, search, type SearchEntry, type SearchKind } from "./search-index.ts";
import { digits } from "./words.ts";

export interface SearchBox {
  element: HTMLElement;
  focus(): void;
}

const titles: Readonly<Record<SearchKind, string>> = {
  space: "Spaces",
  project: "Projects",
  person: "People",
  variable: "Variables",
  template: "Templates",
  instance: "Instances",
};

/** How many of a kind are shown. */
const most = 6;

/** Finds by name as one types; arrows choose, Enter opens. With nothing typed it has favourites and what was opened lately. */
export function createSearchBox(current: () => Page): SearchBox {
  const list = h("div", { class: "results", role: "listbox", id: "results", "aria-label": "Found" });
  const input = h("input", {
    type: "search",
    placeholder: "Search spaces, projects, people, variables",
    "aria-label": "Search spaces, projects, people, variables",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "results",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
  });
  const indexes = new WeakMap<FleetReport, SearchEntry[]>();
  let chosen = -1;
  list.hidden = true;

  function show(): void {
    const page = current();
    const index = indexes.get(page.report) ?? makeSearchIndex(page.report);
    indexes.set(page.report, index);
    const query = input.value.trim();
    list.replaceChildren(...(query === "" ? rememberedOptions(page) : foundOptions(page, index, query)));
    list.hidden = list.children.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(query === "" ? -1 : 0);
  }

  function close(): void {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index: number): void {
    const options = [...list.querySelectorAll<HTMLElement>("[role=option]")];
    chosen = options.length === 0 ? -1 : index >= options.length ? 0 : index;
    for (const [place, option] of options.entries()) {
      option.setAttribute("aria-selected", String(place === chosen));
      option.id = `result-${place}`;
    }
    options[chosen]?.scrollIntoView({ block: "nearest" });
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `result-${chosen}`);
  }

  function pick(option: Element | null | undefined): void {
    const address = option?.getAttribute("data-address");
    if (address === null || address === undefined) return;
    input.value = "";
    input.blur();
    close();
    location.hash = address;
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp")
      choose(
        event.key === "ArrowDown"
          ? chosen + 1
          : chosen > 0
            ? chosen - 1
            : list.querySelectorAll("[role=option]").length - 1,
      );
    else if (event.key === "Enter") pick(list.querySelector("[aria-selected=true]"));
    else if (event.key === "Escape" && input.value === "") input.blur();
    else return;
    event.preventDefault();
  });
  // Before the input loses the focus, which closes the list.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    if (event.target instanceof Element) pick(event.target.closest("[role=option]"));
  });
  return {
    element: h("div", { class: "search", role: "search" }, input, h("kbd", { "aria-hidden": "true" }, "/"), list),
    focus() {
      input.focus();
      input.select();
    },
  };
}

function foundOptions(page: Page, index: readonly SearchEntry[], query: string): HTMLElement[] {
  const found = search(index, query, most);
  if (found.length === 0) return [h("p", { class: "quiet none", role: "status" }, "Nothing has such a name.")];
  return found.map(({ kind, entries, more }) =>
    optionGroup(titles[kind], [
      ...entries.map((entry) => entryOption(page, entry)),
      ...(more > 0 && kind === "space"
        ? [
            makeOption(
              page.href({ ...noFilters, find: query, view: "", open: "" }),
              `All ${digits(more + entries.length)} spaces`,
            ),
          ]
        : more > 0
          ? [h("p", { class: "quiet" }, `and ${digits(more)} more`)]
          : []),
    ]),
  );
}

function rememberedOptions(page: Page): HTMLElement[] {
  const { favourites, recent } = page.kept;
  const group = (title: string, tenants: readonly string[]): HTMLElement[] => {
    const spaces = tenants.flatMap((id) => page.spaces.get(id) ?? []).slice(0, 8);
    if (spaces.length === 0) return [];
    return [
      optionGroup(
        title,
        spaces.map((space) =>
          makeOption(page.href({ open: `space:${space.tenant.id}` }), named(space.name), placeOf(space.instance)),
        ),
      ),
    ];
  };
  return [
    ...group("Favourites", [...favourites]),
    ...group(
      "Opened lately",
      recent.filter((id) => !favourites.has(id)),
    ),
  ];
}

function entryOption(page: Page, entry: SearchEntry): HTMLElement {
  const space = page.spaces.get(entry.spaces[0] ?? "");
  const isOne = entry.spaces.length === 1 && space !== undefined;
  const beside =
    entry.kind === "space" ? placeOf(space?.instance ?? "") : isOne ? named(space.name) : spacesOf(entry.spaces.length);
  return makeOption(
    page.href(changeOf(entry)),
    named(entry.kind === "instance" ? placeOf(entry.name) : entry.name),
    beside,
  );
}

/** A space, and what only one space has, is opened; else those that have it are shown. */
function changeOf({ kind, key, spaces }: SearchEntry): Partial<View> {
  if (kind === "instance") return { open: `instance:${key}` };
  if (kind === "template") return { ...noFilters, template: key, view: "", open: "" };
  if (kind === "space" || spaces.length === 1) return { open: `space:${spaces[0] ?? ""}` };
  return { ...noFilters, [kind]: key, view: "", open: "" };
}

function optionGroup(title: string, options: readonly HTMLElement[]): HTMLElement {
  return h(
    "div",
    { role: "group", "aria-label": title },
    h("p", { class: "kind quiet", "aria-hidden": "true" }, title),
    options,
  );
}

function makeOption(address: string, text: Child, beside?: Child): HTMLElement {
  return h(
    "div",
    { role: "option", "data-address": address, "aria-selected": "false" },
    h("span", { class: "text" }, text),
    h("span", { class: "quiet" }, beside),
  );
}
