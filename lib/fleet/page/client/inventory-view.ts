import type { FleetSpace } from "../../fleet-report.ts";
import { inventoryTable } from "../../report-tables.ts";
import type { Chunks } from "./chunks.ts";
import { downloadButton } from "./download.ts";
import { h } from "./element.ts";
import { listPicked } from "./filters.ts";
import type { Page } from "./page.ts";
import { spaceLink } from "./parts.ts";
import { sortableTable, type Column } from "./sortable-table.ts";
import { toolbar } from "./toolbar.ts";
import { digits } from "./words.ts";

type Counted = keyof FleetSpace["counts"];

/** What is in the spaces. */
export function inventoryView(page: Page): { content: HTMLElement[]; chunks: Chunks } {
  const spaces = listPicked(page);
  const total = (key: Counted): number => spaces.reduce((sum, { counts }) => sum + (counts[key] ?? 0), 0);
  const counted = (title: string, key: Counted): Column<FleetSpace> => ({
    title,
    value: ({ counts }) => counts[key],
    total: total(key),
  });
  const machines = (title: string, key: Counted, offline: Counted): Column<FleetSpace> => ({
    ...counted(title, key),
    show: ({ counts }) => [
      counts[key] === undefined ? "" : digits(counts[key]),
      (counts[offline] ?? 0) > 0 && h("span", { class: "bad" }, ` ${digits(counts[offline] ?? 0)} offline`),
    ],
  });
  const { element, chunks } = sortableTable(
    page,
    "What is in the spaces",
    [
      { title: "Space", value: ({ name }) => name.toLowerCase(), show: (space) => spaceLink(page, space) },
      counted("Projects", "projects"),
      counted("Environments", "environments"),
      counted("Tenants", "tenants"),
      machines("Targets", "targets", "targetsOffline"),
      machines("Workers", "workers", "workersOffline"),
    ],
    spaces,
  );
  return {
    content: [
      toolbar(page, {
        title: "Inventory",
        picked: spaces.length,
        beside: [downloadButton(page, () => inventoryTable(page.report, spaces))],
      }),
      element,
    ],
    chunks,
  };
}
