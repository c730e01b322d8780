import { neededSecret, secret, usualSecret } from "../references.ts";
import { description, nameField, type Section } from "../section.ts";
import { byType } from "../shape.ts";
import { tenanted } from "../tenanted.ts";
import { required, type Fields } from "../value.ts";
import { map, text, texts, word } from "../words.ts";

const subject = (at: string, of: string) => texts(at, `What the subject of a token tells for ${of}, in this order.`);

const claims: Fields = { customClaims: map("CustomClaims", "What tokens say besides.") };

const subjects: Fields = {
  deploymentSubjectKeys: subject("DeploymentSubjectKeys", "deployments and runbooks"),
  healthCheckSubjectKeys: subject("HealthCheckSubjectKeys", "health checks"),
  accountTestSubjectKeys: subject("AccountTestSubjectKeys", "tests of the account"),
  ...claims,
};

const audience = text("Audience");

const azure: Fields = {
  subscription: required(word("SubscriptionNumber")),
  azureEnvironment: text("AzureEnvironment", "Such as `AzureChinaCloud`."),
};

const azureApplication: Fields = {
  ...azure,
  tenant: required(word("TenantId", "The tenant of Azure.")),
  client: required(word("ClientId", "The application.")),
  activeDirectoryUrl: text("ActiveDirectoryEndpointBaseUri"),
  resourceManagerUrl: text("ResourceManagementEndpointBaseUri"),
};

export const accounts: Section = {
  key: "accounts",
  kind: "account",
  about: "How Octopus signs in elsewhere.",
  fields: { name: nameField, description, ...tenanted },
  variants: byType("AccountType", {
    usernamePassword: ["UsernamePassword", { username: text("Username"), password: usualSecret("Password") }],
    token: ["Token", { token: neededSecret("Token") }],
    ssh: [
      "SshKeyPair",
      {
        username: required(word("Username")),
        privateKey: neededSecret("PrivateKeyFile", "The file, in Base64."),
        passphrase: secret("PrivateKeyPassphrase"),
      },
    ],
    aws: [
      "AmazonWebServicesAccount",
      { accessKey: required(word("AccessKey")), secretKey: neededSecret("SecretKey"), region: text("Region") },
    ],
    awsOidc: [
      "AmazonWebServicesOidcAccount",
      {
        roleArn: required(word("RoleArn")),
        sessionDuration: text("SessionDuration", "Seconds."),
        region: text("Region"),
        audience,
        ...subjects,
      },
    ],
    azure: ["AzureServicePrincipal", { ...azureApplication, password: neededSecret("Password") }],
    azureOidc: ["AzureOidc", { ...azureApplication, audience, ...subjects }],
    azureSubscription: [
      "AzureSubscription",
      {
        ...azure,
        certificate: secret(
          "CertificateBytes",
          "The management certificate, in Base64. Left out: the server makes one.",
        ),
        thumbprint: text("CertificateThumbprint"),
        serviceManagementUrl: text("ServiceManagementEndpointBaseUri"),
        serviceManagementSuffix: text("ServiceManagementEndpointSuffix"),
      },
    ],
    google: ["GoogleCloudAccount", { key: neededSecret("JsonKey", "The JSON key, in Base64.") }],
    googleOidc: [
      "GoogleCloudOidcAccount",
      { audience, tokenLifetimeSeconds: text("TokenLifetimeSeconds"), ...subjects },
    ],
    oidc: [
      "GenericOidcAccount",
      { audience, deploymentSubjectKeys: subject("DeploymentSubjectKeys", "deployments and runbooks"), ...claims },
    ],
  }),
  unsaid: ["Slug"],
};
