import type { TerraformForm } from "../form.ts";

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
};
