import type { FleetDays, FleetSpace } from "../../fleet-report.ts";
import { deploymentsTable } from "../../report-tables.ts";
import { addDays, chart, factsOf, lastDays, sparkline, totalOf, type Totals } from "./chart.ts";
import type { Chunks } from "./chunks.ts";
import { downloadButton } from "./download.ts";
import { h } from "./element.ts";
import { listPicked } from "./filters.ts";
import type { Page } from "./page.ts";
import { spaceLink } from "./parts.ts";
import { sortableTable } from "./sortable-table.ts";
import { toolbar } from "./toolbar.ts";
import { digits, duration, percent } from "./words.ts";

const spans = [7, 30, 90, 365];

interface Row {
  space: FleetSpace;
  days: FleetDays;
  totals: Totals;
}

/** What was deployed over time, and in which space. */
export function deploymentsView(page: Page): { content: HTMLElement[]; chunks: Chunks } {
  const spaces = listPicked(page);
  const length = spans.find((span) => String(span) === page.view.days) ?? 30;
  const known = Math.max(0, ...spaces.map(({ days }) => days.succeeded.length));
  const offered = spans.filter((_, index) => (spans[index - 1] ?? 0) < known);
  const rows = spaces.map((space): Row => {
    const days = lastDays(space.days, page.report.readAt, length);
    return { space, days, totals: totalOf(days) };
  });
  const all = addDays(rows.map(({ days }) => days));
  const { succeeded, failed, seconds } = totalOf(all);
  const { element, chunks } = sortableTable(
    page,
    "Deployments by space",
    [
      { title: "Space", value: ({ space }) => space.name.toLowerCase(), show: ({ space }) => spaceLink(page, space) },
      { title: "Succeeded", value: ({ totals }) => totals.succeeded, total: succeeded },
      { title: "Failed", value: ({ totals }) => totals.failed, show: failedText, total: failed },
      {
        title: "Success",
        value: ({ totals }) => shareOf(totals),
        show: ({ totals }) => percent(totals.succeeded, totals.succeeded + totals.failed),
        total: percent(succeeded, succeeded + failed),
      },
      {
        title: "Average",
        value: ({ totals }) => averageOf(totals),
        show: ({ totals }) => (averageOf(totals) === undefined ? "" : duration(averageOf(totals) ?? 0)),
        total: succeeded + failed === 0 ? "" : duration(seconds / (succeeded + failed)),
      },
      { title: `${length} days`, value: () => "", show: ({ days }) => sparkline(days, { width: 160, height: 22 }) },
    ],
    rows,
  );
  return {
    content: [
      toolbar(page, {
        title: "Deployments",
        picked: spaces.length,
        beside: [downloadButton(page, () => deploymentsTable(page.report, spaces))],
      }),
      h(
        "section",
        { class: "card", "aria-label": "Deployments over time" },
        h(
          "div",
          { class: "head" },
          h(
            "p",
            { class: "facts" },
            factsOf({ succeeded, failed, seconds }).map((fact) => h("span", {}, fact)),
          ),
          h(
            "div",
            { class: "switch" },
            offered.map((span) =>
              h(
                "a",
                { href: page.href({ days: String(span) }), "aria-current": span === length && "true" },
                span === 365 ? "1 year" : `${span} days`,
              ),
            ),
          ),
        ),
        chart(all, 120),
      ),
      element,
    ],
    chunks,
  };
}

function failedText({ totals }: Row): HTMLElement {
  return h("span", { class: totals.failed > 0 && "bad" }, digits(totals.failed));
}

function shareOf({ succeeded, failed }: Totals): number | undefined {
  return succeeded + failed === 0 ? undefined : succeeded / (succeeded + failed);
}

function averageOf({ succeeded, failed, seconds }: Totals): number | undefined {
  return succeeded + failed === 0 || seconds === 0 ? undefined : seconds / (succeeded + failed);
}
