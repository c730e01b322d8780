import type { JsonObject } from "../model/json.ts";

/** What a server says of a target or a worker, and what is only asked for when it is made. */
const machines = [
  ["Architecture", "HasLatestCalamari", "HealthStatus", "IsInProcess", "OperatingSystem", "OperatingSystemVersion"],
  ["ShellName", "ShellVersion", "SkipInitialHealthCheck", "Status", "StatusSummary"],
].flat();

/** What a certificate says about itself, and what only its creation and its replacement take. */
const certificates = [
  ["Archived", "CertificateChain", "CertificateData", "CertificateDataFormat", "HasPrivateKey", "IsExpired"],
  ["IssuerCommonName", "IssuerDistinguishedName", "IssuerOrganization", "NotAfter", "NotBefore", "Password"],
  ["ReplacedBy", "SelfSigned", "SerialNumber", "SignatureAlgorithmName", "SubjectAlternativeNames"],
  ["SubjectCommonName", "SubjectDistinguishedName", "SubjectOrganization", "Thumbprint", "Version"],
].flat();

/**
 * By collection: what the answers have and the PUT does not (Octopus's API reference, 2026-10), none of which older servers take
 * from a PUT either (OctopusClients, `Writeable`), and what the id of the document is called there.
 */
const collections: Readonly<Record<string, { answered?: readonly string[]; id?: string }>> = {
  accounts: { id: "AccountId" },
  actiontemplates: { answered: ["CommunityActionTemplateId", "Category", "StepPackageId"] },
  certificates: { answered: certificates },
  channels: { answered: ["Type"] },
  environments: { id: "EnvironmentId" },
  "git-credentials": { answered: ["Slug"] },
  libraryvariablesets: { answered: ["VariableSetId", "VersionControlReference"] },
  machines: { answered: machines, id: "MachineId" },
  parentEnvironments: { id: "EnvironmentId" },
  projectgroups: { answered: ["EnvironmentIds", "RetentionPolicyId"] },
  projects: { answered: ["VariableSetId", "DeploymentProcessId", "ProjectTemplateDetails"], id: "ProjectId" },
  retentionpolicies: { answered: ["Name"] },
  spaces: { answered: ["ExtensionSettings", "Icon", "IsPrivate"] },
  tagsets: { answered: ["IsSystem"] },
  teams: { answered: ["CanBeDeleted", "CanBeRenamed", "CanChangeMembers", "CanChangeRoles"] },
  tenants: { answered: ["ClonedFromTenantId", "CustomFields", "Icon"] },
  userroles: {
    answered: ["CanBeDeleted", "SpacePermissionDescriptions", "SupportedRestrictions", "SystemPermissionDescriptions"],
  },
  users: { answered: ["CanPasswordBeEdited", "Created", "IsRequestor", "IsService", "ServiceAccountType"] },
  workerpools: { answered: ["CanAddWorkers"] },
  workers: { answered: [...machines, "Thumbprint", "Uri"] },
};

/** A new document as its POST takes it: in a space it says which. */
export function toNew(body: JsonObject, spaceId: string | undefined): JsonObject {
  return spaceId === undefined ? body : { ...body, SpaceId: spaceId };
}

/**
 * A document, which may be as it was answered, as its PUT takes it. `Id` stays even where the reference has another name for it, since
 * servers before these names know no other.
 */
export function toChanged(body: JsonObject, path: string, spaceId: string | undefined): JsonObject {
  const { Links: _links, ...fields } = toNew(body, spaceId);
  const [, collection = "", id = "", part] = path.split("/");
  const { answered = [], id: idField } = (part === undefined ? collections[collection] : undefined) ?? {};
  const taken = Object.fromEntries(Object.entries(fields).filter(([field]) => !answered.includes(field)));
  return idField === undefined ? taken : { ...taken, [idField]: id };
}
