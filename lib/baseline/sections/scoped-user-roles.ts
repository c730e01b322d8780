import { isReference } from "../../model/graph.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { name, names } from "../references.ts";
import type { Section } from "../section.ts";
import { required, type Fields } from "../value.ts";

const limits: Fields = {
  projects: names("project", "ProjectIds", "For which it has the role. Left out: all."),
  projectGroups: names("projectGroup", "ProjectGroupIds", "For which it has the role. Left out: all."),
  environments: names("environment", "EnvironmentIds", "For which it has the role. Left out: all."),
  tenants: names("tenant", "TenantIds", "For which it has the role. Left out: all."),
};

/** It has no name in Octopus: what it is tells it from others. */
function describe(body: JsonObject): string {
  const role = `${nameOf(body["TeamId"])}: ${nameOf(body["UserRoleId"])}`;
  const limited = Object.values(limits).flatMap(({ at: [field = ""] }) => namesOf(body[field]));
  return limited.length === 0 ? role : `${role} (${limited.join(", ")})`;
}

function namesOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(nameOf).toSorted() : [];
}

function nameOf(value: JsonValue | undefined): string {
  return isReference(value) ? (value.$ref.key[0] ?? "") : "";
}

export const scopedUserRoles: Section = {
  key: "scopedUserRoles",
  kind: "scopedUserRole",
  about: "Which team has which role, and for what.",
  fields: { team: required(name("team", "TeamId")), role: required(name("userRole", "UserRoleId")), ...limits },
  implied: (body) => [["Name", describe(body)]],
  isWhole: true,
  identify: (said) => JSON.stringify(said).toLowerCase(),
  twice: " is there twice",
};
