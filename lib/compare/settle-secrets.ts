import { dropSecrets, listSecretPlaces, type SecretPlace } from "../graph/write-body.ts";
import type { GraphNode } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { describe, type Comparison } from "./comparison.ts";
import type { Obstacle } from "./obstacle.ts";
import { findSecret } from "./secrets.ts";

interface Settling {
  node: GraphNode;
  kind: ResourceKind;
  currentBody: JsonObject;
}

/** Secrets without a value: those that the space has stay there, others are problems, or left out if that is wanted. */
export function settleSecrets(
  comparison: Comparison,
  { node, kind, currentBody }: Settling,
): { desired: JsonObject; problems: Obstacle[] } {
  const present = new Set(listSecretPlaces(kind, currentBody).map(({ place }) => place));
  const unknown = listSecretPlaces(kind, node.body).filter(
    (secret) => findSecret(secret, comparison.secrets) === undefined,
  );
  const missing = unknown.filter(
    (secret) =>
      !present.has(secret.place) ||
      (secret.variable !== null && secret.unresolvable === undefined && secret.isKept !== true),
  );
  const problems =
    comparison.secrets.missing === "leave"
      ? []
      : missing.map((secret) => describeMissing(secret, describe(comparison, node)));
  const dropped = new Set(unknown.filter(({ place }) => !present.has(place)).map(({ place }) => place));
  return { desired: dropSecrets(kind, node.body, dropped), problems };
}

/** Why a secret cannot be sent. */
export function describeMissing({ path, variable, named, unresolvable }: SecretPlace, owner: string): Obstacle {
  if (unresolvable !== undefined)
    return { text: `the secret in ${owner} (${path.join(" › ")}) cannot be known: ${unresolvable}` };
  const variables = [variable ?? undefined, named].filter((name) => name !== undefined);
  const names = variables.map((name) => `"${name}"`).join(" or ");
  return { text: `this run has no variable ${names}, the secret of ${owner}`, variables };
}
