import { isJsonObject, objectOf, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusClient, OctopusDocument } from "../octopus/octopus-client.ts";
import { ask } from "./ask.ts";
import { unknownInstance, type KnownInstance } from "./known.ts";

/** What is asked of an instance beside its tasks and its audit trail; all of it together is five requests. */
type InstanceFact = "user" | "keys" | "nodes" | "license" | "status" | "spaces";

/** Milliseconds: what changes seldom is asked for again after so long. */
const slowFactsLast = 20 * 3_600_000;

/** So many of the slow facts at most in a run that knows them already: its other requests are for nodes, tasks, queue and audit trail. */
const mostSlowFacts = 3;

/**
 * Reads what an instance tells about itself: the first time six requests, later one, and up to three more a run for what is older than a
 * day. What the user may not see is noted, with what the server said.
 * @throws as {@link ask} does
 */
export async function readInstance(
  client: OctopusClient,
  before: KnownInstance | undefined,
  now: Date,
): Promise<KnownInstance> {
  const known = structuredClone(before ?? unknownInstance());
  const read = createReader(client, known, now);
  // Alone and first: whether the instance answers at all, and to whom.
  if (known.user === undefined) await read("user");
  else await read("nodes");
  const facts = chooseFacts(known, now);
  await Promise.all(facts.map(read));
  return { ...known, readAt: now.toISOString() };
}

/** What was never asked, or is to be asked anew; the user is asked for with its keys. */
function chooseFacts(known: KnownInstance, now: Date): InstanceFact[] {
  const slow: InstanceFact[] = ["spaces", "keys", "license", "status"];
  const ageOf = (fact: InstanceFact): number => now.getTime() - Date.parse(known.askedAt[fact] ?? "1970");
  const due = slow.filter((fact) => !(ageOf(fact) < slowFactsLast)).toSorted((a, b) => ageOf(b) - ageOf(a));
  return known.askedAt["nodes"] === undefined ? ["nodes", ...due] : due.slice(0, mostSlowFacts);
}

function createReader(client: OctopusClient, known: KnownInstance, now: Date): (fact: InstanceFact) => Promise<void> {
  return async function read(fact) {
    // The instance's key may be another user's since.
    if (fact === "keys" && known.askedAt["user"] !== now.toISOString()) await read("user");
    if (fact === "keys" && known.user === undefined) return;
    const answer = await ask(() => readers[fact](client, known));
    known.askedAt[fact] = now.toISOString();
    if ("refusal" in answer) known.refused[fact] = answer.refusal;
    else delete known.refused[fact];
  };
}

/** Asks for the list of spaces again where one is sought that it does not have, or the audit trail tells of a change. */
export async function refreshSpaces(
  client: OctopusClient,
  known: KnownInstance,
  { ids, force, now }: { ids: readonly string[]; force: boolean; now: Date },
): Promise<void> {
  const isNew = known.askedAt["spaces"] === now.toISOString();
  const isListed = new Set(known.spaces.map(({ id }) => id));
  const lacks = ids.some((id) => id !== "" && !isListed.has(id));
  if (!isNew && (force || lacks)) await createReader(client, known, now)("spaces");
}

type Reader = (client: OctopusClient, known: KnownInstance) => Promise<void>;

const readers: Readonly<Record<InstanceFact, Reader>> = {
  async user(client, known) {
    const user = await client.get("/users/me");
    known.user = { id: user.Id, name: textOf(user, "Username") };
  },

  async keys(client, known) {
    const keys = await client.list(`/users/${known.user?.id ?? "me"}/apikeys`);
    const own = keys.filter((key) => client.isOwnKey(hintOf(key)));
    const [expires] = own.map((key) => textOf(key, "Expires")).toSorted();
    known.keyExpires = expires === undefined || expires === "" ? undefined : toIso(expires);
  },

  async nodes(client, known) {
    const summary = await client.getJson("/octopusservernodes/summary");
    const nodes = isJsonObject(summary) ? objectsOf(summary, "Nodes") : [];
    known.nodes = nodes.map(toNode);
    const online = nodes.filter((node) => node["IsOffline"] !== true);
    known.version = textOf(online[0] ?? nodes[0] ?? {}, "Version") || known.version;
    known.isInMaintenance = nodes.some((node) => node["IsInMaintenanceMode"] === true);
  },

  async license(client, known) {
    const status = await client.get("/licenses/licenses-current-status");
    known.license = {
      isCompliant: status["IsCompliant"] !== false,
      summary: textOf(status, "ComplianceSummary"),
      expires: toIso(textOf(status, "EffectiveExpiryDate")),
      limits: objectsOf(status, "Limits").map((limit) => ({
        name: textOf(limit, "Name"),
        used: numberOf(limit, "CurrentUsage") ?? 0,
        limit: limit["IsUnlimited"] === true ? undefined : numberOf(limit, "EffectiveLimit"),
      })),
    };
  },

  async status(client, known) {
    const status = await client.get("/serverstatus");
    const upgrade =
      textOf(status, "MaximumAvailableVersionCoveredByLicense") || textOf(status, "MaximumAvailableVersion");
    known.upgrade = status["IsUpgradeAvailable"] === true && upgrade !== "" ? upgrade : undefined;
    known.isInMaintenance ||= status["IsInMaintenanceMode"] === true;
  },

  async spaces(client, known) {
    const spaces = await client.listWhole("/spaces/all");
    known.spaces = spaces.map((space) => ({
      id: space.Id,
      name: textOf(space, "Name"),
      isQueueStopped: space["TaskQueueStopped"] === true,
      managers: textsOf(space, "SpaceManagersTeamMembers"),
    }));
  },
};

function toNode(node: JsonObject): KnownInstance["nodes"][number] {
  return {
    name: textOf(node, "Name"),
    isOffline: node["IsOffline"] === true,
    isInMaintenance: node["IsInMaintenanceMode"] === true,
    lastSeen: toIso(textOf(node, "LastSeen")),
    running: numberOf(node, "RunningTaskCount") ?? 0,
    mostTasks: numberOf(node, "MaxConcurrentTasks") ?? 0,
  };
}

function hintOf(key: OctopusDocument): string {
  return textOf(objectOf(key, "ApiKey"), "Hint");
}

/** Octopus writes times with any offset, and dates without one. @returns undefined for what is none */
export function toIso(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

export function numberOf(document: JsonObject, field: string): number | undefined {
  const value = document[field];
  return typeof value === "number" ? value : undefined;
}
