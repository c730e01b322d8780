import type { FleetCopy, FleetSpace, FleetTemplate } from "../../fleet-report.ts";
import { versionsTable } from "../../report-tables.ts";
import { noFilters } from "./address.ts";
import { downloadButton } from "./download.ts";
import { h, named, type Child } from "./element.ts";
import { listPicked } from "./filters.ts";
import type { Page } from "./page.ts";
import { placeOf, spacesOf } from "./parts.ts";
import { toolbar } from "./toolbar.ts";
import { ago, count, digits } from "./words.ts";

/** How many of the newest versions have a column of their own. */
const columns = 8;

const day = 86_400_000;
const ages: readonly (readonly [title: string, from: number])[] = [
  ["under a week", 0],
  ["1 to 4 weeks", 7 * day],
  ["1 to 3 months", 30 * day],
  ["3 to 12 months", 91 * day],
  ["over a year", 365 * day],
];

/** Which versions of templates, of Octopus and of step templates there are, and how old is what is behind. */
export function versionsView(page: Page): HTMLElement[] {
  const spaces = listPicked(page);
  const copies = spaces.flatMap((space) => space.copies);
  return [
    toolbar(page, {
      title: "Versions",
      picked: spaces.length,
      beside: [downloadButton(page, () => versionsTable(page.report, spaces))],
    }),
    ...(page.report.templates.length === 0 ? [] : [templatesCard(page, copies), agesCard(page, copies)]),
    serversCard(page, spaces),
    ...stepTemplatesCard(spaces),
  ];
}

function templatesCard(page: Page, copies: readonly FleetCopy[]): HTMLElement {
  const { templates } = page.report;
  const width = Math.min(columns, Math.max(...templates.map(({ versions }) => versions.length)));
  const titles = ["Newest", ...Array.from({ length: width - 1 }, (_, index) => `${index + 1} behind`), "Older"];
  return heatCard(
    "Templates by version",
    "How many copies have which version: the darker, the more.",
    ["Template", ...titles],
    templates.map((template) =>
      templateRow(
        page,
        template,
        copies.filter((copy) => copy.template === template.key),
        width,
      ),
    ),
  );
}

function templateRow(page: Page, template: FleetTemplate, copies: readonly FleetCopy[], width: number): HTMLElement {
  const shown = template.versions.slice(0, width).map(({ version }) => version);
  const older = copies.filter(({ version }) => version === undefined || !shown.includes(version)).length;
  const cells = Array.from({ length: width }, (_, index) => {
    const known = template.versions[index];
    if (known === undefined) return h("td", {});
    const value = copies.filter(({ version }) => version === known.version).length;
    const published = known.published === undefined ? "" : `, published ${ago(known.published, page.now)}`;
    const link = h(
      "a",
      {
        href: page.href({ template: template.key, version: known.version, view: "" }),
        title: `${known.version}${published}`,
      },
      digits(value),
    );
    return heatCell(
      value,
      copies.length,
      index === 0 ? "good" : "news",
      value > 0 ? link : "",
      h("span", {}, known.version),
    );
  });
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, named(template.name), h("span", { class: "quiet" }, template.kind)),
    cells,
    heatCell(older, copies.length, "odd", older > 0 ? digits(older) : ""),
  );
}

function agesCard(page: Page, copies: readonly FleetCopy[]): HTMLElement {
  const { now, report } = page;
  const behind = copies.filter((copy) => copy.behind > 0);
  const ageOf = (copy: FleetCopy): number =>
    copy.behindSince === undefined ? -1 : Math.max(0, now - Date.parse(copy.behindSince));
  const rows = report.templates.map((template) => {
    const own = behind.filter((copy) => copy.template === template.key);
    const cells = ages.map(([, from], index) => {
      const to = ages[index + 1]?.[1] ?? Infinity;
      const value = own.filter((copy) => ageOf(copy) >= from && ageOf(copy) < to).length;
      return heatCell(
        value,
        Math.max(1, behind.length),
        index > 2 ? "bad" : index > 1 ? "odd" : "news",
        value > 0 ? digits(value) : "",
      );
    });
    return h("tr", {}, h("th", { scope: "row" }, named(template.name)), cells);
  });
  return heatCard(
    "Age of what is behind",
    `${count(behind.length, "copy is", "copies are")} behind: since the first newer version was published.`,
    ["Template", ...ages.map(([title]) => title)],
    rows,
  );
}

function serversCard(page: Page, spaces: readonly FleetSpace[]): HTMLElement {
  const rows = page.report.instances.map(({ url, version, upgrade }) => {
    const value = spaces.filter(({ instance }) => instance === url).length;
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, h("a", { href: page.href({ open: `instance:${url}` }) }, named(placeOf(url)))),
      h("td", {}, version ?? "not known"),
      h("td", { class: "news" }, upgrade ?? ""),
      h("td", {}, h("a", { href: page.href({ ...noFilters, instance: url, view: "" }) }, spacesOf(value))),
    );
  });
  return tableCard("Octopus", ["Instance", "Version", "At hand", "Spaces"], rows);
}

function stepTemplatesCard(spaces: readonly FleetSpace[]): HTMLElement[] {
  const all = new Map<string, Map<string, number>>();
  for (const { name, version } of spaces.flatMap((space) => space.stepTemplates)) {
    const versions = all.get(name) ?? new Map<string, number>();
    all.set(name, versions.set(version, (versions.get(version) ?? 0) + 1));
  }
  if (all.size === 0) return [];
  const rows = [...all].toSorted().map(([name, versions]) => {
    const sorted = [...versions].toSorted(([a], [b]) => b.localeCompare(a, "en", { numeric: true }));
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, named(name)),
      h(
        "td",
        {},
        sorted.map(([version, value], index) => [
          index > 0 && ", ",
          h("b", {}, version),
          h("span", { class: "quiet" }, ` in ${spacesOf(value)}`),
        ]),
      ),
    );
  });
  return [tableCard("Step templates", ["Step template", "Versions"], rows)];
}

function heatCell(value: number, all: number, tone: string, ...children: Child[]): HTMLElement {
  // Five steps: what is one of a thousand is still to be seen.
  const level = value === 0 ? 0 : Math.min(5, Math.ceil(Math.sqrt(value / all) * 5));
  return h("td", { class: level > 0 && `heat ${tone} level-${level}` }, level > 0 && children);
}

function heatCard(title: string, text: string, headings: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const card = tableCard(title, headings, rows);
  card.querySelector("h3")?.after(h("p", { class: "quiet" }, text));
  card.querySelector("table")?.classList.add("heatmap");
  return card;
}

function tableCard(title: string, headings: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  return h(
    "section",
    { class: "card" },
    h("h3", {}, title),
    h(
      "div",
      { class: "wide", tabindex: 0, role: "region", "aria-label": title },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            headings.map((heading) => h("th", { scope: "col" }, heading)),
          ),
        ),
        h("tbody", {}, rows),
      ),
    ),
  );
}
