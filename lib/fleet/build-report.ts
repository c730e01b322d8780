import { compareVersions } from "../octopus/compare-versions.ts";
import { findDesirePaths } from "./desire-paths.ts";
import { listEditedCopies } from "./edited-copies.ts";
import { findAttention } from "./find-attention.ts";
import { findInstanceFindings, findSpaceFindings, type NewFinding } from "./find-findings.ts";
import type {
  FleetCopy,
  FleetDays,
  FleetFinding,
  FleetInstance,
  FleetReport,
  FleetSpace,
  FleetTemplate,
} from "./fleet-report.ts";
import { reportFormat } from "./fleet-report.ts";
import { groupBy } from "./group-by.ts";
import { toDate } from "./history.ts";
import type { Known, KnownComparison, KnownInstance, KnownReceipt, KnownSpace } from "./known.ts";
import { placeOf, type FleetTenant } from "./list-tenants.ts";
import type { FailedRun } from "./read-failed-runs.ts";
import type { FleetReading } from "./read-fleet.ts";
import { countedDays } from "./read-tasks.ts";
import { createSinceClock, type SinceClock } from "./since-clock.ts";
import { worstInStep, worstWell, type FleetState, type InStepState, type WellState } from "./states.ts";
import type { TemplateVersion } from "./template-packages.ts";

export interface BuildReportOptions {
  management: { url: string; spaceId: string; space: string };
  selection: string;
  tenants: readonly FleetTenant[];
  /** Names of rings in their order, and the tag set that they are of. */
  rings: { set: string; names: readonly string[] };
  reading: FleetReading;
  /** What was known before this look. */
  before: Known;
  /** By package id, the newest first. */
  versions: ReadonlyMap<string, readonly TemplateVersion[]>;
  /** By tenant. */
  failedRuns: ReadonlyMap<string, readonly FailedRun[]>;
  cost: FleetReport["cost"];
  now: Date;
}

export interface BuiltReport {
  report: FleetReport;
  /** What is to be known by the next look: since when what is so, and the state of each place. */
  known: Known;
}

/** What was read as a report, and what of it the next look compares itself with. */
export function buildReport(options: BuildReportOptions): BuiltReport {
  const { reading, before, now } = options;
  const clock = createSinceClock(before, { tenants: options.tenants, isWhole: options.selection === "", now });
  const spaces = buildSpaces(options, clock);
  const instances = buildInstances(options, spaces, clock);
  const templates = buildTemplates(options, spaces);
  const report: FleetReport = {
    format: reportFormat,
    readAt: now.toISOString(),
    ...(before.readAt !== "" && { previousAt: before.readAt }),
    management: options.management,
    selection: options.selection,
    cost: options.cost,
    inStep: worstInStep(spaces.map((space) => space.inStep)),
    well: worstWell([...instances.map(({ well }) => well), ...spaces.map(({ well }) => well)]),
    instances,
    templates,
    rings: [...options.rings.names],
    spaces,
    attention: [],
    desirePaths: findDesirePaths(listEditedCopies(options.tenants, reading.known)),
    notes: [...reading.notes],
  };
  report.attention = findAttention(report, clock);
  const states = Object.fromEntries(spaces.map((space) => [space.tenant.id, toKnownState(space)]));
  const kept = { ...reading.known, since: clock.used(), states: { ...before.states, ...states } };
  return { report, known: forgetOthers(kept, options) };
}

/** What the history has of a day: a copy may be behind though nobody compared it with what is newer. */
function toKnownState({ inStep, well, copies }: FleetSpace): Known["states"][string] {
  const countOf = (state: InStepState): number => copies.filter((copy) => copy.inStep === state).length;
  return { inStep, well, behind: countOf("behind"), conflicts: countOf("conflict") };
}

/** Of tenants and instances that are no more nothing is kept; those that this look did not mean stay. */
function forgetOthers(known: Known, { selection, tenants }: BuildReportOptions): Known {
  if (selection !== "") return known;
  const ids = new Set(tenants.map(({ id }) => id));
  const urls = new Set(tenants.map(({ url }) => url));
  const keep = <T>(all: Record<string, T>, isKept: (key: string) => boolean): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([key]) => isKept(key)));
  return {
    ...known,
    spaces: keep(known.spaces, (id) => ids.has(id)),
    states: keep(known.states, (id) => ids.has(id)),
    instances: keep(known.instances, (url) => urls.has(url)),
  };
}

function withSince(findings: readonly NewFinding[], place: string, clock: SinceClock): FleetFinding[] {
  return findings.map((finding) => ({ ...finding, since: clock.sinceOf(place, finding.state) }));
}

