import AdmZip from "adm-zip";
import type { Fields } from "../model/fields.ts";
import type { Kind, OctopusModel } from "../model/model.ts";
import { has, type Availability } from "../model/server-version.ts";
import type { Answer, Call, Route } from "./route.ts";

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

/** What the server tells about itself. */
export const serverInformationRoutes: Route[] = [
  { method: "GET", path: "/api/capabilities", handle: () => ({ body: { Capabilities: capabilities } }) },
  {
    method: "GET",
    path: "/api/configuration/feature-toggles",
    handle: (call) => ({ body: { FeatureToggles: listFeatureToggles(call) } }),
  },
  { method: "GET", path: "/api/serverstatus", handle: ({ model }) => ({ body: serverStatus(model) }) },
  { method: "GET", path: "/api/serverstatus/health", anonymous: true, handle: ({ model }) => health(model) },
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

function serverStatus({ instance, version }: OctopusModel): Fields {
  const { upgrade } = instance;
  return {
    Id: "serverstatus",
    IsDatabaseEncrypted: true,
    IsInMaintenanceMode: instance.isInMaintenance,
    IsMajorMinorUpgrade: upgrade !== null && lineOf(upgrade.version) !== lineOf(version),
    IsPotentialClone: false,
    IsUpgradeAvailable: upgrade !== null,
    MaintenanceExpires: instance.maintenanceExpires,
    MaximumAvailableVersion: upgrade?.version ?? null,
    MaximumAvailableVersionCoveredByLicense: upgrade?.isCoveredByLicense === true ? upgrade.version : null,
    Links: {
      Self: "/api/serverstatus",
      Health: "/api/serverstatus/health",
      Extensions: "/api/serverstatus/extensions",
    },
  };
}

/** `2026.3.1234` is of the line 2026.3. */
function lineOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/** Docs, server status: 418 when the server is not operating normally; that one which only reads or drains is not is assumed. */
function health({ instance }: OctopusModel): Answer {
  const { isOperatingNormally, isReadOnly, isDraining, description } = instance.health;
  const isWell = isOperatingNormally && !isReadOnly && !isDraining;
  return {
    status: isWell ? 200 : 418,
    body: {
      Id: null,
      Description: description,
      IsCompliantWithLicense: instance.license.isCompliant,
      IsEntireClusterDrainingTasks: isDraining,
      IsEntireClusterReadOnly: isReadOnly,
      IsOperatingNormally: isWell,
      Links: {},
    },
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
