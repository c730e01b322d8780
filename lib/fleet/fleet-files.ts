import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FleetReport } from "./fleet-report.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderMetrics } from "./render-metrics.ts";
import { deploymentsTable, inventoryTable, renderCsv, versionsTable } from "./report-tables.ts";
import { renderFleetPage } from "./page/render-fleet-page.ts";

/** What a look is handed out as, by the names of the files. */
export function renderFiles(report: FleetReport): Map<string, string> {
  return new Map(Object.entries(files).map(([name, render]) => [name, render(report)]));
}

const files: Readonly<Record<string, (report: FleetReport) => string>> = {
  "fleet.html": (report) => renderFleetPage(report),
  "fleet.json": (report) => `${JSON.stringify(report)}\n`,
  "fleet-inventory.csv": (report) => renderCsv(inventoryTable(report)),
  "fleet-deployments.csv": (report) => renderCsv(deploymentsTable(report)),
  "fleet-versions.csv": (report) => renderCsv(versionsTable(report)),
  "fleet.md": (report) => renderMarkdown(report),
  "fleet.prom": renderMetrics,
};

/** What the files are called. */
export const fileNames: readonly string[] = Object.keys(files);

/** @returns the paths of the files */
export async function writeFiles(report: FleetReport, directory: string): Promise<string[]> {
  const paths: string[] = [];
  for (const [name, text] of renderFiles(report)) {
    const path = join(directory, name);
    await writeFile(path, text);
    paths.push(path);
  }
  return paths;
}
