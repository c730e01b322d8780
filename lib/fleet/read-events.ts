import { textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusApi } from "../octopus/octopus-api.ts";
import type { KnownInstance, SpaceFact } from "./known.ts";
import { toIso } from "./read-instance.ts";
import { readPages } from "./read-pages.ts";

/** What the audit trail says of one space since the last time. */
export interface Touched {
  facts: Set<SpaceFact>;
  /** Ids of projects whose copies may have changed; `all` where something was touched that any copy may use. */
  projects: Set<string> | "all";
  /** By name, what they did last. */
  people: Record<string, string>;
}

export interface EventReading {
  /** By space. */
  touched: ReadonlyMap<string, Touched>;
  /** Whether spaces themselves were made, changed or deleted. */
  touchesSpaces: boolean;
  /** Why the trail does not tell all: then every space counts as touched. */
  gap: string | undefined;
  notes: Pick<KnownInstance, "eventsFrom" | "lastEvent" | "users">;
}

/**
 * Reads what the audit trail of all spaces has since the last time: one request where there is little. The last known event is asked for
 * again: a trail that does not have it any more was cleaned, or is another server's.
 * @param mostPages - more events than these are not read, and every space counts as touched
 */
export async function readEvents(
  api: OctopusApi,
  known: Pick<KnownInstance, "eventsFrom" | "lastEvent" | "users">,
  mostPages: number,
): Promise<EventReading> {
  const last = known.lastEvent;
  const query = last === undefined ? { from: known.eventsFrom } : { fromAutoId: last - 1 };
  const { items: events, isWhole } = await readPages(api, "/events", {
    query: { ...query, excludeDifference: true },
    mostPages,
  });
  const numbers = events.map(numberOfEvent);
  const newest = Math.max(last ?? 0, ...numbers);
  const gap = !isWhole
    ? "has more new entries than one look reads"
    : last !== undefined && !numbers.includes(last)
      ? "does not have the last entry that was known: it was cleaned or switched off, or the server was restored"
      : undefined;
  const isNew = (event: JsonObject): boolean => last === undefined || numberOfEvent(event) > last;
  const users = { ...known.users };
  const touched = new Map<string, Touched>();
  const fresh = events.filter(isNew);
  for (const event of fresh.toReversed()) {
    const [user, name] = [textOf(event, "UserId"), textOf(event, "Username")];
    if (user !== "" && name !== "") users[user] = name;
    noteEvent(touched, event);
  }
  const lastKnown = newest > 0 ? { lastEvent: newest } : {};
  const touchesSpaces = fresh.some((event) =>
    textsOf(event, "RelatedDocumentIds").some(
      (id) => /^Spaces-\d+$/i.test(id) && /^(Created|Modified|Deleted)$/.test(textOf(event, "Category")),
    ),
  );
  return { touched, touchesSpaces, gap, notes: { eventsFrom: known.eventsFrom, ...lastKnown, users } };
}

/** `Events-123`. */
function numberOfEvent(event: JsonObject): number {
  return Number(/(\d+)$/.exec(textOf(event, "Id"))?.[1] ?? 0);
}

/** What deploying and running leaves behind: it changes nothing that is compared or counted here. */
const passing = /^(Releases|Deployments|RunbookRuns|RunbookSnapshots|ServerTasks|Interruptions|Artifacts|Packages)-/i;

const factsByDocument: readonly [RegExp, SpaceFact][] = [
  [/^LibraryVariableSets-/i, "receipts"],
  [/^(Projects|ProjectGroups|Environments|Tenants)-/i, "dashboard"],
  [/^Machines-/i, "targets"],
  [/^(Workers|WorkerPools)-/i, "workers"],
];

function noteEvent(all: Map<string, Touched>, event: JsonObject): void {
  const space = textOf(event, "SpaceId");
  if (space === "") return;
  const related = textsOf(event, "RelatedDocumentIds");
  const category = textOf(event, "Category");
  const touched = all.get(space) ?? { facts: new Set(), projects: new Set<string>(), people: {} };
  all.set(space, touched);
  // A machine's health is an event of its own category.
  const isOfMachine = /^Machine|^Worker/.test(category);
  if (related.some((id) => passing.test(id)) && !isOfMachine) return;
  for (const [pattern, fact] of factsByDocument) if (related.some((id) => pattern.test(id))) touched.facts.add(fact);
  if (isOfMachine) return;
  notePerson(touched, event);
  const projects = related.filter((id) => /^Projects-\d+$/i.test(id));
  const concernsNoCopy =
    related.length > 0 &&
    related.every((id) => /^(Machines|Workers|WorkerPools|Users|Teams|ScopedUserRoles|Subscriptions)-/i.test(id));
  if (concernsNoCopy || touched.projects === "all") return;
  if (projects.length === 0) touched.projects = "all";
  else for (const id of projects) touched.projects.add(id);
}

function notePerson(touched: Touched, event: JsonObject): void {
  const name = textOf(event, "Username");
  if (name === "" || name === "system" || event["IsService"] === true) return;
  const when = (toIso(textOf(event, "Occurred")) ?? "").slice(0, 10);
  touched.people[name] = `${textOf(event, "Message")}${when === "" ? "" : ` (${when})`}`;
}
