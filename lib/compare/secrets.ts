import { createHmac } from "node:crypto";
import { targetId, type GraphNode } from "../model/graph.ts";
import { listSecretPlaces, type SecretPlace } from "../graph/write-body.ts";
import type { JsonObject } from "../model/json.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { escapeFor } from "./escape-expressions.ts";

/** What to do about a secret whose value this run does not have. */
export type MissingSecrets = "fail" | "leave";

export interface SecretSource {
  /** One Octopus variable of the run that deploys; undefined when it has none of that name. */
  readVariable(name: string): string | undefined;
  missing: MissingSecrets;
  /** Key of the HMACs by which a later run knows which secrets are new; without one every secret is sent every time. */
  key?: string | undefined;
  /** The HMACs of what was sent before, by place. */
  sent?: Readonly<Record<string, string>> | undefined;
  /** Whether what the space has counts as what would be sent: a run that knows only that there is a value cannot tell. */
  assumesSame?: boolean | undefined;
}

/** What a node's secrets need. */
export interface SecretPlan {
  /** By place, the values to send. */
  toSend: Map<string, string>;
  /** By place in the graph, the HMACs of what the server has when all is sent. */
  digests: Record<string, string>;
}

/** The value of a secret, where one can be known: the one that is given for this value alone before the one of the variable's name. */
export function findSecret(
  { variable, named, unresolvable }: SecretPlace,
  { readVariable }: SecretSource,
): string | undefined {
  const given = named === undefined ? undefined : readVariable(named);
  if (given !== undefined) return given;
  return variable === null || unresolvable !== undefined ? undefined : readVariable(variable);
}

export interface SecretPlanOptions {
  kind: ResourceKind;
  /** What tells the resource from others, whatever it is called. */
  owner: string;
  /** By {@link SecretPlace.formerPlace}, where the receipt has the secrets of what the resource and its items were. */
  former: ReadonlyMap<string, string>;
  /** What is to be in the space, of which people may have changed some. */
  body: JsonObject;
  /** What the package says: it knows where each secret comes from. */
  desired: JsonObject;
  /** What is there now. */
  current: JsonObject;
  spaceId: string;
  source: SecretSource;
}

/** Which secrets have to be sent: all that the server does not have yet, and all that are not known to be the same. */
export function planSecrets(
  node: GraphNode,
  { kind, owner, former, body, desired, current, spaceId, source }: SecretPlanOptions,
): SecretPlan {
  const present = new Set(listSecretPlaces(kind, current).map(({ place }) => place));
  const kept = new Set(listSecretPlaces(kind, body).map(({ place }) => place));
  const plan: SecretPlan = { toSend: new Map(), digests: {} };
  const formerOwner = targetId({ kind: node.kind, key: node.key });
  const known = new Map<string, string>();
  for (const secret of listSecretPlaces(kind, desired).filter(({ place }) => kept.has(place))) {
    const found = secret.isKept === true && present.has(secret.place) ? undefined : findSecret(secret, source);
    if (found === undefined) continue;
    // The HMAC is of what is sent: a copy that has the value as it was before it was escaped gets it once more.
    const value = escapeFor(secret, found);
    const digestAt = (place: string): string | undefined =>
      digestSecret([spaceId, place, secret.variable ?? "", value], source.key);
    const place = `${owner} ${secret.place}`;
    const digest = digestAt(place);
    if (digest !== undefined) plan.digests[place] = digest;
    const places = [place, `${formerOwner} ${secret.formerPlace}`, former.get(secret.formerPlace) ?? place];
    const isKnown =
      source.assumesSame === true ||
      places.some((one) => digestAt(one) !== undefined && source.sent?.[one] === digestAt(one));
    (isKnown && present.has(secret.place) ? known : plan.toSend).set(secret.place, value);
  }
  if (kind.sendsSecretsTogether !== true || plan.toSend.size === 0) return plan;
  return { ...plan, toSend: new Map([...known, ...plan.toSend]) };
}

/** Keyed, so that nobody can try values against it, and bound to its place, so that equal secrets do not look equal. */
function digestSecret(parts: string[], key: string | undefined): string | undefined {
  return key === undefined || key === ""
    ? undefined
    : createHmac("sha256", key).update(JSON.stringify(parts)).digest("hex");
}
