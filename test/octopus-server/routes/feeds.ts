import type { Resource } from "../model/collection.ts";
import { propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { has, type Availability } from "../model/server-version.ts";
import { compareVersions, isInRange, parseVersion } from "../model/versions.ts";
import { createCrud } from "./crud.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { whyUsed } from "./usage.ts";

const withPassword: Fields = { FeedUri: "", Username: "", Password: null };
const keys: Fields = { AccessKey: "", SecretKey: null };
const container: Fields = { ...withPassword, ApiVersion: null, RegistryPath: "" };

/** The fields of each type of feed (go-octopusdeploy, feeds; OctopusClients, August 2026). A type that is not here is refused. */
const fieldsByType: Readonly<Record<string, Fields>> = {
  BuiltIn: {
    DeleteUnreleasedPackagesAfterDays: null,
    DeletePackagesAssociatedWithReleases: false,
    IsBuiltInRepoSyncEnabled: false,
  },
  OctopusProject: {},
  NuGet: { ...withPassword, EnhancedMode: false },
  Docker: container,
  Maven: withPassword,
  Helm: withPassword,
  GitHub: withPassword,
  Npm: withPassword,
  PyPi: withPassword,
  OciRegistry: withPassword,
  ArtifactoryGeneric: { ...withPassword, Repository: "", LayoutRegex: "" },
  AwsElasticContainerRegistry: { ...keys, Region: "", OidcAuthentication: null, UseMachineCredentials: false },
  AzureContainerRegistry: { ...container, OidcAuthentication: null },
  GoogleContainerRegistry: { ...container, OidcAuthentication: null },
  S3: { ...keys, Region: "", UseMachineCredentials: false },
  GcsStorage: {
    UseServiceAccountKey: false,
    ServiceAccountJsonKey: null,
    Project: "",
    OidcAuthentication: null,
  },
};

/**
 * Types that not every server has.
 *
 * Source: the commits of OctopusClients that have the type first, 2c287e77 (January 2026), 79cb5af4 (February) and 0e4ad742 (May); as for
 * fields, that they came to servers in the line of that time is assumed.
 */
const typeVersions: Readonly<Record<string, Availability>> = {
  Npm: { since: "2026.2" },
  GcsStorage: { since: "2026.2" },
  PyPi: { since: "2026.3" },
};

const secretFields = ["Password", "SecretKey", "ServiceAccountJsonKey"];
const serverMadeTypes = ["BuiltIn", "OctopusProject"];

export const feeds = createCrud({
  kind: "feeds",
  path: "/api/{space}/feeds",
  itemType: "Feed",
  noun: "feed",
  fields: fieldsFor,
  // Docs, feeds.
  naming: { maxLength: 44 },
  sensitiveFields: (fields) => secretFields.filter((field) => field in fields),
  defaults: (fields) => ({ PackageAcquisitionLocationOptions: locationsFor(fields), ...oidcType(fields) }),
  validate: checkFeed,
  // Source: docs, built-in repository: it is part of the server.
  inUse: (feed, call) =>
    serverMadeTypes.includes(textOf(feed, "FeedType"))
      ? "The built-in feed cannot be deleted."
      : whyUsed(feed, call, ["deploymentprocesses", "runbookprocesses", "machines"]),
  filters: {
    feedType: (feed, value) => value.toLowerCase().split(",").includes(textOf(feed, "FeedType").toLowerCase()),
  },
  links: (self) => ({
    SearchPackagesTemplate: `${self}/packages/search{?term,skip,take}`,
    SearchPackageVersionsTemplate: `${self}/packages/versions{?packageId,take,skip,includePreRelease,versionRange,preReleaseTag,filter,includeReleaseNotes}`,
    NotesTemplate: `${self}/packages/notes{?packageId,version}`,
  }),
  permissions: { view: "FeedView", create: "FeedEdit", edit: "FeedEdit", delete: "FeedEdit" },
});

const path = "/api/{space}/feeds/{id}/packages";

/** Feeds; of their packages, those of the built-in feed alone can be listed. */
export const feedsRoutes: Route[] = [
  ...feeds.routes,
  {
    method: "GET",
    path: "/api/feeds/stats",
    handle: ({ model }) => ({ body: { Id: null, TotalPackages: model.collection("packages").size } }),
  },
  { method: "GET", path: `${path}/search`, permission: "FeedView", handle: (call) => ({ body: searchPackages(call) }) },
  { method: "GET", path: `${path}/versions`, permission: "FeedView", handle: (call) => ({ body: listVersions(call) }) },
  {
    method: "GET",
    path: `${path}/notes`,
    permission: "FeedView",
    handle: () => ({ body: "" }),
  },
];

function fieldsFor(sent: Fields, { model }: Call): Fields {
  const type = String(propertyOf(sent, "FeedType") ?? "");
  const own = Object.hasOwn(fieldsByType, type) ? fieldsByType[type] : undefined;
  // Source: go-octopusdeploy knows exactly these; that others are refused, and the sentence, are assumed.
  if (own === undefined || !has(model.version, typeVersions[type] ?? {}))
    throw badRequest(`The feed type '${type}' is not valid.`);
  return {
    Name: "",
    FeedType: type,
    PackageAcquisitionLocationOptions: [],
    DownloadAttempts: 5,
    DownloadRetryBackoffSeconds: 10,
    ...own,
  };
}

function locationsFor(fields: Fields): string[] {
  const sent = textsOf(fields, "PackageAcquisitionLocationOptions");
  if (sent.length > 0) return sent;
  return /^(Docker|Helm|OciRegistry|.*ContainerRegistry)$/.test(textOf(fields, "FeedType"))
    ? ["ExecutionTarget", "NotAcquired"]
    : ["Server", "ExecutionTarget"];
}

/** Go's client maps what it reads back by `Type`, which not every client sends. */
function oidcType(fields: Fields): Fields {
  const authentication = fields["OidcAuthentication"];
  if (typeof authentication !== "object" || authentication === null || "Type" in authentication) return {};
  const type = textOf(fields, "FeedType");
  const Type = type.startsWith("Aws") ? "AWS" : type.startsWith("Azure") ? "Azure" : "Google";
  return { OidcAuthentication: { ...authentication, Type } };
}

function checkFeed(fields: Fields, _call: Call, stored: Resource | undefined): void {
  const type = textOf(fields, "FeedType");
  const isServerMade = serverMadeTypes.includes(type);
  // Source: docs, built-in repository: a space has one from the start; the sentence is assumed.
  if (isServerMade && stored === undefined) throw badRequest("A built-in feed cannot be created.");
  const needsUri = "FeedUri" in fields && type !== "GitHub";
  if (needsUri && textOf(fields, "FeedUri") === "") throw badRequest("Please provide a URL for the feed.");
}

function builtInPackages(call: Call): Resource[] {
  const feed = feeds.find(call.params["id"] ?? "", call);
  if (textOf(feed, "FeedType") !== "BuiltIn") return [];
  return call.model.collection("packages").listInSpace(call.space.Id);
}

function searchPackages(call: Call): Fields {
  const term = (call.query.get("term") ?? "").toLowerCase();
  const newest = new Map<string, Resource>();
  for (const candidate of builtInPackages(call)) {
    const id = textOf(candidate, "PackageId");
    const best = newest.get(id);
    if (
      id.toLowerCase().includes(term) &&
      (best === undefined || compareVersions(textOf(candidate, "Version"), textOf(best, "Version")) > 0)
    )
      newest.set(id, candidate);
  }
  const found = [...newest].map(([id, latest]) => ({
    Id: id,
    Name: id,
    Description: "",
    LatestVersion: latest["Version"],
    Links: {
      SearchPackageVersionsTemplate: `/api/${call.space.Id}/feeds/${call.params["id"] ?? ""}/packages/versions{?packageId,take,skip,includePreRelease,versionRange,preReleaseTag,filter,includeReleaseNotes}`,
    },
  }));
  return pageOfFound(found, call, "PackageDescription");
}

function listVersions(call: Call): Fields {
  const { query } = call;
  const packageId = (query.get("packageId") ?? "").toLowerCase();
  const range = query.get("versionRange") ?? "";
  const withPreReleases = query.get("includePreRelease")?.toLowerCase() !== "false";
  const found = builtInPackages(call)
    .filter((candidate) => textOf(candidate, "PackageId").toLowerCase() === packageId)
    .filter((candidate) =>
      isVersionAsked(textOf(candidate, "Version"), { range, tag: query.get("preReleaseTag") ?? "", withPreReleases }),
    )
    .toSorted((a, b) => compareVersions(textOf(b, "Version"), textOf(a, "Version")))
    .map(({ PackageId, FeedId, Version, Title, Published, PackageSizeBytes, ReleaseNotes }) => ({
      Id: `${String(PackageId)}.${String(Version)}`,
      FeedId,
      PackageId,
      Version,
      Title,
      Published,
      SizeBytes: PackageSizeBytes,
      ReleaseNotes: query.get("includeReleaseNotes")?.toLowerCase() === "true" ? ReleaseNotes : null,
      Links: {},
    }));
  return pageOfFound(found, call, "PackageVersion");
}

function isVersionAsked(
  version: string,
  { range, tag, withPreReleases }: { range: string; tag: string; withPreReleases: boolean },
): boolean {
  const parsed = parseVersion(version);
  const inRange = isInRange(version, range);
  // Source: docs, version ranges; the sentence is assumed.
  if (inRange === undefined) throw badRequest(`The version range '${range}' is not valid.`);
  if (!withPreReleases && (parsed?.tag ?? "") !== "") return false;
  return inRange && (tag === "" || matchesTag(parsed?.tag ?? "", tag));
}

/** Tags of channel rules are regular expressions (docs: channels). */
function matchesTag(tag: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(tag);
  } catch {
    throw badRequest(`The pre-release tag '${pattern}' is not a valid regular expression.`);
  }
}

/** Docs, feeds: 20 items when nothing is said. */
function pageOfFound(found: Fields[], call: Call, itemType: string): Fields {
  const [skip, take] = [call.query.number("skip") ?? 0, call.query.number("take") ?? 20];
  return {
    ItemType: itemType,
    TotalResults: found.length,
    ItemsPerPage: take,
    NumberOfPages: Math.max(1, Math.ceil(found.length / Math.max(1, take))),
    LastPageNumber: Math.max(0, Math.ceil(found.length / Math.max(1, take)) - 1),
    Items: found.slice(skip, skip + take),
    Links: {},
  };
}
