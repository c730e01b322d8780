import type { FleetCopy, FleetSpace, FleetTemplate } from "../../fleet-report.ts";
import { lookOf, rankOf } from "../../states.ts";
import { lastDays, sparkline } from "./chart.ts";
import { h, named } from "./element.ts";
import { groupHead } from "./fleet-group.ts";
import type { Group } from "./groups.ts";
import type { Page } from "./page.ts";
import { badge, spaceLink, star } from "./parts.ts";
import { noteOf, seenText, staleText } from "./tiles.ts";
import { lengthOf } from "./words.ts";

/** Spaces by templates: a cell has the version that a space has, in the color of its state. */
export function makeTable(page: Page, fleet: HTMLElement): HTMLTableElement {
  const headings = [
    h("th", { scope: "col", class: "space" }, "Space"),
    h("th", { scope: "col" }, "Well"),
    ...page.report.templates.map(templateHeading),
    h("th", { scope: "col" }, "30 days"),
  ];
  const table = h("table", { class: "matrix" }, h("thead", {}, h("tr", {}, headings)));
  fleet.append(
    h(
      "div",
      {
        class: `card flush ${page.report.templates.length > 7 ? "wide tall" : "wide"}`,
        tabindex: 0,
        role: "region",
        "aria-label": "Spaces by templates",
      },
      table,
    ),
  );
  return table;
}

export function fillTable(page: Page, groups: readonly Group[], table: HTMLTableElement): (() => void)[] {
  return groups.flatMap((group) => {
    const body = h("tbody");
    const head = (): void => {
      table.append(body);
      if (group.title !== "")
        body.append(
          h(
            "tr",
            { class: "group-row" },
            h("th", { colspan: page.report.templates.length + 3, scope: "rowgroup" }, groupHead(page, group)),
          ),
        );
    };
    return [head, ...group.spaces.map((space) => () => body.append(row(page, space)))];
  });
}

function templateHeading({ name, newest }: FleetTemplate): HTMLElement {
  return h(
    "th",
    { scope: "col", class: "template", title: name },
    named(name),
    newest !== undefined && h("span", { class: "quiet" }, newest),
  );
}

function row(page: Page, space: FleetSpace): HTMLElement {
  const copies = new Map<string, FleetCopy[]>();
  for (const copy of space.copies) copies.set(copy.template, [...(copies.get(copy.template) ?? []), copy]);
  return h(
    "tr",
    { "data-space": space.tenant.id, class: space.isStale && "stale" },
    h(
      "th",
      { scope: "row", class: "space" },
      h("div", {}, star(page, space, -1), spaceLink(page, space)),
      space.isStale && h("span", { class: "quiet", title: staleText(page, space) }, seenText(page, space)),
    ),
    h("td", {}, badge(space.well)),
    page.report.templates.map(({ key }) => cell(page, copies.get(key) ?? [])),
    h("td", {}, sparkline(lastDays(space.days, page.report.readAt, 30), { width: 90, height: 20 })),
  );
}

/** The worst of the copies where a space has several of one template. */
function cell({ now }: Page, copies: readonly FleetCopy[]): HTMLElement {
  const [copy] = copies.toSorted((a, b) => rankOf(a.inStep) - rankOf(b.inStep));
  if (copy === undefined) return h("td", { class: "version" });
  const age = copy.behindSince === undefined ? "" : `, for ${lengthOf(now - Date.parse(copy.behindSince))}`;
  const note = noteOf(copy);
  return h(
    "td",
    {
      class: `version ${lookOf(copy.inStep).tone} heat-${Math.min(copy.behind, 4)}`,
      title: `${copy.name}: ${lookOf(copy.inStep).label}${age}`,
    },
    copy.version ?? "–",
    copies.length > 1 && ` ×${copies.length}`,
    note !== "" && h("span", {}, note),
  );
}
