import { textOf } from "../../model/json.ts";
import { always, nothing, secret, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainFamily, type FieldForm, type FieldForms } from "../plain-form.ts";
import { tenanted } from "./tenanted.ts";

/** Types of accounts as the API calls them, where the data source has another word (provider 1.17.0, `getQueryAccountType`). */
const otherWords: Readonly<Record<string, string>> = { AzureOidc: "AzureOIDC" };

/** Further types of the API, such as `GoogleCloudOidcAccount`, are none that the provider can read. */
const types = [
  ["AmazonWebServicesAccount", "AmazonWebServicesOidcAccount", "AmazonWebServicesRoleAccount", "AzureOidc"],
  ["AzureServicePrincipal", "AzureSubscription", "GenericOidcAccount", "GoogleCloudAccount", "SshKeyPair", "Token"],
  ["UsernamePassword"],
].flat();

export const account: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_accounts",
    collection: "accounts",
    label: "account",
    toFilters({ AccountType: type }) {
      if (type === undefined) return {};
      return types.includes(type) ? { account_type: otherWords[type] ?? type } : undefined;
    },
  },
  resource: plainFamily(({ body }) => {
    const type = textOf(body, "AccountType");
    const own = forms[type];
    if (own === undefined) return `the provider has no account of the type ${type}: it is left out`;
    return { type: own.type, label: "account", fields: { ...common, ...own.fields } };
  }),
};

const common: FieldForms = {
  Name: "name",
  Slug: slugOfName,
  AccountType: nothing,
  Description: always("description"),
  EnvironmentIds: "environments",
  ...tenanted,
};

/** Texts of the API that are numbers here. */
const seconds: FieldForm = ({ value }) =>
  value === undefined || value === null || value === "" ? {} : { attributes: { session_duration: Number(value) } };

const deployments: FieldForms = { DeploymentSubjectKeys: "execution_subject_keys" };
const subjects: FieldForms = {
  ...deployments,
  HealthCheckSubjectKeys: "health_subject_keys",
  AccountTestSubjectKeys: "account_test_subject_keys",
};
/** The provider never sends one, nor which of the clouds it is, and a server has this then. */
const azureAudience = "api://AzureADTokenExchange";
const withAudience: FieldForm = ({ value }) => ({
  attributes: { audience: azureAudience },
  isUnsaid: value !== azureAudience,
});

const azure: FieldForms = {
  SubscriptionNumber: "subscription_id",
  ClientId: "application_id",
  TenantId: "tenant_id",
  ActiveDirectoryEndpointBaseUri: "authentication_endpoint",
  ResourceManagementEndpointBaseUri: "resource_manager_endpoint",
};

const forms: Readonly<Record<string, { type: string; fields: FieldForms }>> = {
  AmazonWebServicesAccount: {
    type: "octopusdeploy_aws_account",
    fields: { AccessKey: "access_key", SecretKey: secret("secret_key"), Region: "region" },
  },
  AmazonWebServicesOidcAccount: {
    type: "octopusdeploy_aws_openid_connect_account",
    fields: {
      ...subjects,
      RoleArn: "role_arn",
      SessionDuration: seconds,
      Region: "region",
      CustomClaims: "custom_claims",
    },
  },
  AzureOidc: {
    type: "octopusdeploy_azure_openid_connect",
    fields: { ...azure, ...subjects, Audience: withAudience },
  },
  AzureServicePrincipal: {
    type: "octopusdeploy_azure_service_principal",
    fields: { ...azure, Password: secret("password") },
  },
  AzureSubscription: {
    type: "octopusdeploy_azure_subscription_account",
    fields: {
      SubscriptionNumber: "subscription_id",
      AzureEnvironment: "azure_environment",
      ServiceManagementEndpointBaseUri: "management_endpoint",
      ServiceManagementEndpointSuffix: "storage_endpoint_suffix",
      CertificateBytes: secret("certificate", "cert"),
      CertificateThumbprint: "certificate_thumbprint",
    },
  },
  GenericOidcAccount: {
    type: "octopusdeploy_generic_oidc_account",
    fields: { ...deployments, Audience: "audience", CustomClaims: "custom_claims" },
  },
  GoogleCloudAccount: { type: "octopusdeploy_gcp_account", fields: { JsonKey: secret("json_key") } },
  SshKeyPair: {
    type: "octopusdeploy_ssh_key_account",
    fields: {
      Username: "username",
      PrivateKeyFile: secret("private_key_file", "cert"),
      PrivateKeyPassphrase: secret("private_key_passphrase"),
    },
  },
  Token: { type: "octopusdeploy_token_account", fields: { Token: secret("token") } },
  UsernamePassword: {
    type: "octopusdeploy_username_password_account",
    fields: { Username: "username", Password: secret("password") },
  },
};
