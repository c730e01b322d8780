import { mapInParallel } from "../copies/map-in-parallel.ts";
import type { OctopusClient, OctopusSpace } from "../octopus/octopus-client.ts";
import { rememberReads } from "../octopus/remember-reads.ts";
import type { Receipts } from "../receipts/receipts.ts";
import type { StepLog } from "../step/define-step.ts";
import { NotAllowedError, ParameterError, StepError, UnknownUserError } from "../step/errors.ts";
import { ask } from "./ask.ts";
import type { FleetGit } from "./compare-git.ts";
import { compareSpace } from "./compare-space.ts";
import { groupBy } from "./group-by.ts";
import type { InstanceAccess } from "./instance-access.ts";
import {
  unknownInstance,
  unknownSpace,
  type Known,
  type KnownComparison,
  type KnownInstance,
  type KnownSpace,
  type SpaceFact,
} from "./known.ts";
import type { FleetTenant } from "./list-tenants.ts";
import { readEvents, type EventReading, type Touched } from "./read-events.ts";
import { readInstance, refreshSpaces } from "./read-instance.ts";
import { keepTouched, readSpace, spaceFacts } from "./read-space.ts";
import { countTasks, readTasks } from "./read-tasks.ts";
import type { WellState } from "./states.ts";
import type { TemplatePackages } from "./template-packages.ts";

export interface ReadFleetOptions {
  access: InstanceAccess;
  tenants: readonly FleetTenant[];
  known: Known;
  packages: TemplatePackages;
  /** What looks at files of copies in Git; absent where nobody may. */
  git: FleetGit | undefined;
  /** Whether copies are compared with their templates, which takes requests of its own. */
  compares: boolean;
  /** Whether everything is asked for and compared anew, whatever the audit trail says. */
  anew: boolean;
  log: StepLog;
  signal: AbortSignal;
  now: Date;
}

/** Why a place could not be asked. */
export interface Silence {
  state: Extract<WellState, "offline" | "keyRefused" | "notThere">;
  text: string;
}

export interface FleetReading {
  known: Known;
  /** By address, instances that did not answer. */
  silent: ReadonlyMap<string, Silence>;
  /** By tenant, spaces that could not be asked though their instance answers. */
  missing: ReadonlyMap<string, Silence>;
  /** By address, Git hosts that answered nobody, and why. */
  silentHosts: ReadonlyMap<string, string>;
  /** What is to be known about the look itself, a sentence each. */
  notes: string[];
}

/** Spaces in a row that do not answer: then it is the instance, and the others are not asked. */
const mostSilent = 3;

/** Spaces of an instance that are asked side by side; the client keeps its own measure of requests. */
const spacesAtATime = 8;

/** Of all that a first look asks spaces for, the part that each later one asks again, the oldest first: what no audit trail tells. */
const refreshedPart = 0.05;

/** So many are asked again in any case. */
const fewest = 10;

/** Milliseconds: nothing younger is asked for again without a reason. */
const factsLast = 24 * 3_600_000;

/** Pages of tasks that the first look reads at most; so many entries of the audit trail are read at most, too. */
const mostPages = 20;

/** Looks at every instance and its spaces. What does not answer takes nothing else with it: of it stays what was known. */
export async function readFleet(options: ReadFleetOptions): Promise<FleetReading> {
  const known = structuredClone(options.known);
  const reading = {
    known,
    silent: new Map<string, Silence>(),
    missing: new Map<string, Silence>(),
    silentHosts: options.git?.silent ?? new Map<string, string>(),
    notes: [],
  };
  const copies = Object.values(known.spaces).reduce((sum, { receipts }) => sum + receipts.length, 0);
  const run = { ...options, turns: createTurns(Math.max(fewest, Math.ceil(refreshedPart * copies))) };
  const byInstance = groupBy(
    options.tenants.filter(({ url }) => url !== ""),
    ({ url }) => url,
  );
  let done = 0;
  await Promise.all(
    [...byInstance].map(async ([url, tenants]) => {
      await readOneInstance(url, tenants, reading, run);
      done += tenants.length;
      options.log.progress(
        5 + (90 * done) / options.tenants.length,
        `looked at ${done} of ${options.tenants.length} spaces`,
      );
    }),
  );
  known.readAt = options.now.toISOString();
  return reading;
}

/** How many more of something may be done in this run. */
interface Turns {
  /** @returns whether there was one left */
  take(): boolean;
}

function createTurns(most: number): Turns {
  let left = most;
  return { take: () => left-- > 0 };
}

interface RunOptions extends ReadFleetOptions {
  /** Of comparing copies again that nobody touched. */
  turns: Turns;
}

interface Reading extends FleetReading {
  silent: Map<string, Silence>;
  missing: Map<string, Silence>;
}