function buildInstances(
  { tenants, reading, management, now }: BuildReportOptions,
  spaces: readonly FleetSpace[],
  clock: SinceClock,
): FleetInstance[] {
  const urls = [...new Set(tenants.map(({ url }) => url).filter((url) => url !== ""))].toSorted();
  return urls.map((url) => {
    const known = reading.known.instances[url];
    const silence = reading.silent.get(url);
    const findings = withSince(findInstanceFindings(url, known, { silence, now }), url, clock);
    const own = spaces.filter((space) => space.instance === url);
    const states = findings.flatMap(({ state }) => (isWell(state) ? [state] : []));
    return {
      url,
      well: worstWell([...states, ...own.map(({ well }) => well)]),
      findings,
      isStale: silence !== undefined,
      otherSpaces: listOthers(known, { tenants, url, management }),
      limits: listLimits(known),
      ...toInstanceFacts(known),
    };
  });
}

function isWell(state: FleetState): state is WellState {
  return !(
    ["conflict", "gone", "unknown", "behind", "changedHere", "adopted", "upToDate"] satisfies InStepState[]
  ).some((one) => one === state);
}

function toInstanceFacts(
  known: KnownInstance | undefined,
): Omit<FleetInstance, "url" | "well" | "findings" | "isStale" | "otherSpaces" | "limits"> {
  if (known === undefined) return { nodes: [] };
  const { readAt, version, upgrade, nodes, license, user, keyExpires, queue } = known;
  return {
    nodes,
    ...(readAt !== undefined && { readAt }),
    ...(version !== undefined && { version }),
    ...(upgrade !== undefined && { upgrade }),
    ...(license !== undefined && { license }),
    ...(user !== undefined && { user: user.name }),
    ...(keyExpires !== undefined && { keyExpires }),
    ...(queue !== undefined && { queue }),
  };
}

interface Others {
  tenants: readonly FleetTenant[];
  url: string;
  management: BuildReportOptions["management"];
}

/** The management space is nobody's managed one. */
function listOthers(
  known: KnownInstance | undefined,
  { tenants, url, management }: Others,
): FleetInstance["otherSpaces"] {
  const own = new Set(tenants.filter((tenant) => tenant.url === url).map(({ spaceId }) => spaceId));
  const isManagement = (id: string): boolean => url === management.url && id === management.spaceId;
  return (known?.spaces ?? [])
    .filter(({ id }) => !own.has(id) && !isManagement(id))
    .map(({ id, name }) => ({ id, name }));
}

const asked: Readonly<Record<string, string>> = {
  user: "who the user of the key is",
  keys: "when the key expires",
  nodes: "the server's nodes, version and task cap",
  license: "the license",
  status: "whether an upgrade is at hand",
  spaces: "the list of spaces",
  events: "the audit trail, so that every copy is compared each time",
  tasks: "the tasks of all spaces at once, so that each space is asked for its own",
};

function listLimits(known: KnownInstance | undefined): string[] {
  return Object.entries(known?.refused ?? {}).map(
    ([fact, refusal]) => `The user "${known?.user?.name ?? ""}" may not see ${asked[fact] ?? fact}. ${refusal}`,
  );
}

function buildSpaces(options: BuildReportOptions, clock: SinceClock): FleetSpace[] {
  const { tenants, reading } = options;
  const places = groupBy(tenants, placeOf);
  const ofSpace = (tenant: FleetTenant): readonly FleetTenant[] => places.get(placeOf(tenant)) ?? [tenant];
  return tenants.map((tenant) => {
    const known = findKnown(reading.known, ofSpace(tenant));
    const instance = reading.known.instances[tenant.url];
    const [missing] = ofSpace(tenant).flatMap(({ id }) => reading.missing.get(id) ?? []);
    const silence = reading.silent.get(tenant.url) ?? missing;
    const doubles = ofSpace(tenant)
      .filter(({ id }) => id !== tenant.id)
      .map(({ name }) => name);
    const failedRuns = options.failedRuns.get(tenant.id) ?? [];
    const { management, now } = options;
    const found = findSpaceFindings({ tenant, known, instance, silence, doubles, failedRuns, management, now });
    const findings = withSince(found, tenant.id, clock);
    const copies = buildCopies(tenant, known, options, clock);
    return {
      tenant: { id: tenant.id, name: tenant.name, tags: tenant.tags },
      instance: tenant.url,
      name: instance?.spaces.find(({ id }) => id === tenant.spaceId)?.name ?? tenant.name,
      inStep: worstInStep(copies.map(({ inStep }) => inStep)),
      well: worstWell(findings.flatMap(({ state }) => (isWell(state) ? [state] : []))),
      findings,
      isStale: silence !== undefined,
      copies,
      ...toSpaceFacts(known, instance, options.now),
      ...(tenant.spaceId !== "" && { id: tenant.spaceId, url: `${tenant.url}/app#/${tenant.spaceId}` }),
      ...ringOf(tenant, options.rings),
    };
  });
}

