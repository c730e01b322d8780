import type { JsonObject } from "../../../lib/model/json.ts";
import { awkward, secret, type KindStory } from "../kind-story.ts";
import { makeScope, makeTenants, scoped } from "../scope.ts";

const guid = (digit: number): string => `${digit}0000000-0000-4000-8000-00000000000${digit}`;
const azure = {
  SubscriptionNumber: guid(1),
  AzureEnvironment: "AzureChinaCloud",
  ActiveDirectoryEndpointBaseUri: "https://login.example/",
  ResourceManagementEndpointBaseUri: "https://manage.example/",
};
const azureApplication = { TenantId: guid(2), ClientId: guid(3) };
const subjects = {
  Audience: "the audience",
  DeploymentSubjectKeys: ["space", "environment", "account"],
  HealthCheckSubjectKeys: ["space", "target"],
  AccountTestSubjectKeys: ["type", "space"],
};
const claims = { CustomClaims: { "a claim": "Environments-1" } };

/** A claim of which each type has its own. */
const byType: Readonly<Record<string, JsonObject>> = {
  UsernamePassword: { Username: "me", Password: secret("Password") },
  Token: { Token: secret("Token") },
  SshKeyPair: {
    Username: "me",
    PrivateKeyFile: secret("PrivateKeyFile"),
    PrivateKeyPassphrase: secret("PrivateKeyPassphrase"),
  },
  AmazonWebServicesAccount: { AccessKey: "ACCESS", SecretKey: secret("SecretKey"), Region: "eu-central-1" },
  AmazonWebServicesOidcAccount: {
    RoleArn: "arn:aws:iam::1:role/x",
    SessionDuration: "7200",
    Region: "eu-central-1",
    ...subjects,
    ...claims,
  },
  AzureServicePrincipal: { ...azure, ...azureApplication, Password: secret("Password of Azure") },
  AzureSubscription: {
    SubscriptionNumber: guid(1),
    AzureEnvironment: "AzureCloud",
    CertificateBytes: secret("CertificateBytes"),
    CertificateThumbprint: "AB12",
    ServiceManagementEndpointBaseUri: "https://classic.example/",
    ServiceManagementEndpointSuffix: "storage.example",
  },
  AzureOidc: { ...azure, ...azureApplication, ...subjects, ...claims },
  GoogleCloudAccount: { JsonKey: secret("JsonKey") },
  GoogleCloudOidcAccount: { TokenLifetimeSeconds: "1800", ...subjects, ...claims },
  GenericOidcAccount: { Audience: "the audience", DeploymentSubjectKeys: ["project", "space"], ...claims },
};

export const stories: KindStory[] = [
  {
    kind: "account",
    what: "of every type, for an environment, a tenant and a tag",
    server: { version: "2026.4" },
    prepare: makeTenants,
    edit: { Description: "Edited", TenantIds: [] },
    async seed(space) {
      const scope = scoped(await makeScope(space));
      for (const [AccountType, fields] of Object.entries(byType))
        await space.post("/accounts", {
          Name: awkward(AccountType),
          Slug: `by-hand-${AccountType.toLowerCase()}`,
          Description: `Of the type ${AccountType}, not Accounts-1.`,
          AccountType,
          ...scope,
          ...fields,
        });
    },
    uncarried: {
      "AccountType: None": "No account is of it.",
      Details: "the reference has in it what clients have beside the name",
    },
  },
  {
    kind: "account",
    what: "for everything, and without a secret; for tenants alone",
    async seed(space) {
      await space.post("/accounts", {
        Name: "Tenants",
        AccountType: "Token",
        Token: secret("Token"),
        TenantedDeploymentParticipation: "Tenanted",
      });
      await space.post("/accounts", { Name: "Plain", AccountType: "UsernamePassword", Username: "me" });
    },
  },
];