async function readOneInstance(
  url: string,
  tenants: readonly FleetTenant[],
  reading: Reading,
  options: RunOptions,
): Promise<void> {
  try {
    await lookAround(options.access.open(url), { url, tenants, reading, options });
  } catch (error) {
    if (!(error instanceof StepError) || options.signal.aborted) throw error;
    const isAboutKey = error instanceof NotAllowedError || error instanceof ParameterError;
    const state = isAboutKey ? "keyRefused" : "offline";
    reading.silent.set(url, { state, text: error.message });
    options.log.warn(`${url} could not be looked at: ${error.message}`);
  }
}

interface Looking {
  url: string;
  tenants: readonly FleetTenant[];
  reading: Reading;
  options: RunOptions;
}

async function lookAround(client: OctopusClient, looking: Looking): Promise<void> {
  const { url, tenants, reading, options } = looking;
  const before = reading.known.instances[url];
  const instance = await readInstance(client, before, options.now);
  reading.known.instances[url] = instance;
  const trail = before === undefined ? undefined : await readTrail(client, instance, looking);
  if (trail === undefined) instance.eventsFrom = startOfTrail(instance, options.now);
  await refreshSpaces(client, instance, {
    now: options.now,
    ids: tenants.map(({ spaceId }) => spaceId),
    force: trail?.touchesSpaces === true,
  });
  if (trail !== undefined) noteTrail(trail, looking);
  const spaces = listSpaces(instance, looking);
  const compared = await readSpaces(client, spaces, looking);
  await readEnded(client, instance, { spaces, compared, looking });
}

/**
 * Notes what the trail tells with each space that it is about. This look may not be about that space, may not get to it, or may not
 * compare: whichever does will know.
 */
function noteTrail({ touched, gap }: EventReading, { url, reading }: Looking): void {
  for (const known of Object.values(reading.known.spaces)) {
    if (known.url !== url) continue;
    const own = touched.get(known.id);
    if (own !== undefined) known.people = lastOf(known.people, own.people);
    if (gap !== undefined) known.touched = { facts: [...spaceFacts], projects: "all" };
    else if (own !== undefined) known.touched = addTouched(known.touched, own);
  }
}

/** Projects that are remembered one by one. */
const mostProjects = 100;

function addTouched(before: KnownSpace["touched"], { facts, projects }: Touched): KnownSpace["touched"] {
  const all =
    projects === "all" || before?.projects === "all" ? undefined : new Set([...(before?.projects ?? []), ...projects]);
  return {
    facts: [...new Set([...(before?.facts ?? []), ...facts])],
    projects: all === undefined || all.size > mostProjects ? "all" : [...all],
  };
}

/** Two minutes before the server's own clock, which may differ from ours. */
function startOfTrail({ nodes }: KnownInstance, now: Date): string {
  const seen = nodes.flatMap(({ lastSeen }) => (lastSeen === undefined ? [] : [Date.parse(lastSeen)]));
  const server = Math.min(now.getTime(), Math.max(...seen, 0) || now.getTime());
  return new Date(server - 2 * 60_000).toISOString();
}

async function readTrail(
  client: OctopusClient,
  instance: KnownInstance,
  { url, reading, options }: Looking,
): Promise<EventReading | undefined> {
  const answer = await ask(() => readEvents(client, instance, mostPages));
  if ("refusal" in answer) {
    instance.refused["events"] = answer.refusal;
    return { touched: new Map(), touchesSpaces: false, gap: "may not be seen", notes: instance };
  }
  delete instance.refused["events"];
  Object.assign(instance, answer.value.notes);
  const { gap } = answer.value;
  if (gap !== undefined && options.compares)
    reading.notes.push(`The audit trail of ${url} ${gap}: all its copies are compared again.`);
  return answer.value;
}

interface SpaceToRead {
  tenant: FleetTenant;
  known: KnownSpace;
  /** Whether nobody has looked at it before. */
  isNew: boolean;
}

/** Each space once, whoever stands for it; a tenant's new space begins anew. */
function listSpaces(instance: KnownInstance, { url, tenants, reading }: Looking): SpaceToRead[] {
  const isListed = new Set(instance.spaces.map(({ id }) => id));
  const canTell = instance.refused["spaces"] === undefined;
  const spaces = new Map<string, SpaceToRead>();
  for (const tenant of tenants) {
    const id = tenant.spaceId;
    if (id === "" || spaces.has(id)) continue;
    const before = reading.known.spaces[tenant.id];
    const known = before?.url === url && before.id === id ? before : unknownSpace({ url, id });
    reading.known.spaces[tenant.id] = known;
    if (canTell && !isListed.has(id))
      reading.missing.set(tenant.id, {
        state: "notThere",
        text: `There is no space ${id} at ${url} any more, or it is hidden from the user "${instance.user?.name ?? ""}".`,
      });
    else spaces.set(id, { tenant, known, isNew: known.readAt === undefined });
  }
  return [...spaces.values()];
}