/** Two tenants of one space know the same. */
function findKnown(known: Known, tenants: readonly FleetTenant[]): KnownSpace | undefined {
  const all = tenants.flatMap(({ id, url, spaceId }) => {
    const space = known.spaces[id];
    return space?.url === url && space.id === spaceId ? [space] : [];
  });
  return all.find(({ readAt }) => readAt !== undefined) ?? all[0];
}

function ringOf({ tags }: FleetTenant, { set, names }: BuildReportOptions["rings"]): Pick<FleetSpace, "ring"> {
  const ring = names.find((name) => tags.some((tag) => tag.toLowerCase() === `${set}/${name}`.toLowerCase()));
  return ring === undefined ? {} : { ring };
}

function toSpaceFacts(
  known: KnownSpace | undefined,
  instance: KnownInstance | undefined,
  now: Date,
): Omit<
  FleetSpace,
  "tenant" | "instance" | "id" | "name" | "url" | "inStep" | "well" | "findings" | "isStale" | "copies" | "ring"
> {
  const compared = Object.values(known?.compared ?? {});
  return {
    counts: countAll(known),
    projects: known?.projects ?? [],
    environments: known?.environments ?? [],
    variables: [...new Set(compared.flatMap(({ variables }) => variables))].toSorted(),
    people: listPeople(known, instance),
    stepTemplates: [
      ...new Map(compared.flatMap(({ stepTemplates }) => stepTemplates.map((one) => [one.name, one]))).values(),
    ],
    days: toDays(known, now),
    recent: (known?.recent ?? []).toSorted((a, b) => Number(b.state !== "Success") - Number(a.state !== "Success")),
    ...(known?.readAt !== undefined && { readAt: known.readAt }),
    ...(instance?.tasksSince !== undefined && { daysSince: instance.tasksSince }),
  };
}

function countAll(known: KnownSpace | undefined): FleetSpace["counts"] {
  if (known === undefined) return {};
  const isRead = known.askedAt["dashboard"] !== undefined && known.refused["dashboard"] === undefined;
  return {
    ...(isRead && { projects: known.projects.length, environments: known.environments.length }),
    ...(known.tenants !== undefined && { tenants: known.tenants }),
    ...(known.targets !== undefined && { targets: known.targets.total, targetsOffline: known.targets.offline }),
    ...(known.workers !== undefined && { workers: known.workers.total, workersOffline: known.workers.offline }),
  };
}

function listPeople(known: KnownSpace | undefined, instance: KnownInstance | undefined): FleetSpace["people"] {
  const managers = instance?.spaces.find(({ id }) => id === known?.id)?.managers ?? [];
  const names = managers.flatMap((id) => instance?.users[id] ?? (instance?.user?.id === id ? instance.user.name : []));
  const people = new Map(names.map((name) => [name, "Space manager"]));
  for (const [name, does] of Object.entries(known?.people ?? {}))
    people.set(name, people.has(name) ? `Space manager. ${does}` : does);
  return [...people].map(([name, does]) => ({ name, does }));
}

function toDays(known: KnownSpace | undefined, now: Date): FleetDays {
  const begin = Date.parse(toDate(now)) - (countedDays - 1) * 86_400_000;
  const dates = Array.from({ length: countedDays }, (_, index) => toDate(new Date(begin + index * 86_400_000)));
  const lines = dates.map((date) => known?.days[date] ?? [0, 0, 0]);
  return {
    from: dates[0] ?? "",
    succeeded: lines.map(([succeeded = 0]) => succeeded),
    failed: lines.map(([, failed = 0]) => failed),
    seconds: lines.map(([, , seconds = 0]) => seconds),
  };
}

