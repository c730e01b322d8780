import { renderCsv, type ReportTable } from "../../report-tables.ts";
import { h } from "./element.ts";

/** Makes the file when it is asked for. */
export function downloadButton(text: string, readAt: string, makeTable: () => ReportTable): HTMLElement {
  return h("button", { type: "button", class: "download", onclick: () => download(makeTable(), readAt) }, text);
}

function download(table: ReportTable, readAt: string): void {
  const url = URL.createObjectURL(new Blob([renderCsv(table)], { type: "text/csv;charset=utf-8" }));
  const link = h("a", { href: url, download: `fleet-${table.name}-${readAt.slice(0, 10)}.csv` });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
