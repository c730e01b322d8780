import { isSameName } from "../octopus/same-name.ts";
import { forEachSecret, isSecretMark, type ResourceGraph } from "../model/graph.ts";
import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import { isVersionControlled } from "../resources/version-control.ts";
import { findUnresolvableSecrets } from "./find-unresolvable-secrets.ts";
import type { ReadResource } from "./leave-out.ts";
import type { NameIndex } from "./read-names.ts";

/** A secret that a deployment cannot send by itself. */
export interface UnresolvedSecret {
  /** Such as `the variable "Password"` or `the step "Deploy" of "Hello World"`. */
  about: string;
  reason: string;
  /** The variable by which a run may have it all the same. */
  named?: string | undefined;
}

/** Why the values of these variables, by their ids, cannot be sent by a deployment. */
export function findSecrets(
  read: ReadResource[],
  names: NameIndex,
  syncEnvironment: string | undefined,
): Map<string, string> {
  if (syncEnvironment === undefined) return new Map();
  const isInGit = read.some(({ document }) => isVersionControlled(document));
  const stored = read.flatMap(({ document }) => objectsOf(document, "Variables"));
  const variables = isInGit ? stored.map(withoutEnvironments) : stored;
  const scopes = variables.map((variable) => variable["Scope"]).filter(isJsonObject);
  // An environment that no variable is scoped to needs no id.
  const id = scopes
    .flatMap((scope) => textsOf(scope, "Environment"))
    .find((candidate) => isSameName(names.find(candidate)?.key[0] ?? "", syncEnvironment));
  const unresolvable = findUnresolvableSecrets(variables, { name: syncEnvironment, id });
  return new Map(unresolvable.map((secret) => [secret.id, secret.reason]));
}

/** The values of a project in Git come from its companion project, under the same names and for every environment. */
function withoutEnvironments(variable: JsonObject): JsonObject {
  if (!isJsonObject(variable["Scope"])) return variable;
  const { Environment: _environments, ...scope } = variable["Scope"];
  return { ...variable, Scope: scope };
}

const reasonField = "$reason";

/** The id, by which a reason is known, is dropped by reading: so the reason rides along in the variable until then. */
export function markUnresolvable(document: OctopusDocument, reasons: Map<string, string>): OctopusDocument {
  if (reasons.size === 0 || !Array.isArray(document["Variables"])) return document;
  const variables = objectsOf(document, "Variables").map((variable) => {
    const reason = reasons.get(textOf(variable, "Id"));
    return reason === undefined ? variable : { ...variable, [reasonField]: reason };
  });
  return { ...document, Variables: variables };
}

/** The reasons that {@link markUnresolvable} put into variables, as the marks of their secrets have them. */
export function restoreReasons(body: JsonObject): JsonObject {
  if (!Array.isArray(body["Variables"])) return body;
  return { ...body, Variables: objectsOf(body, "Variables").map(restoreReason) };
}

function restoreReason(variable: JsonObject): JsonValue {
  if (!(reasonField in variable)) return variable;
  const { [reasonField]: reason, ...rest } = variable;
  if (typeof reason !== "string" || !isSecretMark(rest["Value"])) return rest;
  return { ...rest, Value: { $secret: { ...rest["Value"].$secret, unresolvable: reason } } };
}

/** The secrets of the graph that no deploying run can know. */
export function listUnresolved(graph: ResourceGraph): UnresolvedSecret[] {
  const unresolved: UnresolvedSecret[] = [];
  for (const node of graph.nodes) {
    forEachSecret(node.body, ({ $secret: { variable, named, unresolvable } }, path) => {
      if (unresolvable === undefined) return;
      const place = path
        .filter((part) => !["Value", "Variables", "Steps", "Actions", "Properties"].includes(part))
        .join(", ");
      const about = variable === null ? `"${place}" of ${describeByKind(node)}` : `the variable "${variable}"`;
      unresolved.push({ about, reason: unresolvable, named });
    });
  }
  return unresolved;
}
