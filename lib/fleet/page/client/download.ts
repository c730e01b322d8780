import type { FleetReport, FleetSpace } from "../../fleet-report.ts";
import { h } from "./element.ts";
import type { Page } from "./page.ts";

interface Download {
  name: string;
  spaces: FleetSpace[];
  render(report: FleetReport): string;
}

/** A table of the report as a file, with the spaces that are shown; it is made when it is asked for. */
export function downloadButton(page: Page, options: Download): HTMLElement {
  return h("button", { type: "button", class: "download", onclick: () => download(page, options) }, "Download CSV");
}

function download({ report }: Page, { name, spaces, render }: Download): void {
  // Without the mark, spreadsheets take UTF-8 for something else.
  const text = `\u{feff}${render({ ...report, spaces })}`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  h("a", { href: url, download: `fleet-${name}-${report.readAt.slice(0, 10)}.csv` }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
