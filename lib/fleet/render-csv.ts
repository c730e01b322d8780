import type { HistoryEntry } from "./history.ts";
import { renderCsv } from "./report-tables.ts";

/** The whole history as CSV, a line for each space and day. */
export function renderHistory(entries: readonly HistoryEntry[]): string {
  return renderCsv({
    name: "history",
    columns: [
      "Day",
      "Space",
      "Tenant id",
      "Succeeded",
      "Failed",
      "Seconds",
      "In step",
      "Well",
      "Projects",
      "Targets",
      "Behind",
      "Conflicts",
    ],
    rows: entries.map(({ day, name, tenant, line }) => [
      day,
      name,
      tenant,
      ...line.ran,
      line.inStep,
      line.well,
      line.projects,
      line.targets,
      line.behind,
      line.conflicts,
    ]),
  });
}
