import { scopingEnvironments } from "../model/environment-kinds.ts";
import { propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { has, type Availability } from "../model/server-version.ts";
import { createCrud } from "./crud.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { checkTenantTags } from "./tagsets.ts";
import { whyUsed } from "./usage.ts";

const azure: Fields = {
  SubscriptionNumber: null,
  AzureEnvironment: "",
  ActiveDirectoryEndpointBaseUri: "",
  ResourceManagementEndpointBaseUri: "",
};
/** Source: the provider's tests expect it of an account that was sent without one. */
const azureAudience = "api://AzureADTokenExchange";
const subjects: Fields = {
  DeploymentSubjectKeys: [],
  HealthCheckSubjectKeys: [],
  AccountTestSubjectKeys: [],
  CustomClaims: {},
};

/** The fields of each type of account (go-octopusdeploy, accounts). */
const fieldsByType: Readonly<Record<string, Fields>> = {
  UsernamePassword: { Username: "", Password: null },
  Token: { Token: null },
  SshKeyPair: { Username: "", PrivateKeyFile: null, PrivateKeyPassphrase: null },
  AmazonWebServicesAccount: { AccessKey: "", SecretKey: null, Region: "" },
  AmazonWebServicesOidcAccount: { RoleArn: "", SessionDuration: "3600", Audience: "", Region: "", ...subjects },
  AzureServicePrincipal: { ...azure, TenantId: null, ClientId: null, Password: null },
  // Source: octoterra takes anything but null for the name of an environment, which the provider then refuses when it is "".
  AzureOidc: { ...azure, AzureEnvironment: null, TenantId: null, ClientId: null, Audience: azureAudience, ...subjects },
  AzureSubscription: {
    SubscriptionNumber: null,
    AzureEnvironment: "",
    CertificateBytes: null,
    CertificateThumbprint: "",
    ServiceManagementEndpointBaseUri: "",
    ServiceManagementEndpointSuffix: "",
  },
  GoogleCloudAccount: { JsonKey: null },
  GoogleCloudOidcAccount: { Audience: "", TokenLifetimeSeconds: "3600", ...subjects },
  GenericOidcAccount: { Audience: "", DeploymentSubjectKeys: [], CustomClaims: {} },
};

/**
 * Types that not every server has.
 *
 * Source: the commits of OctopusClients that have the type first, d3e8e8fa (December 2024) and 655c4610 (July 2026); as for fields, that
 * they came to servers in the line of that time is assumed.
 */
const typeVersions: Readonly<Record<string, Availability>> = {
  GenericOidcAccount: { since: "2025.1" },
  GoogleCloudOidcAccount: { since: "2026.4" },
};

const secretFields = [
  "Password",
  "Token",
  "PrivateKeyFile",
  "PrivateKeyPassphrase",
  "SecretKey",
  "CertificateBytes",
  "JsonKey",
];

/** Secrets without which an account of the type cannot be made (required by go-octopusdeploy). */
const requiredSecrets: Readonly<Record<string, string>> = {
  Token: "Token",
  SshKeyPair: "PrivateKeyFile",
  AmazonWebServicesAccount: "SecretKey",
  AzureServicePrincipal: "Password",
  GoogleCloudAccount: "JsonKey",
};

const accounts = createCrud({
  kind: "accounts",
  path: "/api/{space}/accounts",
  itemType: "Account",
  noun: "account",
  fields: fieldsFor,
  sensitiveFields: secretsOfAccount,
  references: { EnvironmentIds: scopingEnvironments, TenantIds: "tenants" },
  validate: checkAccount,
  inUse: (account, call) =>
    whyUsed(account, call, ["deploymentprocesses", "runbookprocesses", "variablesets", "machines"]),
  // Source: the Terraform provider's data source asks for AzureOIDC, which the API calls AzureOidc.
  filters: {
    accountType: (account, value) =>
      value.toLowerCase().split(",").includes(textOf(account, "AccountType").toLowerCase()),
  },
  links: (self) => ({
    Usages: `${self}/usages`,
    WebSites: `${self}/websites`,
    WebSiteSlots: `${self}/{resourceGroupName}/websites/{webSiteName}/slots`,
  }),
  permissions: { view: "AccountView", create: "AccountCreate", edit: "AccountEdit", delete: "AccountDelete" },
});

export const accountsRoutes: Route[] = [
  ...accounts.routes,
  {
    method: "GET",
    path: "/api/accounttypes",
    handle: ({ model }) => ({ body: { AccountTypes: typesOf(model.version) } }),
  },
  { method: "GET", path: "/api/{space}/accounts/{id}/usages", handle: (call) => ({ body: usagesOf(call) }) },
  {
    method: "GET",
    path: "/api/accounts/azureenvironments",
    handle: () => ({
      body: ["AzureCloud", "AzureChinaCloud", "AzureGermanCloud", "AzureUSGovernment"].map((Name) => ({
        Name,
        DisplayName: Name,
      })),
    }),
  },
];

function fieldsFor(sent: Fields, { model }: Call): Fields {
  const scope = { EnvironmentIds: [], TenantedDeploymentParticipation: "Untenanted", TenantIds: [], TenantTags: [] };
  return { ...fieldsOfAccount(sent, model.version), ...scope };
}

function typesOf(version: string): string[] {
  return Object.keys(fieldsByType).filter((type) => has(version, typeVersions[type] ?? {}));
}

/** What an account of the type that was sent consists of, wherever it belongs. @throws a 400 when there is no such type */
export function fieldsOfAccount(sent: Fields, version: string): Fields {
  const type = String(propertyOf(sent, "AccountType") ?? "");
  // Assumed: status and sentence.
  if (!typesOf(version).includes(type)) throw badRequest(`The account type '${type}' is not valid.`);
  return { Name: "", AccountType: type, Description: "", ...fieldsByType[type] };
}

export function secretsOfAccount(fields: Fields): string[] {
  return secretFields.filter((field) => field in fields);
}

function checkAccount(fields: Fields, call: Call): void {
  checkTenantTags(textsOf(fields, "TenantTags"), call);
  checkAccountSecrets(fields);
}

/** @throws a 400 when the secret of its type, or the user name of a key, is missing */
export function checkAccountSecrets(fields: Fields): void {
  // Source: go-octopusdeploy requires these; the sentences are assumed.
  const secret = requiredSecrets[textOf(fields, "AccountType")];
  if (secret !== undefined && typeof fields[secret] === "object" && !("$sensitive" in Object(fields[secret])))
    throw badRequest(`Please provide a value for ${secret}.`);
  if (fields["AccountType"] === "SshKeyPair" && textOf(fields, "Username") === "")
    throw badRequest("Please provide a user name.");
}

function usagesOf(call: Call): Fields {
  const account = accounts.find(call.params["id"] ?? "", call);
  return {
    Id: account.Id,
    CommonTenantVariables: [],
    ProjectTenantVariables: [],
    DeploymentProcesses: [],
    LibraryVariableSets: [],
    ProjectVariableSets: [],
    Releases: [],
    RunbookProcesses: [],
    RunbookSnapshots: [],
    Targets: [],
    Links: {},
  };
}
