import { objectsOf, textOf } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { findNearNames } from "../near-names.ts";
import type { StepLog } from "../step/define-step.ts";
import { NotFoundError } from "../step/errors.ts";
import { count } from "../copies/describe-update.ts";
import { ask } from "./ask.ts";
import { buildReport } from "./build-report.ts";
import { openFleetGit, type FleetGitOptions } from "./compare-git.ts";
import type { FleetReport } from "./fleet-report.ts";
import { openFleetStore, refuseNewer, type FleetStore } from "./fleet-store.ts";
import { archiveDays, readHistory, recallDays } from "./history.ts";
import type { InstanceAccess } from "./instance-access.ts";
import { Known, knownFormat, nothingKnown } from "./known.ts";
import { listFleetTenants, type FleetTenant, type TenantSelection } from "./list-tenants.ts";
import { readFleet, type FleetReading, type ReadFleetOptions } from "./read-fleet.ts";
import { readFailedRuns, type FailedRun } from "./read-failed-runs.ts";
import { defaultRingSet } from "./ring-set.ts";
import { openTemplatePackages, type TemplatePackages, type TemplateVersion } from "./template-packages.ts";

export interface LookOptions {
  management: OctopusSpace;
  access: InstanceAccess;
  selection: TenantSelection;
  compares: boolean;
  anew: boolean;
  /** Who we are for the Git hosts of copies in Git, and where their files go for the look. */
  git: Omit<FleetGitOptions, "management" | "signal" | "now">;
  readVariable: (name: string) => string | undefined;
  log: StepLog;
  signal: AbortSignal;
  now: Date;
}

export interface FleetLook {
  report: FleetReport;
  store: FleetStore;
  /** What the next look may begin with. */
  known: Known;
}

/** How looks follow each other. */
export interface Following {
  /** What the look before has left; by default what the management space keeps. */
  known?: Known | undefined;
  /** Whether the management space keeps what is found. */
  keeps: boolean;
}

/** What the document is called that holds what is known from one look to the next. */
const memoryName = "memory";

/** Looks at the fleet once, and keeps in the management space what the next look and the history need. */
export async function lookAtFleet(options: LookOptions, following: Following = { keeps: true }): Promise<FleetLook> {
  const { management, log, now } = options;
  const begun = performance.now();
  const sent = options.access.countRequests();
  log.progress(2, "reading tenants");
  const [listed, store] = await Promise.all([
    listFleetTenants(management, options.selection, options.readVariable),
    openFleetStore(management, now),
  ]);
  const tenants = listed.map((tenant) => ({ ...tenant, url: options.access.addressOf(tenant.url) }));
  const rings = await readRings(management, tenants, options.selection.ringSet ?? defaultRingSet);
  const before = following.known ?? (await recall(store));
  const packages = openTemplatePackages(management);
  const reading = await readWithGit(options, { tenants, known: before, packages });
  const failedRuns = await findFailedRuns(management, { tenants, reading, now });
  if (before.readAt === "") await recallDaysOf(store, reading, now);
  const versions = await listVersions(reading, packages);
  const built = buildReport({
    management: { url: management.server.url, spaceId: management.id, space: management.name },
    selection: describeSelection(options.selection),
    tenants,
    rings,
    reading,
    before,
    versions,
    failedRuns,
    cost: { requests: 0, seconds: 0 },
    now,
  });
  if (following.keeps) await keep(store, { ...built, before, read: reading.known }, now);
  const { report, known } = built;
  report.notes.push(...store.notes);
  report.cost = {
    requests: options.access.countRequests() - sent,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  };
  return { report, store, known };
}

/** Whoever may not see them gets a report without. */
async function findFailedRuns(
  management: OctopusSpace,
  { tenants, reading, now }: { tenants: readonly FleetTenant[]; reading: FleetReading; now: Date },
): Promise<Map<string, FailedRun[]>> {
  const answer = await ask(() => readFailedRuns(management, { tenants: new Set(tenants.map(({ id }) => id)), now }));
  if ("value" in answer) return answer.value;
  reading.notes.push(`Whether runbooks of the management space failed could not be seen: ${answer.refusal}`);
  return new Map();
}

async function readWithGit(
  options: LookOptions,
  found: Pick<ReadFleetOptions, "tenants" | "known" | "packages">,
): Promise<FleetReading> {
  const git = options.compares ? openFleetGit({ ...options, ...options.git }) : undefined;
  try {
    const reading = await readFleet({ ...options, ...found, git });
    if (options.compares) reading.notes.push(...tellOfGit(reading, git !== undefined));
    return reading;
  } finally {
    await git?.close();
  }
}

