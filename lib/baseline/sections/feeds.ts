import { textOf } from "../../model/json.ts";
import { secret } from "../references.ts";
import { nameField, type Section } from "../section.ts";
import { byType, object } from "../shape.ts";
import { required, type Field, type Fields } from "../value.ts";
import { anyOf, choice, count, flag, text, texts, word } from "../words.ts";

/** How one signs in to most feeds. */
export const signIn: Fields = { username: text("Username"), password: secret("Password") };

/** What images come from. */
export const registry: Fields = {
  apiVersion: choice("ApiVersion", undefined, { v1: "v1", v2: "v2" }),
  registryPath: text("RegistryPath", "Path in front of the names of images."),
};

const at: Fields = { url: required(word("FeedUri", "Where the feed is.")), ...signIn };

/** Signing in without a secret, by a token that Octopus issues. */
function oidc(type: string, fields: Fields): Field {
  return object("OidcAuthentication", "Signs in by OpenID Connect, without a secret.", {
    fields: {
      audience: text("Audience"),
      subjectKeys: texts("SubjectKeys", "What the subject tells: `space`, `feed`."),
      ...fields,
    },
    implied: () => [["Type", type]],
  });
}

const useMachineCredentials = flag("UseMachineCredentials", "Signs in as the machine that downloads.");

const keys: Fields = { accessKey: text("AccessKey"), secretKey: secret("SecretKey"), useMachineCredentials };

export const feeds: Section = {
  key: "feeds",
  kind: "feed",
  about: "Where packages and images come from.",
  fields: {
    name: nameField,
    downloadAttempts: count("DownloadAttempts", "How often a download is tried.", { usual: 5 }),
    downloadRetrySeconds: count("DownloadRetryBackoffSeconds", "How long a new try waits.", { usual: 10 }),
    acquisitionLocations: anyOf("PackageAcquisitionLocationOptions", "Who may download.", [
      "Server",
      "ExecutionTarget",
      "NotAcquired",
    ]),
  },
  variants: byType("FeedType", {
    docker: ["Docker", { ...at, ...registry }],
    nuGet: ["NuGet", { ...at, enhancedMode: flag("EnhancedMode") }],
    maven: ["Maven", at],
    helm: ["Helm", at],
    gitHub: ["GitHub", at],
    npm: ["Npm", at],
    pyPi: ["PyPi", at],
    oci: ["OciRegistry", at],
    artifactory: [
      "ArtifactoryGeneric",
      { ...at, repository: required(text("Repository")), layoutRegex: text("LayoutRegex") },
    ],
    ecr: [
      "AwsElasticContainerRegistry",
      {
        region: required(text("Region")),
        ...keys,
        oidc: oidc("AWS", { roleArn: text("RoleArn"), sessionDuration: text("SessionDuration", "Seconds.") }),
      },
    ],
    acr: [
      "AzureContainerRegistry",
      { ...at, ...registry, oidc: oidc("Azure", { clientId: text("ClientId"), tenantId: text("TenantId") }) },
    ],
    gcr: ["GoogleContainerRegistry", { ...at, ...registry, oidc: oidc("Google", {}) }],
    s3: ["S3", { region: text("Region"), ...keys }],
    googleCloudStorage: [
      "GcsStorage",
      {
        project: text("Project"),
        downloadBucket: text("DownloadBucket"),
        useServiceAccountKey: flag("UseServiceAccountKey"),
        serviceAccountKey: secret("ServiceAccountJsonKey", "The JSON key of a service account."),
        oidc: oidc("Google", {}),
      },
    ],
    builtIn: [
      "BuiltIn",
      {
        deleteUnreleasedAfterDays: count(
          "DeleteUnreleasedPackagesAfterDays",
          "Days after which packages without a release go.",
        ),
        deleteWithReleases: flag(
          "DeletePackagesAssociatedWithReleases",
          "Whether packages go with the last of their releases.",
        ),
        synchronize: flag(
          "IsBuiltInRepoSyncEnabled",
          "Whether files that were put into the repository's folder are found.",
        ),
      },
    ],
  }),
  isOf: (body) => textOf(body, "FeedType") !== "OctopusProject",
  unsaid: ["Slug"],
};