function buildCopies(
  tenant: FleetTenant,
  known: KnownSpace | undefined,
  { versions, reading }: BuildReportOptions,
  clock: SinceClock,
): FleetCopy[] {
  return (known?.receipts ?? []).map((receipt) => {
    const compared = known?.compared[receipt.receipt];
    const newer = receipt.isWritten === true ? [] : listNewer(receipt, compared, versions.get(receipt.template) ?? []);
    const { inStep, problem } = judgeCopy(receipt, compared, {
      behind: newer.length,
      lacksPackage: versions.get(receipt.template)?.length === 0,
      isHostSilent: reading.silentHosts.has(compared?.gitProblem?.host ?? ""),
    });
    const version = deployedOf(receipt, compared);
    const behindSince = newer.at(-1)?.published;
    return {
      template: receipt.template,
      receipt: receipt.receipt,
      name: receipt.name,
      inStep,
      since: clock.sinceOf(`${tenant.id} ${receipt.receipt}`, inStep),
      behind: newer.length,
      isInGit: receipt.isInGit,
      ...(version !== undefined && { version }),
      ...(behindSince !== undefined && { behindSince }),
      ...(problem !== undefined && { problem }),
      ...(receipt.project !== undefined && { url: `${tenant.url}/app#/${tenant.spaceId}/projects/${receipt.project}` }),
      ...toCompared(receipt, compared),
    };
  });
}

/** Which version of its package a copy has. */
function deployedOf(
  { version, documentVersion }: KnownReceipt,
  compared: KnownComparison | undefined,
): string | undefined {
  return (documentVersion ?? compared?.deployed) || version || undefined;
}

/** Newest first. */
function listNewer(
  receipt: KnownReceipt,
  compared: KnownComparison | undefined,
  versions: readonly TemplateVersion[],
): TemplateVersion[] {
  const deployed = deployedOf(receipt, compared);
  return deployed === undefined ? [] : versions.filter(({ version }) => compareVersions(version, deployed) > 0);
}

function judgeCopy(
  receipt: KnownReceipt,
  compared: KnownComparison | undefined,
  { behind, lacksPackage, isHostSilent }: { behind: number; lacksPackage: boolean; isHostSilent: boolean },
): { inStep: InStepState; problem?: string | undefined } {
  if (receipt.problem !== undefined) return { inStep: "unknown", problem: receipt.problem };
  if (compared?.problem !== undefined) return { inStep: "unknown", problem: compared.problem };
  if (compared?.gitProblem !== undefined && !isHostSilent)
    return { inStep: "unknown", problem: compared.gitProblem.text };
  if (receipt.version === undefined)
    return { inStep: "unknown", problem: "No deployment of it came to its end yet. Deploy it again." };
  if (compared?.inStep === "gone" || compared?.inStep === "conflict") return { inStep: compared.inStep };
  if (behind > 0) return { inStep: "behind" };
  if (lacksPackage && receipt.root !== "baseline")
    return {
      inStep: "unknown",
      problem: `The management space has no package "${receipt.template}", so nobody can tell what is newer.`,
    };
  const inStep = compared?.inStep ?? "upToDate";
  return { inStep: inStep === "upToDate" && receipt.isAdopted ? "adopted" : inStep };
}

function toCompared({ isInGit }: KnownReceipt, compared: KnownComparison | undefined): Partial<FleetCopy> {
  if (compared === undefined || compared.problem !== undefined || (isInGit && compared.git === undefined)) return {};
  const { changedHere, conflicts, pending, at, git } = compared;
  const commitsBehind = git?.behind ?? 0;
  return { changedHere, conflicts, pending, comparedAt: at, ...(commitsBehind > 0 && { commitsBehind }) };
}

const kinds: Readonly<Record<string, string>> = { space: "Space", runbook: "Runbook", baseline: "Baseline" };

function buildTemplates(
  { reading, versions, tenants }: BuildReportOptions,
  spaces: readonly FleetSpace[],
): FleetTemplate[] {
  const receipts = tenants.flatMap(({ id }) => reading.known.spaces[id]?.receipts ?? []);
  const byKey = groupBy(receipts, ({ template }) => template);
  const copies = groupBy(
    spaces.flatMap((space) => space.copies),
    ({ template }) => template,
  );
  const templates = [...byKey].map(([key, own]): FleetTemplate => {
    const [first] = own;
    const all = own.every(({ isWritten }) => isWritten === true) ? [] : (versions.get(key) ?? []);
    const [newest] = all;
    return {
      key,
      kind: kinds[first?.root ?? ""] ?? "Project",
      name: first?.templateName ?? key,
      inStep: worstInStep((copies.get(key) ?? []).map(({ inStep }) => inStep)),
      versions: all.map(({ version, published }) => ({ version, ...(published !== undefined && { published }) })),
      ...(newest !== undefined && { newest: newest.version }),
    };
  });
  return templates.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
