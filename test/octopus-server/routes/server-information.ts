import AdmZip from "adm-zip";
import type { Fields } from "../model/fields.ts";
import type { Kind, OctopusModel } from "../model/model.ts";
import { has, type Availability } from "../model/server-version.ts";
import type { Call, Route } from "./route.ts";

const capabilities = [
  "GetAllSpacesRequest",
  "CreateReleaseCommandV1",
  "CreateDeploymentUntenantedCommandV1",
  "CreateDeploymentTenantedCommandV1",
  "CreateRunbookRunCommandV1",
  "GetCurrentUserRequest",
];

/** Which clients ask about, and what has them on: the Terraform provider's tests turn the second and the third on by themselves. */
const featureToggles: Readonly<Record<string, Availability | false>> = {
  CommonVariableScopingFeatureToggle: { since: "2025.2" }, // Octopus's issue 9414
  DeploymentFreezeByTenantFeatureToggle: {},
  ExternalOidcFeedsFeatureToggle: {},
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

/** No license is needed here, and nothing is limited by one. */
const licenseStatus = {
  Id: "licenses-current-status",
  SerialNumber: null,
  IsCompliant: true,
  ComplianceSummary: "The local Octopus needs no license.",
  PermissionsMode: "Full",
  HostingEnvironment: "SelfHosted",
  IsTrial: false,
  IsPtm: false,
  IsInitialisationLicense: false,
  IsClusterTaskLimitControlledByLicense: false,
  IsNodeTaskLimitControlledByLicense: false,
  EffectiveClusterTaskLimit: 5,
  EffectiveNodeTaskLimit: 5,
  EffectiveStartDate: null,
  EffectiveExpiryDate: null,
  DaysToEffectiveExpiryDate: null,
  DoesExpiryBlockKeyActivities: false,
  Limits: [],
  Messages: [],
} as const;

/** What the server tells about itself. */
export const serverInformationRoutes: Route[] = [
  { method: "GET", path: "/api/capabilities", handle: () => ({ body: { Capabilities: capabilities } }) },
  {
    method: "GET",
    path: "/api/configuration/feature-toggles",
    handle: (call) => ({ body: { FeatureToggles: listFeatureToggles(call) } }),
  },
  { method: "GET", path: "/api/serverstatus", handle: () => ({ body: serverStatus() }) },
  { method: "GET", path: "/api/serverstatus/health", anonymous: true, handle: () => ({ body: health }) },
  {
    method: "GET",
    path: "/api/serverstatus/timezones",
    handle: () => ({
      body: Intl.supportedValuesOf("timeZone").map((name) => ({ Id: name, Name: name, IsLocal: name === "UTC" })),
    }),
  },
  {
    method: "GET",
    path: "/api/serverstatus/counts",
    permission: "ConfigureServer",
    handle: ({ model }) => ({ body: countDocuments(model) }),
  },
  {
    method: "GET",
    path: "/api/serverstatus/system-info",
    permission: "AdministerSystem",
    handle: ({ model }) => ({ body: systemInfo(model) }),
  },
  // The local Octopus writes no server log of its own.
  { method: "GET", path: "/api/serverstatus/logs", permission: "AdministerSystem", handle: () => ({ body: [] }) },
  {
    method: "GET",
    path: "/api/serverstatus/system-report",
    permission: "AdministerSystem",
    handle: ({ model }) => ({ body: systemReport(model), contentType: "application/zip" }),
  },
  {
    method: "GET",
    path: "/api/octopusservernodes/summary",
    handle: ({ model }) => ({ body: { Nodes: [serverNode(model)] } }),
  },
  {
    method: "GET",
    path: "/api/licenses/licenses-current-status",
    handle: () => ({ body: licenseStatus }),
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

function listFeatureToggles({ query, model }: Call): { Name: string; IsEnabled: boolean }[] {
  const wanted = query.get("Name");
  return Object.entries(featureToggles)
    .filter(([name]) => wanted === undefined || wanted === "" || name === wanted)
    .map(([Name, servers]) => ({ Name, IsEnabled: servers !== false && has(model.version, servers) }));
}

function serverStatus(): Record<string, unknown> {
  return {
    Id: "serverstatus",
    IsDatabaseEncrypted: true,
    IsInMaintenanceMode: false,
    IsMajorMinorUpgrade: false,
    IsPotentialClone: false,
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

function serverNode(model: OctopusModel): Record<string, unknown> {
  return {
    Id: "OctopusServerNodes-local",
    Name: "local",
    MaxConcurrentTasks: 5,
    IsInMaintenanceMode: false,
    IsOffline: false,
    LastSeen: model.now().toISOString(),
    MaxSqlConnectionPoolSize: 100,
    RecommendedMaxSqlConnectionPoolSize: 100,
    RunningTaskCount: model.collection("tasks").list((task) => task["State"] === "Executing").length,
    Version: model.version,
  };
}

/** As docs, server status, group them. */
function countDocuments(model: OctopusModel): Fields {
  const count = (kind: Kind): number => model.collection(kind).size;
  return {
    Global: { Spaces: count("spaces"), Teams: count("teams"), Users: count("users") },
    Infrastructure: {
      DeploymentTargets: count("machines"),
      Environments: count("environments"),
      Tenants: count("tenants"),
      WorkerPools: count("workerpools"),
      Workers: count("workers"),
    },
    Library: {
      Certificates: count("certificates"),
      Packages: count("packages"),
      VariableSets: count("libraryvariablesets"),
    },
    Project: {
      Deployments: count("deployments"),
      Projects: count("projects"),
      Releases: count("releases"),
      RunbookRuns: count("runbookruns"),
      Runbooks: count("runbooks"),
    },
  };
}

function systemInfo({ version }: OctopusModel): Fields {
  return {
    Id: null,
    Version: version,
    ClrVersion: `Node.js ${process.version}`,
    OSVersion: process.platform,
    Uptime: timeSpan(process.uptime()),
    WorkingSetBytes: process.memoryUsage.rss(),
    ThreadCount: 1,
    MinThreadPoolCount: 1,
    Links: {},
  };
}

/** .NET writes a time span as `[d.]hh:mm:ss`. */
function timeSpan(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const time = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return days === 0 ? time : `${days}.${time}`;
}

function systemReport(model: OctopusModel): Uint8Array {
  const zip = new AdmZip();
  zip.addFile("SystemInfo.json", Buffer.from(JSON.stringify(systemInfo(model), undefined, 2)));
  return zip.toBuffer();
}
