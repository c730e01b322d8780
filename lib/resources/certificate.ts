import { objectOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { collectionRoutes, listInBatches, nameField, type ResourceKind } from "./resource-kind.ts";
import { tenantedFields } from "./tenanted.ts";

const { list, create } = collectionRoutes("certificates");

/** Those that were replaced or archived are listed only when asked for, and do not come along. */
export const certificate: ResourceKind = {
  id: "certificate",
  label: "certificate",
  idPrefix: "Certificates",
  list,
  listByIds: async (space, ids) => {
    const found = await listWithIds(space, ids, false);
    const others = ids.filter((id) => !found.some(({ Id }) => Id === id));
    return others.length === 0 ? found : [...found, ...(await listWithIds(space, others, true))];
  },
  create,
  update,
  nameOf: nameField,
  remarkOn: (document) =>
    document["IsExpired"] === true
      ? `expired on ${textOf(document, "NotAfter").slice(0, 10)}: whoever uses the copy has to replace it, as in its original's space`
      : undefined,
  fields: tenantedFields,
  serverMade: [
    "Archived",
    "ReplacedBy",
    "CertificateDataFormat",
    "CertificateChain",
    "HasPrivateKey",
    "IsExpired",
    "IssuerCommonName",
    "IssuerDistinguishedName",
    "IssuerOrganization",
    "NotAfter",
    "NotBefore",
    "SelfSigned",
    "SerialNumber",
    "SignatureAlgorithmName",
    "SubjectAlternativeNames",
    "SubjectCommonName",
    "SubjectDistinguishedName",
    "SubjectOrganization",
    "Thumbprint",
    "Version",
  ],
  sendsSecretsTogether: true,
  // Tenants may have certificates among their values.
  deferred: ["TenantIds"],
};

function listWithIds(space: OctopusSpace, ids: string[], archived: boolean): Promise<OctopusDocument[]> {
  return listInBatches(ids, (batch) => space.list("/certificates", { ids: batch, archived }));
}

/** Other data make another certificate, which takes the id: a PUT takes neither data nor password. */
async function update(space: OctopusSpace, current: OctopusDocument, body: JsonObject): Promise<OctopusDocument> {
  const path = `/certificates/${current.Id}`;
  const [data, password] = ["CertificateData", "Password"].map((field) => textOf(objectOf(body, field), "NewValue"));
  if (data !== undefined && data !== "")
    await space.post(`${path}/replace`, {
      Id: current.Id,
      CertificateData: data,
      ...(password && { Password: password }),
    });
  return space.put(path, body);
}
