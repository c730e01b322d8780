import type { FleetReport, FleetSpace } from "./fleet-report.ts";
import { inStepStates, wellStates } from "./states.ts";

interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

interface Metric {
  name: string;
  help: string;
  unit?: string;
  samples: Sample[];
}

/** The report as OpenMetrics text (https://prometheus.io/docs/specs/om/open_metrics_spec/), all of it gauges. */
export function renderMetrics(report: FleetReport): string {
  return `${listMetrics(report)
    .filter(({ samples }) => samples.length > 0)
    .map(renderMetric)
    .join("")}# EOF\n`;
}

function renderMetric({ name, help, unit, samples }: Metric): string {
  const head = [
    `# TYPE ${name} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
  ];
  const lines = samples.map(({ labels, value }) => `${name}${renderLabels(labels)} ${value}`);
  return `${[...head, ...lines].join("\n")}\n`;
}

function renderLabels(labels: Sample["labels"]): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return all.length === 0 ? "" : `{${all.join(",")}}`;
}

function escapeLabel(text: string): string {
  return text
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\n", String.raw`\n`);
}

function listMetrics(report: FleetReport): Metric[] {
  const { spaces, instances, attention, cost, readAt } = report;
  const ofSpace = ({ instance, id = "", name, tenant }: FleetSpace): Sample["labels"] => ({
    instance,
    space_id: id,
    space: name,
    tenant: tenant.name,
  });
  const copies = spaces.flatMap((space) => space.copies.map((copy) => ({ space, copy })));
  const each = (valueOf: (space: FleetSpace) => number | undefined): Sample[] =>
    spaces.flatMap((space) => {
      const value = valueOf(space);
      return value === undefined ? [] : [{ labels: ofSpace(space), value }];
    });
  const last = (numbers: readonly number[]): number => numbers.at(-1) ?? 0;
  return [
    {
      name: "managed_spaces_read_timestamp_seconds",
      unit: "seconds",
      help: "When the fleet was looked at.",
      samples: [{ labels: {}, value: Date.parse(readAt) / 1000 }],
    },
    {
      name: "managed_spaces_requests",
      help: "Requests that the look took.",
      samples: [{ labels: {}, value: cost.requests }],
    },
    {
      name: "managed_spaces_attention",
      help: "Things that need a person.",
      samples: [{ labels: {}, value: attention.length }],
    },
    {
      name: "managed_spaces_in_step",
      help: "Spaces by how the worst of their copies stands to its template.",
      samples: countBy(
        inStepStates,
        spaces.map(({ inStep }) => inStep),
      ),
    },
    {
      name: "managed_spaces_well",
      help: "Spaces by how they and their instance are.",
      samples: countBy(
        wellStates,
        spaces.map(({ well }) => well),
      ),
    },
    {
      name: "managed_spaces_instance_up",
      help: "Whether the instance answered.",
      samples: instances.map(({ url, isStale, version = "" }) => ({
        labels: { instance: url, version },
        value: Number(!isStale),
      })),
    },
    {
      name: "managed_spaces_tasks_queued",
      help: "Deployments and runs that wait.",
      samples: instances.flatMap(({ url, queue }) =>
        queue === undefined ? [] : [{ labels: { instance: url }, value: queue.queued }],
      ),
    },
    {
      name: "managed_spaces_copy_versions_behind",
      help: "Versions of the template that the copy lacks.",
      samples: copies.map(({ space, copy }) => ({
        labels: {
          ...ofSpace(space),
          template: copy.template,
          copy: copy.receipt,
          in_step: copy.inStep,
          version: copy.version ?? "",
        },
        value: copy.behind,
      })),
    },
    { name: "managed_spaces_projects", help: "Projects of the space.", samples: each(({ counts }) => counts.projects) },
    {
      name: "managed_spaces_targets",
      help: "Deployment targets of the space.",
      samples: each(({ counts }) => counts.targets),
    },
    {
      name: "managed_spaces_targets_offline",
      help: "Deployment targets that cannot be reached or are unhealthy.",
      samples: each(({ counts }) => counts.targetsOffline),
    },
    {
      name: "managed_spaces_workers_offline",
      help: "Workers that cannot be reached or are unhealthy.",
      samples: each(({ counts }) => counts.workersOffline),
    },
    {
      name: "managed_spaces_today_succeeded",
      help: "Deployments and runs of this day (UTC) that succeeded.",
      samples: each(({ days }) => last(days.succeeded)),
    },
    {
      name: "managed_spaces_today_failed",
      help: "Deployments and runs of this day (UTC) that failed.",
      samples: each(({ days }) => last(days.failed)),
    },
  ];
}

/** Every state, so that none disappears when nothing has it. */
function countBy(states: Readonly<Record<string, unknown>>, found: readonly string[]): Sample[] {
  return Object.keys(states).map((state) => ({
    labels: { state },
    value: found.filter((one) => one === state).length,
  }));
}