function tellOfGit({ known, silentHosts }: FleetReading, isLookedAt: boolean): string[] {
  const inGit = Object.values(known.spaces).flatMap(({ receipts }) => receipts.filter((receipt) => receipt.isInGit));
  if (!isLookedAt && inGit.length > 0)
    return [
      `The files of ${count(inGit.length, "copy", "copies")} in Git were not looked at; what an earlier look found in them is told, else their versions alone. Looking takes a token for the Git host: the step's "Git Token", or GIT_TOKEN for the command.`,
    ];
  return [...silentHosts].map(
    ([host, why]) =>
      `The Git host ${host} could not be asked, so of its copies that is told which was known before: ${why}`,
  );
}

async function recall(store: FleetStore): Promise<Known> {
  const value = (await store.read([memoryName])).get(memoryName);
  refuseNewer(memoryName, value, knownFormat);
  const known = Known.safeParse(value);
  if (value !== undefined && !known.success) await store.putAside(memoryName);
  return known.success ? known.data : nothingKnown();
}

/** Whoever looks for the first time, or has lost what was known, finds the latest weeks in the history. */
async function recallDaysOf(store: FleetStore, { known }: FleetReading, now: Date): Promise<void> {
  const from = new Date(now.getTime() - 35 * 86_400_000).toISOString().slice(0, 10);
  recallDays(known, await readHistory(store, { from }));
}

async function listVersions(
  { known }: FleetReading,
  packages: TemplatePackages,
): Promise<Map<string, TemplateVersion[]>> {
  const receipts = Object.values(known.spaces).flatMap((space) => space.receipts);
  const ids = new Set(receipts.filter(({ isWritten }) => isWritten !== true).map(({ template }) => template));
  const all = [...ids].map(async (id) => [id, await packages.listVersions(id)] as const);
  return new Map(await Promise.all(all));
}

/**
 * Asked for only where some tenant is in a ring, or somebody named another set than the usual one, which nobody needs to have.
 * @throws {@link NotFoundError} for a set that there is not
 */
async function readRings(
  management: OctopusSpace,
  tenants: readonly FleetTenant[],
  set: string,
): Promise<{ set: string; names: string[] }> {
  const isRing = (tag: string): boolean => tag.toLowerCase().startsWith(`${set.toLowerCase()}/`);
  if (isSameName(set, defaultRingSet) && !tenants.some(({ tags }) => tags.some(isRing))) return { set, names: [] };
  const sets = await management.list("/tagsets");
  const found = sets.find((one) => isSameName(textOf(one, "Name"), set));
  if (found === undefined) {
    const near = findNearNames(
      set,
      sets.map((one) => textOf(one, "Name")),
    );
    throw new NotFoundError(
      `There is no tag set "${set}" in the space "${management.name}", so its tags cannot be rings. Check the name of the ring tag set.${near}`,
    );
  }
  const tags = objectsOf(found, "Tags").toSorted((a, b) => Number(a["SortOrder"]) - Number(b["SortOrder"]));
  return { set, names: tags.map((tag) => textOf(tag, "Name")) };
}

function describeSelection({ names, tags, ring, template }: TenantSelection): string {
  return [
    ...(names.length === 0 ? [] : [`tenants ${names.join(", ")}`]),
    ...(tags.length === 0 ? [] : [`with the tag ${tags.join(" or ")}`]),
    ...(ring === undefined ? [] : [`in the ring ${ring}`]),
    ...(template === undefined ? [] : [`connected to "${template}"`]),
  ].join(" ");
}

/** First the history, whose lines come from what is known and are the same when they are written again. */
async function keep(
  store: FleetStore,
  { report, known, before, read }: { report: FleetReport; known: Known; before: Known; read: Known },
  now: Date,
): Promise<void> {
  const names = new Map(report.spaces.map(({ tenant, name }) => [tenant.id, name]));
  const archivedTo =
    report.selection === "" ? await archiveDays(store, { known: read, before }, { names, now }) : known.archivedTo;
  const isKept = await store.write(memoryName, { ...known, ...(archivedTo !== undefined && { archivedTo }) });
  if (!isKept)
    report.notes.push(
      "What this look found could not be kept for the next one: the user may not edit library variable sets of the management space, or another look was faster. The next look asks for more.",
    );
}