/** @returns how many copies were compared */
async function readSpaces(
  client: OctopusClient,
  spaces: readonly SpaceToRead[],
  { reading, options, url }: Looking,
): Promise<number> {
  const names = new Map(reading.known.instances[url]?.spaces.map(({ id, name }) => [id, name]));
  const stale = chooseStale(spaces, options.now);
  let silentInARow = 0;
  const counts = await mapInParallel(spaces, { atATime: spacesAtATime }, async ({ tenant, known }) => {
    const space = client.inSpace({ Id: known.id, Name: names.get(known.id) ?? tenant.name });
    try {
      const compared = await readOneSpace(space, { known, stale: stale.get(known.id) ?? [], options });
      silentInARow = 0;
      return compared;
    } catch (error) {
      if (!(error instanceof StepError) || options.signal.aborted || error instanceof UnknownUserError) throw error;
      silentInARow += 1;
      if (silentInARow >= mostSilent) throw error;
      reading.missing.set(tenant.id, { state: "offline", text: error.message });
      return 0;
    }
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** People who did something there lately. */
const mostPeople = 20;

function lastOf(before: KnownSpace["people"], people: KnownSpace["people"]): KnownSpace["people"] {
  const others = Object.entries(before).filter(([name]) => !Object.hasOwn(people, name));
  return Object.fromEntries([...others, ...Object.entries(people)].slice(-mostPeople));
}

/** What was not asked for yet, or is older than a day and no event has told of it, as far as it is this run's turn. */
function chooseStale(spaces: readonly SpaceToRead[], now: Date): Map<string, SpaceFact[]> {
  const ageOf = ({ askedAt }: KnownSpace, fact: SpaceFact): number =>
    now.getTime() - Date.parse(askedAt[fact] ?? "1970");
  const old = spaces
    .filter(({ known }) => known.readAt !== undefined)
    .flatMap(({ known }) => spaceFacts.map((fact) => ({ id: known.id, fact, age: ageOf(known, fact) })))
    .filter(({ age }) => age > factsLast)
    .toSorted((a, b) => b.age - a.age)
    .slice(0, Math.max(fewest, Math.ceil(refreshedPart * 3 * spaces.length)));
  return new Map([...groupBy(old, ({ id }) => id)].map(([id, all]) => [id, all.map(({ fact }) => fact)]));
}

interface SpaceReading {
  known: KnownSpace;
  stale: readonly SpaceFact[];
  options: RunOptions;
}

/** So many facts of a space are asked for in one run. */
const mostFacts = 3;

/** So many requests a copy may be added to by comparing. */
const mostToCompare = 12;

/** @returns how many of its copies were compared */
async function readOneSpace(given: OctopusSpace, { known, stale, options }: SpaceReading): Promise<number> {
  // What the facts tell need not be asked for again to compare.
  const space = rememberReads(given);
  const isNew = known.readAt === undefined;
  const wanted = options.anew || isNew ? spaceFacts : [...new Set([...(known.touched?.facts ?? []), ...stale])];
  const facts = wanted.slice(0, mostFacts);
  const asked = options.compares ? space : given;
  const receipts = facts.length === 0 ? undefined : await readSpace(asked, known, { facts, now: options.now });
  if (!options.compares) return 0;
  const copies = await chooseCopies(known, options);
  const before = space.countAsked();
  if (copies.length > 0) await compareCopies(space, known, { receipts, copies, options });
  const untold = known.touched?.facts ?? [];
  if (!untold.includes("receipts")) keepTouched(known, { facts: untold, projects: [] });
  if (copies.length === 0) return 0;
  // A comparison has requests of its own, and mostly takes fewer. What is not asked for now is so at a later look.
  const left = mostToCompare * copies.length - (space.countAsked() - before);
  const rest = wanted.slice(mostFacts, mostFacts + Math.max(0, left));
  if (rest.length > 0) await readSpace(space, known, { facts: rest, now: options.now });
  return copies.length;
}

/** Those that were never compared, or have another version than then, or were touched since; and some whose template is newer by now. */
async function chooseCopies({ receipts, compared: all, touched }: KnownSpace, options: RunOptions): Promise<string[]> {
  const chosen: string[] = [];
  for (const { receipt, version, project, problem, template, isWritten, isInGit } of receipts) {
    const compared = all[receipt];
    const isTouched =
      touched !== undefined &&
      (touched.projects === "all" ||
        (project === undefined ? touched.projects.length > 0 : touched.projects.includes(project)));
    if (problem !== undefined) continue;
    if (options.anew || isTouched || compared === undefined || compared.receiptVersion !== (version ?? ""))
      chosen.push(receipt);
    else if (await isOutdated(compared, isWritten === true ? undefined : template, options)) chosen.push(receipt);
    else if (isInGit && (await hasMovedInGit(compared, options))) chosen.push(receipt);
  }
  return chosen;
}

/** A template's new version says how far its copies are behind; what it would do to each is asked for a few in a run. */
async function isOutdated(
  compared: KnownComparison,
  template: string | undefined,
  { packages, turns, now }: RunOptions,
): Promise<boolean> {
  const isOld =
    compared.isPassing === true ||
    (now.getTime() - Date.parse(compared.at) > factsLast && compared.inStep === "unknown");
  const [newest] = compared.newest === "" || template === undefined ? [] : await packages.listVersions(template);
  const isNewer = newest !== undefined && newest.version !== compared.newest;
  return (isOld || isNewer) && turns.take();
}

/** People push to Git where no audit trail tells of it. A template that moved is compared with a few of its copies in a run, as a new version is. */
async function hasMovedInGit(
  { git: known, gitProblem }: KnownComparison,
  { git, turns }: RunOptions,
): Promise<boolean> {
  if (git === undefined) return false;
  if (gitProblem !== undefined) return turns.take();
  if (known === undefined) return true;
  const moved = await git.findMoved(known);
  return moved === "copy" || (moved === "template" && turns.take());
}

async function compareCopies(
  space: OctopusSpace,
  known: KnownSpace,
  { receipts, copies, options }: { receipts: Receipts | undefined; copies: string[]; options: ReadFleetOptions },
): Promise<void> {
  const { packages, git, now } = options;
  const open = receipts ?? (await readSpace(space, known, { facts: ["receipts"], now }));
  if (open !== undefined) await compareSpace(open, known, { wanted: copies, packages, git, now });
}

interface EndedReading {
  spaces: readonly SpaceToRead[];
  compared: number;
  looking: Looking;
}

/** Deployments and runs of all spaces at once, of those too that this look is not about; where the user may not ask so, space by space. */
async function readEnded(
  client: OctopusClient,
  instance: KnownInstance,
  { spaces, compared, looking }: EndedReading,
): Promise<void> {
  const { reading, options, url } = looking;
  const { now } = options;
  const isFirst = instance.tasksUpTo === undefined;
  const pages = isFirst ? 1 + Math.min(mostPages - 1, compared) : mostPages;
  // What ended before it was known that anybody stands for the space; first, so that nothing ends between the two unseen.
  const joined = isFirst ? [] : spaces.filter(({ isNew }) => isNew);
  const counted = await mapInParallel(joined, { atATime: spacesAtATime }, ({ known }) =>
    readEndedOf(client, known, { now, mostPages: mostPagesOfSpace }),
  );
  const answer = await ask(() => readTasks(client, instance, { now, mostPages: pages }));
  if ("refusal" in answer) {
    instance.refused["tasks"] = answer.refusal;
    await mapInParallel(spaces, { atATime: spacesAtATime }, ({ known }) =>
      readEndedOf(client, known, { now, mostPages: 1 }),
    );
    return;
  }
  delete instance.refused["tasks"];
  for (const { known } of spaces) delete known.refused["tasks"];
  Object.assign(instance, answer.value.notes, { queue: answer.value.queue });
  const isCounted = new Set(counted.flat());
  const ended = answer.value.ended.filter(({ id }) => !isCounted.has(id));
  const bySpace = groupBy(ended, ({ spaceId }) => spaceId);
  for (const known of Object.values(reading.known.spaces))
    if (known.url === url) countTasks(known, bySpace.get(known.id) ?? [], now);
}

/** Pages of tasks that are read of a space that is looked at for the first time after others of its instance. */
const mostPagesOfSpace = 5;

/**
 * Without notes of what was read: the days of a page are counted anew.
 * @returns the tasks that were counted
 */
async function readEndedOf(
  client: OctopusClient,
  known: KnownSpace,
  { now, mostPages: pages }: { now: Date; mostPages: number },
): Promise<string[]> {
  const space = client.inSpace({ Id: known.id, Name: known.id });
  const answer = await ask(() => readTasks(space, unknownInstance(), { now, mostPages: pages }));
  if ("refusal" in answer) {
    known.refused["tasks"] = answer.refusal;
    return [];
  }
  delete known.refused["tasks"];
  Object.assign(known, { days: {}, failing: {}, recent: [] });
  countTasks(known, answer.value.ended, now);
  return answer.value.ended.map(({ id }) => id);
}
