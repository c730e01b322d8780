import { notFound, type Call, type Route } from "./route.ts";

const capabilities = [
  "GetAllSpacesRequest",
  "CreateReleaseCommandV1",
  "CreateDeploymentUntenantedCommandV1",
  "CreateDeploymentTenantedCommandV1",
  "CreateRunbookRunCommandV1",
  "GetCurrentUserRequest",
];

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
  {
    method: "GET",
    path: "/api/capabilities/{name}",
    handle: ({ params }) => ({ body: { Exists: requireCapability(params["name"] ?? "") } }),
  },
  {
    method: "GET",
    path: "/api/configuration/feature-toggles",
    handle: (call) => ({ body: { FeatureToggles: listFeatureToggles(call) } }),
  },
  { method: "GET", path: "/api/serverstatus", handle: () => ({ body: serverStatus() }) },
  { method: "GET", path: "/api/serverstatus/health", anonymous: true, handle: () => ({ body: health }) },
  { method: "GET", path: "/api/serverstatus/extensions", handle: () => ({ body: [] }) },
  {
    method: "GET",
    path: "/api/serverstatus/timezones",
    handle: () => ({
      body: Intl.supportedValuesOf("timeZone").map((name) => ({ Id: name, Name: name, IsLocal: name === "UTC" })),
    }),
  },
  {
    method: "GET",
    path: "/api/octopusservernodes/summary",
    handle: () => ({ body: { Nodes: [serverNode()], ClusterMode: "Single" } }),
  },
  {
    method: "GET",
    path: "/api/licenses/licenses-current-status",
    handle: () => ({
      body: { IsCompliant: true, ComplianceSummary: "The local Octopus needs no license.", Limits: [], Messages: [] },
    }),
  },
  {
    method: "GET",
    path: "/api/authentication",
    anonymous: true,
    handle: () => ({
      body: {
        AuthenticationProviders: [],
        AutoLoginEnabled: false,
        AnyAuthenticationProvidersSupportPasswordManagement: false,
      },
    }),
  },
  { method: "GET", path: "/api/externalsecuritygroupproviders", handle: () => ({ body: [] }) },
  {
    method: "GET",
    path: "/api/workertoolslatestimages",
    handle: () => ({
      body: {
        "ubuntu.22.04": "octopusdeploy/worker-tools:ubuntu.22.04",
        "windows.ltsc2022": "octopusdeploy/worker-tools:windows.ltsc2022",
      },
    }),
  },
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
    Links: {
      Self: "/api/serverstatus",
      Health: "/api/serverstatus/health",
      Extensions: "/api/serverstatus/extensions",
    },
  };
}

function serverNode(): Record<string, unknown> {
  return {
    Id: "OctopusServerNodes-local",
    Name: "local",
    MaxConcurrentTasks: 5,
    IsInMaintenanceMode: false,
    IsOffline: false,
  };
}
