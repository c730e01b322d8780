import type { Resource } from "../model/collection.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";

const capabilities = ["GetAllSpacesRequest", "CreateReleaseCommandV1", "CreateDeploymentUntenantedCommandV1", "CreateDeploymentTenantedCommandV1", "CreateRunbookRunCommandV1", "GetCurrentUserRequest"];

/** Which clients ask about, and what a server of 2026.2 has on. */
const featureToggles: Readonly<Record<string, boolean>> = {
  CommonVariableScopingFeatureToggle: true,
  DeploymentFreezeByTenantFeatureToggle: true,
  ExternalOidcFeedsFeatureToggle: true,
  "indicate-missing-packages-for-release": false,
};

/** As docs, server status, have it. */
const health = {
  Id: null,
  Description: "The local Octopus is operating normally.",
  IsCompliantWithLicense: true,
  IsEntireClusterDrainingTasks: false,
  IsEntireClusterReadOnly: false,
  IsOperatingNormally: true,
  Links: {},
} as const;

/** What the server tells about itself. */
export const serverInformationRoutes: Route[] = [
  { method: "GET", path: "/api/capabilities", handle: () => ({ body: { Capabilities: capabilities } }) },
  { method: "GET", path: "/api/capabilities/{name}", handle: ({ params }) => ({ body: { Exists: requireCapability(params["name"] ?? "") } }) },
  { method: "GET", path: "/api/configuration/feature-toggles", handle: (call) => ({ body: { FeatureToggles: listFeatureToggles(call) } }) },
  { method: "GET", path: "/api/serverstatus", handle: () => ({ body: serverStatus() }) },
  { method: "GET", path: "/api/serverstatus/health", anonymous: true, handle: () => ({ body: health }) },
  { method: "GET", path: "/api/serverstatus/extensions", handle: () => ({ body: [] }) },
  { method: "GET", path: "/api/serverstatus/timezones", handle: () => ({ body: Intl.supportedValuesOf("timeZone").map((name) => ({ Id: name, Name: name, IsLocal: name === "UTC" })) }) },
  { method: "GET", path: "/api/octopusservernodes/summary", handle: () => ({ body: { Nodes: [serverNode()], ClusterMode: "Single" } }) },
  { method: "GET", path: "/api/licenses/licenses-current-status", handle: () => ({ body: { IsCompliant: true, ComplianceSummary: "The local Octopus needs no license.", Limits: [], Messages: [] } }) },
  { method: "GET", path: "/api/authentication", anonymous: true, handle: () => ({ body: { AuthenticationProviders: [], AutoLoginEnabled: false, AnyAuthenticationProvidersSupportPasswordManagement: false } }) },
  { method: "GET", path: "/api/externalsecuritygroupproviders", handle: () => ({ body: [] }) },
  { method: "GET", path: "/api/workertoolslatestimages", handle: () => ({ body: { "ubuntu.22.04": "octopusdeploy/worker-tools:ubuntu.22.04", "windows.ltsc2022": "octopusdeploy/worker-tools:windows.ltsc2022" } }) },
  { method: "GET", path: "/api/{space}/dashboard", permission: "ProjectView", handle: (call) => ({ body: dashboard(call) }) },
  { method: "GET", path: "/api/{space}/retentionpolicies", handle: (call) => ({ body: findRetentionPolicy(call) }) },
  { method: "PUT", path: "/api/{space}/retentionpolicies/{id}", permission: "SpaceEdit", handle: (call) => ({ body: replaceRetentionPolicy(call) }) },
];

function requireCapability(name: string): true {
  if (!capabilities.includes(name)) throw notFound();
  return true;
}

function listFeatureToggles({ query }: Call): { Name: string; IsEnabled: boolean }[] {
  const wanted = query.get("Name");
  return Object.entries(featureToggles)
    .filter(([name]) => wanted === undefined || wanted === "" || name === wanted)
    .map(([Name, IsEnabled]) => ({ Name, IsEnabled }));
}

function serverStatus(): Record<string, unknown> {
  return {
    Id: "serverstatus",
    IsDatabaseEncrypted: true,
    IsInMaintenanceMode: false,
    IsMajorMinorUpgrade: false,
    IsUpgradeAvailable: false,
    MaintenanceExpires: null,
    MaximumAvailableVersion: null,
    MaximumAvailableVersionCoveredByLicense: null,
    Links: { Self: "/api/serverstatus", Health: "/api/serverstatus/health", Extensions: "/api/serverstatus/extensions" },
  };
}

function serverNode(): Record<string, unknown> {
  return { Id: "OctopusServerNodes-local", Name: "local", MaxConcurrentTasks: 5, IsInMaintenanceMode: false, IsOffline: false };
}

/** Enough for a first look: what there is, without the state of each deployment. */
function dashboard({ model, space }: Call): Record<string, unknown> {
  const list = (kind: "projects" | "projectgroups" | "environments" | "tenants"): Resource[] => model.collection(kind).listInSpace(space.Id);
  const brief = (resource: Resource): Record<string, unknown> => ({ Id: resource.Id, Name: resource["Name"], Slug: resource["Slug"] });
  return {
    Id: null,
    Projects: list("projects").map((project) => ({ ...brief(project), ProjectGroupId: project["ProjectGroupId"], IsDisabled: project["IsDisabled"] })),
    ProjectGroups: list("projectgroups").map(brief),
    Environments: list("environments").map(brief),
    Tenants: list("tenants").map(brief),
    Items: [],
    PreviousItems: [],
    IsFiltered: false,
    Links: { Self: `/api/${space.Id}/dashboard` },
  };
}

/** One policy for a kind of retention, not a page (docs: retention). */
function findRetentionPolicy({ model, space, query }: Call): unknown {
  const type = query.get("RetentionType") ?? "";
  const found = model.collection("retentionpolicies").listInSpace(space.Id, (policy) => policy["RetentionType"] === type)[0];
  // Assumed: an unknown type is a validation failure rather than a 404.
  if (found === undefined) throw badRequest(`The retention type '${type}' is not valid.`);
  return found;
}

function replaceRetentionPolicy({ model, space, params, body }: Call): unknown {
  const stored = model.collection("retentionpolicies").find(params["id"] ?? "");
  if (stored === undefined || stored["SpaceId"] !== space.Id) throw notFound();
  const sent = typeof body === "object" && body !== null ? Object.fromEntries(Object.entries(body)) : {};
  const { Strategy = stored["Strategy"], QuantityToKeep = 0, Unit = "Items" } = sent;
  // Source: the provider's tests of space default retention policies.
  if (Strategy !== "Forever" && Strategy !== "Count") throw badRequest("Strategy must be Forever or Count.");
  return model.collection("retentionpolicies").replace(stored.Id, { ...stored, Strategy, QuantityToKeep: Strategy === "Forever" ? 0 : QuantityToKeep, Unit });
}
