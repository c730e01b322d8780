import { textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { words, type Field } from "./field.ts";
import { wordMap } from "./process-fields.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";
import { tenantedFields } from "./tenanted.ts";

/** The parts of the subject of a token, in their order. */
const subject: Field = { text: "words", isOrdered: true };

const { list, create, update } = collectionRoutes("accounts");

export const account: ResourceKind = {
  id: "account",
  label: "account",
  idPrefix: "Accounts",
  list,
  // This collection has no filter by ids (Octopus's API reference, accounts).
  listByIds: async (space, ids) => (await list(space)).filter(({ Id }) => ids.includes(Id)),
  create,
  update,
  describeUnknown,
  nameOf: nameField,
  detailsOf: (document) => ({ AccountType: textOf(document, "AccountType") }),
  fields: {
    ...tenantedFields,
    Username: words,
    // Of Azure, not of Octopus.
    ClientId: words,
    TenantId: words,
    DeploymentSubjectKeys: subject,
    HealthCheckSubjectKeys: subject,
    AccountTestSubjectKeys: subject,
    CustomClaims: wordMap,
  },
  createOnly: ["Slug"],
  // Tenants may have accounts among their values.
  deferred: ["TenantIds"],
};

/** Servers before this question take what they know, and refuse the rest. */
async function describeUnknown(space: OctopusSpace, bodies: readonly JsonObject[]): Promise<string[]> {
  const types = await space.server.find("/accounttypes");
  if (types === undefined) return [];
  const known = textsOf(types, "AccountTypes");
  return bodies
    .filter((body) => !known.includes(textOf(body, "AccountType")))
    .map((body) => `type "${textOf(body, "AccountType")}" of accounts, which the account "${nameField(body)}" has`);
}
