import { describeOldServer } from "../octopus/supported-servers.ts";
import type { FleetFinding, FleetReport, Mend } from "./fleet-report.ts";
import type { KnownInstance, KnownSpace } from "./known.ts";
import type { FleetTenant } from "./list-tenants.ts";
import type { Silence } from "./read-fleet.ts";
import type { FailedRun } from "./read-failed-runs.ts";
import type { WellState } from "./states.ts";

/** What is to be known about a place, without since when. */
export type NewFinding = Omit<FleetFinding, "since">;

/** Days before a key and before a licence expire from which on that is told. */
const keyNotice = 14;
const licenseNotice = 30;

/** Seconds that a task may wait before the queue counts as long. */
const longWait = 30 * 60;

/** Minutes by which clocks may differ. */
const clockTolerance = 5;

/** Days for which a failure that nothing has succeeded after is told. */
export const failureNotice = 7;

const day = 86_400_000;

export function findInstanceFindings(
  url: string,
  known: KnownInstance | undefined,
  { silence, now }: { silence: Silence | undefined; now: Date },
): NewFinding[] {
  const silent =
    silence === undefined ? [] : [{ state: silence.state, text: silence.text, mend: mendSilence(url, silence) }];
  if (known === undefined) return silent;
  return [
    ...silent,
    ...findNodes(url, known),
    ...findLicense(url, known, now),
    ...findKey(known, now),
    ...findQueue(url, known),
    ...findClock(known, { now, isSilent: silence !== undefined }),
    ...findVersions(url, known),
  ];
}

function mendSilence(url: string, { state }: Silence): Mend {
  return state === "offline"
    ? { text: "See whether it answers.", url }
    : { text: "Keys are made here.", url: `${url}/app#/users/me/apikeys` };
}

function findNodes(url: string, { nodes, isInMaintenance }: KnownInstance): NewFinding[] {
  const offline = nodes.filter((node) => node.isOffline).map(({ name }) => `"${name}"`);
  const page = { text: "See the nodes.", url: `${url}/app#/configuration/nodes` };
  return [
    ...(isInMaintenance
      ? [
          {
            state: "maintenance" as const,
            text: "It is in maintenance mode, so that only administrators can change anything.",
            mend: { text: "End the maintenance.", url: `${url}/app#/configuration/maintenance` },
          },
        ]
      : []),
    ...(offline.length === 0
      ? []
      : [
          {
            state: "nodeOffline" as const,
            text: `Of its ${nodes.length} nodes ${offline.join(", ")} ${offline.length === 1 ? "is" : "are"} offline.`,
            mend: page,
          },
        ]),
  ];
}

function findLicense(url: string, { license }: KnownInstance, now: Date): NewFinding[] {
  if (license === undefined) return [];
  const mend = { text: "See the license.", url: `${url}/app#/configuration/license` };
  const left = license.expires === undefined ? Infinity : daysUntil(license.expires, now);
  if (left < 0) return [{ state: "licenseBroken", text: `Its license expired on ${dateOf(license.expires)}.`, mend }];
  if (!license.isCompliant)
    return [
      {
        state: "licenseBroken",
        text: `It is not within its license: ${license.summary || "the server does not say why."}`,
        mend,
      },
    ];
  return left > licenseNotice
    ? []
    : [{ state: "licenseExpiring", text: `Its license expires ${inDays(left)}, on ${dateOf(license.expires)}.`, mend }];
}

function findKey({ keyExpires, user }: KnownInstance, now: Date): NewFinding[] {
  if (keyExpires === undefined) return [];
  const left = daysUntil(keyExpires, now);
  if (left > keyNotice) return [];
  return [
    {
      state: "keyExpiring",
      text: `The API key of the user "${user?.name ?? ""}" that it is asked with expires ${inDays(left)}, on ${dateOf(keyExpires)}.`,
      mend: { text: "Make a new key for that user, and store it where the old one is." },
    },
  ];
}

