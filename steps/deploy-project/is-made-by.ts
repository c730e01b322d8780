import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../../lib/model/json.ts";
import type { OctopusDocument } from "../../lib/octopus/octopus-client.ts";
import { isSameName } from "../../lib/octopus/same-name.ts";
import type { Memory } from "../../lib/receipts/memory.ts";
import { getKind } from "../../lib/resources/index.ts";

/** Whether the project is just what a run that was killed was making: else somebody made it since, and it is theirs. */
export function isMadeBy({ pending }: Memory, project: OctopusDocument): boolean {
  const roots = pending.flatMap(({ nodes }) => nodes.filter(({ owner, kind }) => owner === undefined && isRoot(kind)));
  return roots.some(({ kind, body }) => {
    const { createOnly = [], deferred = [] } = getKind(kind);
    const sent = Object.entries(body).filter(([field]) => ![...createOnly, ...deferred].includes(field));
    return sent.every(([field, value]) => isAsSent(field, value, project));
  });
}

function isRoot(kind: string): boolean {
  return getKind(kind).isRenamable === true;
}

/** What is called by ids here cannot be told from what people chose, and a server may not know a field. */
function isAsSent(field: string, value: JsonValue, project: JsonObject): boolean {
  const there = project[field];
  if (there === undefined || isJsonObject(value) || Array.isArray(value)) return true;
  if (field === "Name") return isSameName(textOf(project, field), String(value));
  return (there ?? "") === value;
}
