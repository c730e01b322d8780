import { textOf } from "../../model/json.ts";
import { builtInTypes } from "../../resources/feed.ts";
import { always, nested, nothing, only, secret, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainFamily, type FieldForms } from "../plain-form.ts";

/** The types that the data source can look for; it finds the others all the same (provider 1.17.0, `feed_type`). */
const types = [
  ["AwsElasticContainerRegistry", "BuiltIn", "Docker", "GcsStorage", "GitHub", "Helm", "Maven", "Npm", "NuGet", "S3"],
  ["OciRegistry", "OctopusProject"],
].flat();

export const feed: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_feeds",
    collection: "feeds",
    label: "feed",
    toFilters: ({ FeedType: type = "" }) => ({ feed_type: types.includes(type) ? type : undefined }),
    knownByType: builtInTypes,
  },
  resource: plainFamily(({ body }) => {
    const type = textOf(body, "FeedType");
    const own = forms[type];
    if (own === undefined) return `the provider has no feed of the type ${type}: it is left out`;
    if (type === "AwsElasticContainerRegistry" && body["UseMachineCredentials"] === true)
      return "the provider has no registry of AWS that a worker signs in to by its own role: it is left out";
    return { type: own.type, label: "feed", fields: { ...common, ...own.fields } };
  }),
};

const common: FieldForms = {
  Name: "name",
  Slug: slugOfName,
  FeedType: nothing,
  PackageAcquisitionLocationOptions: "package_acquisition_location_options",
  // Where the provider has no words for them, it sends none.
  DownloadAttempts: only(5),
  DownloadRetryBackoffSeconds: only(10),
};
const retries: FieldForms = {
  DownloadAttempts: "download_attempts",
  DownloadRetryBackoffSeconds: "download_retry_backoff_seconds",
};
const web: FieldForms = { FeedUri: "feed_uri", Username: "username", Password: secret("password", "password") };
/** The provider sends neither. */
const noLocations: FieldForms = { PackageAcquisitionLocationOptions: nothing };
const registry: FieldForms = { ...web, ...retries, ApiVersion: "api_version", RegistryPath: "registry_path" };
const audience: FieldForms = { Type: nothing, Audience: "audience", SubjectKeys: "subject_keys" };
const keys: FieldForms = { AccessKey: "access_key", SecretKey: secret("secret_key", "secretkey") };

const forms: Readonly<Record<string, { type: string; fields: FieldForms }>> = {
  ArtifactoryGeneric: {
    type: "octopusdeploy_artifactory_generic_feed",
    fields: { ...web, Repository: "repository", LayoutRegex: "layout_regex" },
  },
  AwsElasticContainerRegistry: {
    type: "octopusdeploy_aws_elastic_container_registry",
    fields: {
      ...keys,
      Region: "region",
      OidcAuthentication: nested("oidc_authentication", {
        ...audience,
        RoleArn: "role_arn",
        SessionDuration: "session_duration",
      }),
    },
  },
  AzureContainerRegistry: {
    type: "octopusdeploy_azure_container_registry",
    fields: {
      ...registry,
      ...noLocations,
      OidcAuthentication: nested("oidc_authentication", { ...audience, ClientId: "client_id", TenantId: "tenant_id" }),
    },
  },
  Docker: { type: "octopusdeploy_docker_container_registry", fields: registry },
  GcsStorage: {
    type: "octopusdeploy_gcs_storage_feed",
    fields: {
      ...retries,
      ...noLocations,
      UseServiceAccountKey: "use_service_account_key",
      ServiceAccountJsonKey: secret("service_account_json_key", "json_key"),
      Project: "project",
      OidcAuthentication: nested("oidc_authentication", audience),
    },
  },
  GitHub: { type: "octopusdeploy_github_repository_feed", fields: { ...web, ...retries } },
  GoogleContainerRegistry: {
    type: "octopusdeploy_google_container_registry",
    fields: { ...registry, ...noLocations, OidcAuthentication: nested("oidc_authentication", audience) },
  },
  Helm: { type: "octopusdeploy_helm_feed", fields: web },
  Maven: { type: "octopusdeploy_maven_feed", fields: { ...web, ...retries } },
  Npm: { type: "octopusdeploy_npm_feed", fields: { ...web, ...retries } },
  NuGet: {
    type: "octopusdeploy_nuget_feed",
    fields: { ...web, ...retries, EnhancedMode: always("is_enhanced_mode", false) },
  },
  OciRegistry: { type: "octopusdeploy_oci_registry_feed", fields: { ...web, ...noLocations } },
  PyPi: { type: "octopusdeploy_pypi_feed", fields: { ...web, ...retries } },
  S3: {
    type: "octopusdeploy_s3_feed",
    fields: { ...keys, ...noLocations, UseMachineCredentials: always("use_machine_credentials", false) },
  },
};
