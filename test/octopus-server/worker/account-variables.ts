import { textOf } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import type { Execution } from "./execution.ts";
import { issueIdToken } from "./id-tokens.ts";

/** Fields of accounts and certificates and the variables that they become, by the kind of account (docs, account and certificate variables). */
const parts: Record<string, Record<string, string>> = {
  AmazonWebServicesAccount: { AccessKey: "AccessKey", SecretKey: "SecretKey", Region: "Region" },
  UsernamePassword: { Username: "Username", Password: "Password" },
  Token: { Token: "Token" },
  SshKeyPair: { Username: "Username", PrivateKeyFile: "PrivateKeyFile", PrivateKeyPassphrase: "PrivateKeyPassphrase" },
  AzureServicePrincipal: {
    SubscriptionNumber: "SubscriptionNumber",
    ClientId: "Client",
    TenantId: "TenantId",
    Password: "Password",
    AzureEnvironment: "AzureEnvironment",
  },
  // Source: Library, octopus-authenticate-with-oidc.
  GenericOidcAccount: { Audience: "Audience" },
  GoogleCloudAccount: { JsonKey: "JsonKey" },
  Certificate: { Name: "Name", Thumbprint: "Thumbprint", CertificateData: "RawOriginal", Password: "Password" },
};

/** A variable whose value is the id of an account or a certificate also stands for its parts: `Aws` brings `Aws.AccessKey`. */
export function expandReference(
  model: OctopusModel,
  { name, value, execution }: { name: string; value: unknown; execution: Execution },
): [string, unknown][] {
  const own: [string, unknown][] = [[name, value]];
  if (typeof value !== "string" || !/^(Accounts|Certificates)-\d+$/.test(value)) return own;
  const resource = model.collection("accounts").find(value) ?? model.collection("certificates").find(value);
  const kind = value.startsWith("Certificates-") ? "Certificate" : textOf(resource ?? {}, "AccountType");
  const fields = Object.entries(parts[kind] ?? {}).map(([field, part]): [string, unknown] => [
    `${name}.${part}`,
    resource?.[field],
  ]);
  // Source: docs, infrastructure/accounts/openid-connect: any OIDC account brings the token of the run.
  const token = issueIdToken(model, { account: resource, execution });
  if (token !== undefined) fields.push([`${name}.OpenIdConnect.Jwt`, { $sensitive: token }]);
  return [...own, ...fields.filter(([, part]) => part !== undefined && part !== null)];
}
