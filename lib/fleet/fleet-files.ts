import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FleetReport } from "./fleet-report.ts";
import { renderDeployments, renderInventory, renderVersions } from "./render-csv.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderMetrics } from "./render-metrics.ts";

/** What a look is handed out as, by the names of the files. */
export function renderFiles(report: FleetReport): Map<string, string> {
  return new Map([
    ["fleet.json", `${JSON.stringify(report)}\n`],
    ["fleet-inventory.csv", renderInventory(report)],
    ["fleet-deployments.csv", renderDeployments(report)],
    ["fleet-versions.csv", renderVersions(report)],
    ["fleet.md", renderMarkdown(report)],
    ["fleet.prom", renderMetrics(report)],
  ]);
}

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
