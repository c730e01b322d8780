import type { FleetReport, FleetSpace } from "./fleet-report.ts";
import type { HistoryEntry } from "./history.ts";

type Cell = string | number | undefined;

/** A table as RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe, as people's names may begin like one. */
export function renderCsv(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [headings, ...rows].map((row) => `${row.map(toCell).join(",")}\r\n`).join("");
}

function toCell(value: Cell): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value ?? "") ? `'${value}` : (value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function placeOf({ tenant, name, id, instance }: FleetSpace): Cell[] {
  return [instance, name, id, tenant.name, tenant.tags.join("; ")];
}

const placeHeadings = ["Instance", "Space", "Space ID", "Tenant", "Tags"];

/** How much each space has. */
export function renderInventory({ spaces }: FleetReport): string {
  const rows = spaces.map((space) => [
    ...placeOf(space),
    space.counts.projects,
    space.counts.environments,
    space.counts.tenants,
    space.counts.targets,
    space.counts.targetsOffline,
    space.counts.workers,
    space.counts.workersOffline,
    space.inStep,
    space.well,
    space.readAt,
  ]);
  return renderCsv(
    [
      ...placeHeadings,
      "Projects",
      "Environments",
      "Tenants",
      "Targets",
      "Targets offline",
      "Workers",
      "Workers offline",
      "In step",
      "Well",
      "Read at",
    ],
    rows,
  );
}

/** What was deployed and run, a line for each space and day on which something was. */
export function renderDeployments({ spaces }: FleetReport): string {
  const rows = spaces.flatMap((space) => {
    const begin = Date.parse(space.days.from);
    return space.days.succeeded.flatMap((succeeded, index) => {
      const failed = space.days.failed[index] ?? 0;
      const seconds = space.days.seconds[index] ?? 0;
      if (succeeded + failed === 0) return [];
      const date = new Date(begin + index * 86_400_000).toISOString().slice(0, 10);
      return [[...placeOf(space), date, succeeded, failed, Math.round(seconds / (succeeded + failed))]];
    });
  });
  return renderCsv([...placeHeadings, "Day", "Succeeded", "Failed", "Average seconds"], rows);
}

/** Which version of Octopus, of each template and of step templates each space has. */
export function renderVersions({ spaces, instances, templates }: FleetReport): string {
  const servers = new Map(instances.map(({ url, version }) => [url, version]));
  const named = new Map(templates.map(({ key, name, newest }) => [key, { name, newest }]));
  const rows = spaces.flatMap((space) => {
    const place = [...placeOf(space), servers.get(space.instance)];
    const copies = space.copies.map((copy): Cell[] => [
      ...place,
      "Template",
      named.get(copy.template)?.name ?? copy.template,
      copy.version,
      named.get(copy.template)?.newest,
      copy.behind,
      copy.inStep,
    ]);
    const steps = space.stepTemplates.map(({ name, version }): Cell[] => [...place, "Step template", name, version]);
    const all = [...copies, ...steps];
    return all.length === 0 ? [place] : all;
  });
  return renderCsv(
    [...placeHeadings, "Octopus version", "What", "Name", "Version", "Newest", "Behind", "In step"],
    rows,
  );
}

/** The whole history, a line for each space and day. */
export function renderHistory(entries: readonly HistoryEntry[]): string {
  const rows = entries.map(({ day, name, tenant, line }): Cell[] => [
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
  ]);
  return renderCsv(
    [
      "Day",
      "Space",
      "Tenant ID",
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
    rows,
  );
}
