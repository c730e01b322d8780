import type { Resource } from "./collection.ts";
import type { ColumnPlan } from "./columns.ts";
import { textOf } from "./fields.ts";

/** Of the kinds of which a server may have hundreds of thousands. */
export const columnPlans: Readonly<Record<string, ColumnPlan>> = {
  tasks: {
    texts: textsOfFields([
      "SpaceId",
      "State",
      "Name",
      "ProjectId",
      "EnvironmentId",
      "TenantId",
      "RunbookId",
      "ServerNode",
    ]),
    numbers: {
      QueueTime: ({ QueueTime }) => timeOf(QueueTime),
      StartTime: ({ StartTime }) => timeOf(StartTime),
      CompletedTime: ({ CompletedTime }) => timeOf(CompletedTime),
    },
    isSettled: ({ IsCompleted }) => IsCompleted === true,
  },
  events: {
    texts: { ...textsOfFields(["SpaceId", "Category", "UserId", "UserAgent"]), DocumentTypes: documentTypesOf },
    numbers: { Occurred: ({ Occurred }) => timeOf(Occurred), Number: ({ Id }) => numberOf(Id) },
    isSettled: () => true,
  },
};

function textsOfFields(fields: readonly string[]): ColumnPlan["texts"] {
  return Object.fromEntries(fields.map((field) => [field, (document: Resource) => textOf(document, field)]));
}

function timeOf(value: unknown): number {
  return typeof value === "string" ? Date.parse(value) : Number.NaN;
}

/** `Events-12` is number 12. */
function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf("-") + 1));
}

/** Of what an event is about, each between spaces: ids begin with it, and `variableset-Projects-1` is one of the variable sets. */
function documentTypesOf({ RelatedDocumentIds }: Resource): string {
  const types = new Set<string>();
  for (const id of Array.isArray(RelatedDocumentIds) ? RelatedDocumentIds : [])
    if (typeof id === "string") types.add(pluralOf(id.slice(0, Math.max(0, id.indexOf("-"))).toLowerCase()));
  return ` ${[...types].join(" ")} `;
}

function pluralOf(type: string): string {
  if (!type.endsWith("s")) return `${type}s`;
  return type.endsWith("ss") ? `${type}es` : type;
}
