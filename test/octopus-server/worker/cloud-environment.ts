import type { VariableDictionary } from "./octostache.ts";

/** Credentials of the step's accounts as the environment variables that Terraform's providers read. */
export function cloudEnvironment(variables: VariableDictionary): Record<string, string> {
  const isAws = variables.get("Octopus.Action.Terraform.ManagedAccount") === "AWS";
  const isAzure = variables.getFlag("Octopus.Action.Terraform.AzureAccount");
  return { ...(isAws ? awsEnvironment(variables) : {}), ...(isAzure ? azureEnvironment(variables) : {}) };
}

function awsEnvironment(variables: VariableDictionary): Record<string, string> {
  const account = variables.get("Octopus.Action.AwsAccount.Variable")?.trim() ?? "";
  return withoutEmpty({
    AWS_ACCESS_KEY_ID: variables.get(`${account}.AccessKey`),
    AWS_SECRET_ACCESS_KEY: variables.get(`${account}.SecretKey`),
    AWS_REGION: variables.get("Octopus.Action.Aws.Region"),
    AWS_DEFAULT_REGION: variables.get("Octopus.Action.Aws.Region"),
  });
}

const azureClouds: Record<string, string> = {
  AzureChinaCloud: "china",
  AzureGermanCloud: "german",
  AzureUSGovernment: "usgovernment",
};

function azureEnvironment(variables: VariableDictionary): Record<string, string> {
  const account = variables.get("Octopus.Action.AzureAccount.Variable")?.trim() ?? "";
  return withoutEmpty({
    ARM_SUBSCRIPTION_ID: variables.get(`${account}.SubscriptionNumber`),
    ARM_CLIENT_ID: variables.get(`${account}.Client`),
    ARM_TENANT_ID: variables.get(`${account}.TenantId`),
    ARM_CLIENT_SECRET: variables.get(`${account}.Password`),
    ARM_ENVIRONMENT: azureClouds[variables.get(`${account}.AzureEnvironment`) ?? ""] ?? "public",
  });
}

function withoutEmpty(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value]])),
  );
}
