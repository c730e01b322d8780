import { targetId, type Target } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import { writeBody } from "../graph/write-body.ts";
import type { Comparison, NodePlan } from "../compare/comparison.ts";

/** What is sent for a plan. */
export function toDocument(
  { directory }: Comparison,
  { kind, merge, current, secrets, itemIdentities }: NodePlan,
): JsonObject {
  return writeBody(kind, merge.body, {
    ...writers(directory),
    secretAt: (place) => secrets.toSend.get(place),
    current,
    itemIdentities,
  });
}

/** How a body's references become ids. */
export function writers(directory: Comparison["directory"]): {
  idOf: (target: Target) => string;
  templateVersionOf: (target: Target) => string;
} {
  return {
    idOf(target) {
      const id = directory.findId(target);
      if (id === undefined) throw new Error(`Nothing in the space is known as ${targetId(target)}.`);
      return id;
    },
    templateVersionOf: (target) => directory.findTemplateVersion(target) ?? "",
  };
}

export function withoutFields(body: JsonObject, fields: readonly string[] = []): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)));
}