function findQueue(url: string, { queue, nodes }: KnownInstance): NewFinding[] {
  if (queue === undefined) return [];
  const cap = nodes.reduce((sum, { mostTasks }) => sum + mostTasks, 0);
  const isLong = queue.longestWaitSeconds > longWait || (cap > 0 && queue.queued > 5 * cap);
  if (!isLong) return [];
  const text = `${queue.queued} ${queue.queued === 1 ? "task waits" : "tasks wait"}, the longest for ${Math.round(queue.longestWaitSeconds / 60)} minutes; ${queue.running} of at most ${cap} run.`;
  return [{ state: "queueLong", text, mend: { text: "See the tasks.", url: `${url}/app#/tasks?states=Queued` } }];
}

/** A server that answers and was seen in what is to come, or long ago, has another time than we do. */
function findClock({ nodes }: KnownInstance, { now, isSilent }: { now: Date; isSilent: boolean }): NewFinding[] {
  const seen = nodes.flatMap(({ lastSeen, isOffline }) =>
    lastSeen === undefined || isOffline ? [] : [Date.parse(lastSeen)],
  );
  if (isSilent || seen.length === 0) return [];
  const minutes = Math.round((Math.max(...seen) - now.getTime()) / 60_000);
  if (Math.abs(minutes) <= clockTolerance) return [];
  const which = minutes > 0 ? "ahead of" : "behind";
  return [
    {
      state: "clockDiffers",
      text: `Its clock is about ${Math.abs(minutes)} minutes ${which} the one that this report was made by, so that times of both do not match.`,
      mend: { text: "Set both clocks by the same time server." },
    },
  ];
}

function findVersions(url: string, { version, upgrade }: KnownInstance): NewFinding[] {
  const old = version === undefined ? undefined : describeOldServer(url, version);
  return [
    ...(old === undefined ? [] : [{ state: "oldServer" as const, text: old, mend: { text: "Upgrade the server." } }]),
    ...(upgrade === undefined
      ? []
      : [
          {
            state: "upgradeAtHand" as const,
            text: `Octopus Server ${upgrade} can be installed; it has ${version ?? "an unknown version"}.`,
          },
        ]),
  ];
}

export interface SpacePlace {
  tenant: FleetTenant;
  known: KnownSpace | undefined;
  instance: KnownInstance | undefined;
  silence: Silence | undefined;
  /** Other tenants that stand for the same space. */
  doubles: readonly string[];
  /** Runbooks of the management space that failed for it. */
  failedRuns: readonly FailedRun[];
  management: FleetReport["management"];
  now: Date;
}

export function findSpaceFindings(place: SpacePlace): NewFinding[] {
  const { tenant, silence, doubles } = place;
  if (tenant.problem !== undefined)
    return [
      { state: "notThere", text: tenant.problem, mend: { text: "Give the tenant the address of its instance." } },
    ];
  if (tenant.spaceId === "")
    return [
      {
        state: "notThere",
        text: "The tenant has no space yet: ManagedTenant.Octopus.SpaceId is a placeholder.",
        mend: {
          text: 'Run "__ Create Client Space".',
          command: commandFor("managed-spaces populate", [tenant.name]),
        },
      },
      ...findFailedRuns(place),
    ];
  const doubled =
    doubles.length === 0
      ? []
      : [
          {
            state: "doubled" as const,
            text: `The same space is that of ${doubles.map((name) => `"${name}"`).join(" and ")}, too: what runs for one runs for the other.`,
            mend: { text: "Give one of the tenants another space, or disable it." },
          },
        ];
  const silent = silence === undefined ? [] : [{ state: silence.state, text: silence.text, mend: mendSpace(silence) }];
  return [
    ...silent,
    ...doubled,
    ...findQueueStopped(place),
    ...findFailedRuns(place),
    ...findFailures(place),
    ...findMachines(place),
    ...findRefusals(place),
  ];
}

function mendSpace({ state }: Silence): Mend {
  return state === "notThere"
    ? { text: "Give the tenant the id of its space, or disable the tenant." }
    : { text: "See what the server says." };
}

