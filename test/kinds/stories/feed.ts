import type { JsonObject } from "../../../lib/model/json.ts";
import { secret, type KindStory } from "../kind-story.ts";

const retries = { DownloadAttempts: 3, DownloadRetryBackoffSeconds: 25 };
const signedIn = { FeedUri: "https://feed.example/v3", Username: "me", Password: secret("Password") };
const container = { ...signedIn, ApiVersion: "v2", RegistryPath: "team/images" };
const token = { Audience: "the audience", SubjectKeys: ["space", "feed"] };
const azureToken = {
  ClientId: "10000000-0000-4000-8000-000000000001",
  TenantId: "20000000-0000-4000-8000-000000000002",
  ...token,
};
const amazonToken = { RoleArn: "arn:aws:iam::1:role/x", SessionDuration: "7200", ...token };

/** By name, every type, and those that sign in by OIDC once more. */
const feeds: Readonly<Record<string, JsonObject>> = {
  NuGet: { FeedType: "NuGet", ...signedIn, EnhancedMode: true },
  Docker: { FeedType: "Docker", ...container },
  Maven: { FeedType: "Maven", ...signedIn },
  Helm: { FeedType: "Helm", ...signedIn },
  GitHub: { FeedType: "GitHub", ...signedIn },
  Npm: { FeedType: "Npm", ...signedIn },
  PyPi: { FeedType: "PyPi", ...signedIn },
  "OCI registry": { FeedType: "OciRegistry", ...signedIn },
  Artifactory: { FeedType: "ArtifactoryGeneric", ...signedIn, Repository: "main", LayoutRegex: "(?<m>.*)" },
  ECR: {
    FeedType: "AwsElasticContainerRegistry",
    AccessKey: "ACCESS",
    SecretKey: secret("SecretKey"),
    Region: "eu-central-1",
    PackageAcquisitionLocationOptions: ["ExecutionTarget"],
  },
  "ECR, OIDC": {
    FeedType: "AwsElasticContainerRegistry",
    Region: "eu-central-1",
    OidcAuthentication: { Type: "AWS", ...amazonToken },
  },
  "ECR, role of the worker": {
    FeedType: "AwsElasticContainerRegistry",
    Region: "eu-central-1",
    UseMachineCredentials: true,
  },
  ACR: { FeedType: "AzureContainerRegistry", ...container },
  "ACR, OIDC": {
    FeedType: "AzureContainerRegistry",
    FeedUri: "https://acr.example",
    OidcAuthentication: { Type: "Azure", ...azureToken },
  },
  GCR: { FeedType: "GoogleContainerRegistry", ...container },
  "GCR, OIDC": {
    FeedType: "GoogleContainerRegistry",
    FeedUri: "https://gcr.example",
    OidcAuthentication: { Type: "Google", ...token },
  },
  S3: { FeedType: "S3", AccessKey: "ACCESS", SecretKey: secret("SecretKey of S3"), Region: "eu-central-1" },
  "S3, machine": { FeedType: "S3", UseMachineCredentials: true },
  GCS: {
    FeedType: "GcsStorage",
    UseServiceAccountKey: true,
    ServiceAccountJsonKey: secret("ServiceAccountJsonKey"),
    Project: "a-project",
  },
  "GCS, OIDC": {
    FeedType: "GcsStorage",
    Project: "a-project",
    OidcAuthentication: { Type: "Google", ...token },
  },
};

export const stories: KindStory[] = [
  {
    kind: "feed",
    what: "of every type, with retries and by OIDC",
    edit: { PackageAcquisitionLocationOptions: ["NotAcquired"] },
    async seed(space) {
      for (const [name, fields] of Object.entries(feeds))
        await space.post("/feeds", {
          // No longer ones are taken.
          Name: `${name} / "ü" 🐙 #{x}`,
          Slug: `by-hand-${name.toLowerCase().replaceAll(/\W+/g, "-")}`,
          ...retries,
          ...fields,
        });
    },
    uncarried: {
      ClientVersion: "no client sends it, and no answer has it",
      "FeedType: None": "No feed is of it.",
    },
  },
  {
    kind: "feed",
    what: "that every space has, with settings of its own",
    edit: { DeleteUnreleasedPackagesAfterDays: 3 },
    async seed(space) {
      const [builtIn] = await space.list("/feeds", { feedType: "BuiltIn" });
      await space.put(`/feeds/${builtIn?.Id ?? ""}`, {
        ...builtIn,
        DeleteUnreleasedPackagesAfterDays: 30,
        DeletePackagesAssociatedWithReleases: true,
        IsBuiltInRepoSyncEnabled: true,
      });
    },
  },
];
