import { noFilters, type View } from "./address.ts";
import { h, named } from "./element.ts";
import { hasFilters, listFilters } from "./filters.ts";
import { groupingOf, listGroupings } from "./groups.ts";
import type { Page } from "./page.ts";
import { digits } from "./words.ts";

interface ToolbarOptions {
  title: string;
  /** How many spaces the filters pick. */
  picked: number;
  /** Whether tiles, tables and groups are to be chosen. */
  isFleet?: boolean;
  /** What is to be done with what is shown. */
  beside?: readonly HTMLElement[];
}

/** What is shown, and what changes that: the filters, how it is grouped, tiles or a table. */
export function toolbar(page: Page, { title, picked, isFleet = false, beside = [] }: ToolbarOptions): HTMLElement {
  const { report, view } = page;
  const all = report.spaces.length;
  return h(
    "div",
    { class: "bar" },
    h(
      "div",
      { class: "head" },
      h("h2", {}, title),
      h(
        "span",
        { class: "quiet" },
        hasFilters(view) ? `${digits(picked)} of ${digits(all)}` : digits(all),
        !isFleet && " spaces",
      ),
      h("div", { class: "controls" }, ...pickers(page), ...(isFleet ? fleetControls(page) : []), ...beside),
    ),
    hasFilters(view) &&
      h(
        "ul",
        { class: "chips", "aria-label": "Filters" },
        listFilters(page).map(({ text, without }) =>
          h(
            "li",
            {},
            h(
              "a",
              { href: page.href(without), "aria-label": `Remove the filter ${text}`, title: text },
              named(text),
              " ×",
            ),
          ),
        ),
        h("li", {}, h("a", { href: page.href(noFilters), class: "plain" }, "Show all")),
      ),
  );
}

function pickers(page: Page): HTMLElement[] {
  const { report } = page;
  const tags = [...new Set(report.spaces.flatMap(({ tenant }) => tenant.tags))].toSorted();
  const options = (values: readonly string[]): Option[] => values.map((value) => [value, value]);
  return [
    ...picker(page, "Instance", "instance", options(report.instances.map(({ url }) => url))),
    ...picker(page, "Ring", "ring", options(report.rings)),
    ...picker(page, "Tag", "tag", options(tags)),
    ...picker(
      page,
      "Template",
      "template",
      report.templates.map(({ key, name }) => [key, name]),
    ),
    h(
      "a",
      {
        class: "toggle",
        href: page.href({ favourites: page.view.favourites === "" ? "only" : "" }),
        "aria-current": page.view.favourites !== "" && "true",
      },
      "★ Favourites",
    ),
  ];
}

type Option = readonly [value: string, text: string];

/** Nothing where there is nothing to choose. */
function picker(
  page: Page,
  title: string,
  key: "instance" | "ring" | "tag" | "template",
  options: readonly Option[],
): HTMLElement[] {
  if (options.length < 2) return [];
  return [select(page, { title, key, value: page.view[key], options: [["", `${title}: all`], ...options] })];
}

function fleetControls(page: Page): HTMLElement[] {
  const isTable = showsTable(page);
  const show = (text: string, value: string, isOn: boolean): HTMLElement =>
    h("a", { href: page.href({ show: value }), "aria-current": isOn && "true" }, text);
  return [
    select(page, {
      title: "Group by",
      key: "group",
      value: groupingOf(page),
      options: listGroupings(page).map(([value, text]) => [
        value,
        value === "none" ? "Not grouped" : `By ${text.toLowerCase()}`,
      ]),
    }),
    select(page, {
      title: "Sort",
      key: "sort",
      value: page.view.sort,
      options: [
        ["", "Worst first"],
        ["name", "By name"],
        ["age", "Longest behind first"],
      ],
    }),
    h("div", { class: "switch" }, show("Tiles", "tiles", !isTable), show("Table", "table", isTable)),
  ];
}

/** Few spaces are tiles, unless the address says otherwise. */
export function showsTable({ view, report }: Page): boolean {
  return view.show === "" ? report.spaces.length > 100 : view.show === "table";
}

function select(
  page: Page,
  { title, key, value, options }: { title: string; key: keyof View; value: string; options: readonly Option[] },
): HTMLElement {
  const element = h(
    "select",
    {
      "aria-label": title,
      title,
      "data-key": `select-${key}`,
      class: value !== "" && options[0]?.[0] === "" && key !== "sort" && "on",
    },
    options.map(([option, text]) => h("option", { value: option, selected: option === value }, text)),
  );
  element.addEventListener("change", () => page.go({ [key]: element.value }));
  return element;
}