function findQueueStopped({ tenant, instance }: SpacePlace): NewFinding[] {
  const isStopped = instance?.spaces.find(({ id }) => id === tenant.spaceId)?.isQueueStopped === true;
  if (!isStopped) return [];
  const mend = { text: "Start the queue.", url: `${tenant.url}/app#/configuration/spaces/${tenant.spaceId}` };
  return [{ state: "queueStopped", text: "Its task queue is stopped: nothing is deployed or run.", mend }];
}

/** What this package did to the space, or tried to. */
function findFailedRuns({ failedRuns, management }: SpacePlace): NewFinding[] {
  return failedRuns.map(({ runbook, task }) => ({
    state: "failing",
    text: `The runbook "${runbook}" of the management space failed, and was not run again.`,
    mend: { text: "See the task.", url: `${management.url}/app#/${management.spaceId}/tasks/${task}` },
  }));
}

function findFailures({ tenant, known, now }: SpacePlace): NewFinding[] {
  const late = new Date(now.getTime() - failureNotice * day).toISOString();
  const failures = Object.values(known?.failing ?? {}).filter(({ at }) => at >= late);
  const [newest] = failures.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  if (newest === undefined) return [];
  const others = failures.length === 1 ? "" : ` So did ${failures.length - 1} more.`;
  const mend = { text: "See the task.", url: `${tenant.url}/app#/${tenant.spaceId}/tasks/${newest.task}` };
  return [
    { state: "failing", text: `"${newest.text}" failed, and nothing like it has succeeded since.${others}`, mend },
  ];
}

function findMachines({ tenant, known }: SpacePlace): NewFinding[] {
  const parts = [...describeOffline(known?.targets, "deployment target"), ...describeOffline(known?.workers, "worker")];
  if (parts.length === 0) return [];
  const page = known?.targets !== undefined && known.targets.offline > 0 ? "machines" : "workers";
  const mend = { text: "See them.", url: `${tenant.url}/app#/${tenant.spaceId}/infrastructure/${page}` };
  return [
    {
      state: "machinesOffline",
      text: `${parts.join(" and ")} cannot be reached, or ${parts.length === 1 && parts[0]?.startsWith("1 ") === true ? "is" : "are"} unhealthy.`,
      mend,
    },
  ];
}

function describeOffline(health: { total: number; offline: number } | undefined, what: string): string[] {
  if (health === undefined || health.offline === 0) return [];
  return [`${health.offline} of ${health.total} ${what}${health.total === 1 ? "" : "s"}`];
}

const seen: Readonly<Record<string, string>> = {
  receipts: "what was deployed there",
  dashboard: "its projects",
  targets: "its deployment targets",
  workers: "its workers",
  tasks: "its tasks",
};

function findRefusals({ known }: SpacePlace): NewFinding[] {
  const refused = Object.entries(known?.refused ?? {});
  const [first] = refused;
  if (first === undefined) return [];
  const what = refused.map(([fact]) => seen[fact] ?? fact).join(", ");
  return [
    {
      state: "notAllowed" satisfies WellState,
      text: `The user may not see ${what}: ${first[1]}`,
      mend: { text: "Give the user of the key a role that may view this space." },
    },
  ];
}

function daysUntil(time: string, now: Date): number {
  return Math.floor((Date.parse(time) - now.getTime()) / day);
}

function inDays(days: number): string {
  return days <= 0 ? "within a day" : days === 1 ? "in a day" : `in ${days} days`;
}

function dateOf(time: string | undefined): string {
  return (time ?? "").slice(0, 10);
}

/** So many tenants are named in a command; more are a wall that nobody reads. */
const mostNamed = 50;

/** A command for these tenants; for very many of them it is the one for all. */
export function commandFor(begin: string, tenants: readonly string[]): string {
  if (tenants.length > mostNamed) return `${begin} --tenants ".*"`;
  return `${begin}${tenants.map((name) => ` --tenants ${quote(name)}`).join("")}`;
}

/** As a shell takes it. */
export function quote(text: string): string {
  return /^[\w./@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
