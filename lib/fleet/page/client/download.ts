import { renderCsv, type ReportTable } from "../../report-tables.ts";
import { h } from "./element.ts";
import type { Page } from "./page.ts";

/** A table as a file; it is made when it is asked for. */
export function downloadButton(page: Page, makeTable: () => ReportTable): HTMLElement {
  return h("button", { type: "button", class: "download", onclick: () => download(page, makeTable()) }, "Download CSV");
}

function download({ report }: Page, table: ReportTable): void {
  const url = URL.createObjectURL(new Blob([renderCsv(table)], { type: "text/csv;charset=utf-8" }));
  h("a", { href: url, download: `fleet-${table.name}-${report.readAt.slice(0, 10)}.csv` }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
