import { dropSecrets, listSecretPlaces } from "../graph/write-body.ts";
import { isSecretMark } from "../model/graph.ts";
import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { getKind } from "../resources/index.ts";
import { describe, type Comparison } from "./comparison.ts";
import { escapeFor } from "./escape-expressions.ts";
import type { Obstacle } from "./obstacle.ts";
import type { StepTemplatePlan } from "./plan-step-templates.ts";
import { findSecret } from "./secrets.ts";
import { describeMissing } from "./settle-secrets.ts";

// Which secrets a template has is no part of its content: they are sent whenever it is made or changed.

/**
 * The defaults of sensitive parameters that a template which is to be made has, and the run does not know: one each. Templates that
 * come along for the sake of steps do without, since a step has values of its own.
 */
export function listMissingDefaults(comparison: Comparison): Obstacle[] {
  const made = comparison.secrets.missing === "leave" ? [] : comparison.templates;
  return made
    .filter(({ action, node }) => action === "create" && node.origin !== undefined)
    .flatMap(({ node }) =>
      listSecretPlaces(getKind(node.kind), node.body)
        // Packages of earlier versions do not say which variable has it.
        .filter((secret) => secret.variable !== null && findSecret(secret, comparison.secrets) === undefined)
        .map((secret) => describeMissing(secret, describe(comparison, node))),
    );
}

/** What is to be written of a template, with its secrets, by their places. What nobody knows a new one has not. */
export function withDefaults(
  { secrets }: Pick<Comparison, "secrets">,
  { node, merge, current }: StepTemplatePlan,
): { body: JsonObject; secretAt: (place: string) => string | undefined } {
  const kind = getKind(node.kind);
  const body = addMarks(merge.body, node.body);
  const known = new Map<string, string>();
  const unknown = new Set<string>();
  for (const secret of listSecretPlaces(kind, body)) {
    const found = findSecret(secret, secrets);
    if (found === undefined) unknown.add(secret.place);
    else known.set(secret.place, escapeFor(secret, found));
  }
  const secretAt = (place: string): string | undefined => known.get(place);
  return { body: current === undefined ? dropSecrets(kind, body, unknown) : body, secretAt };
}

/** Parameters are known by their names. */
function addMarks(body: JsonObject, like: JsonObject): JsonObject {
  const result = { ...body };
  for (const [field, value] of Object.entries(like)) {
    const own = body[field];
    if (isSecretMark(value)) result[field] = own ?? value;
    else if (Array.isArray(value) && Array.isArray(own)) result[field] = own.map((item) => addToItem(item, value));
    else if (isJsonObject(value) && isJsonObject(own)) result[field] = addMarks(own, value);
  }
  return result;
}

function addToItem(item: JsonValue, items: JsonValue[]): JsonValue {
  if (!isJsonObject(item)) return item;
  const like = items.filter(isJsonObject).find((one) => textOf(one, "Name") === textOf(item, "Name"));
  return like === undefined ? item : addMarks(item, like);
}
