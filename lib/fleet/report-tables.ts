import type { FleetReport, FleetSpace } from "./fleet-report.ts";
import { inStepStates, lookOf } from "./states.ts";

/** One of the reports as rows: what a CSV file has. */
export interface ReportTable {
  /** The file's name without its ending. */
  name: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

type Cell = string | number | undefined;

const place = ["Space", "Tenant", "Instance", "Ring"];

/** Projects, targets, tenants and environments, a row a space. */
export function inventoryTable(report: FleetReport, spaces: readonly FleetSpace[] = report.spaces): ReportTable {
  return {
    name: "inventory",
    columns: [
      ...place,
      "Space id",
      "Tags",
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
    rows: spaces.map((space) => [
      ...placeOf(space),
      space.id,
      space.tenant.tags.join(", "),
      space.counts.projects,
      space.counts.environments,
      space.counts.tenants,
      space.counts.targets,
      space.counts.targetsOffline,
      space.counts.workers,
      space.counts.workersOffline,
      lookOf(space.inStep).label,
      lookOf(space.well).label,
      space.readAt,
    ]),
  };
}

/** What ended well and what failed, a row for each space and each of its days on which something ended. */
export function deploymentsTable(report: FleetReport, spaces: readonly FleetSpace[] = report.spaces): ReportTable {
  return {
    name: "deployments",
    columns: [...place, "Day", "Succeeded", "Failed", "Seconds"],
    rows: spaces.flatMap((space) =>
      space.days.succeeded.flatMap((succeeded, index) => {
        const failed = space.days.failed[index] ?? 0;
        if (succeeded + failed === 0) return [];
        return [
          [...placeOf(space), dayAfter(space.days.from, index), succeeded, failed, space.days.seconds[index] ?? 0],
        ];
      }),
    ),
  };
}

/** Which versions there are: of Octopus, of templates and of step templates, a row for each in each space. */
export function versionsTable(report: FleetReport, spaces: readonly FleetSpace[] = report.spaces): ReportTable {
  const instances = new Map(report.instances.map((instance) => [instance.url, instance]));
  const templates = new Map(report.templates.map((template) => [template.key, template]));
  return {
    name: "versions",
    columns: [...place, "Of", "Name", "Version", "Newest", "Behind", "Behind since", "In step"],
    rows: spaces.flatMap((space): Cell[][] => {
      const { version, upgrade } = instances.get(space.instance) ?? {};
      return [
        [...placeOf(space), "Octopus", "Octopus Server", version, upgrade],
        ...space.copies.map((copy): Cell[] => [
          ...placeOf(space),
          "Template",
          templates.get(copy.template)?.name ?? copy.template,
          copy.version,
          templates.get(copy.template)?.newest,
          copy.behind,
          copy.behindSince,
          inStepStates[copy.inStep].label,
        ]),
        ...space.stepTemplates.map((one): Cell[] => [...placeOf(space), "Step template", one.name, one.version]),
      ];
    }),
  };
}

/** CSV as spreadsheets read it: UTF-8 that says so, and no text that one would take for a formula. */
export function renderCsv({ columns, rows }: ReportTable): string {
  const width = columns.length;
  const lines = [columns, ...rows].map((row) =>
    Array.from({ length: width }, (_, index) => toCell(row[index])).join(","),
  );
  return `\u{feff}${lines.join("\r\n")}\r\n`;
}

function toCell(value: Cell): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  // Spreadsheets trim what stands before, so a formula may hide behind blanks.
  const plain = /^\s*[=+\-@]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function placeOf(space: FleetSpace): Cell[] {
  return [space.name, space.tenant.name, space.instance, space.ring];
}

function dayAfter(from: string, days: number): string {
  return new Date(Date.parse(`${from}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
