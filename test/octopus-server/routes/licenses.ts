import { textOf, type Fields } from "../model/fields.ts";
import type { Kind, OctopusModel } from "../model/model.ts";
import type { Call, Route } from "./route.ts";

/**
 * Whoever configures the server may look at its license (Octopus's issue 9333 tells that a server of 2025.2 asked for AdministerSystem by
 * mistake; that it is ConfigureServer otherwise is assumed).
 */
const permission = "ConfigureServer";

/** What the license allows, and how much of it is used. */
export const licensesRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/licenses/licenses-current-status",
    permission,
    handle: (call) => ({ body: licenseStatus(call) }),
  },
  {
    method: "GET",
    path: "/api/licenses/licenses-current-usage",
    permission,
    handle: (call) => ({ body: licenseUsage(call) }),
  },
];

function licenseStatus({ model }: Call): Fields {
  const { license, nodes } = model.instance;
  const days =
    license.expires === null ? null : Math.floor((Date.parse(license.expires) - model.now().getTime()) / 86_400_000);
  return {
    Id: "licenses-current-status",
    SerialNumber: null,
    IsCompliant: license.isCompliant,
    ComplianceSummary: license.summary,
    PermissionsMode: "Full",
    HostingEnvironment: "SelfHosted",
    IsTrial: false,
    IsPtm: false,
    IsInitialisationLicense: false,
    IsClusterTaskLimitControlledByLicense: false,
    IsNodeTaskLimitControlledByLicense: false,
    EffectiveClusterTaskLimit: nodes.reduce((sum, node) => sum + node.maxConcurrentTasks, 0),
    EffectiveNodeTaskLimit: nodes[0]?.maxConcurrentTasks ?? 5,
    EffectiveStartDate: null,
    EffectiveExpiryDate: license.expires,
    DaysToEffectiveExpiryDate: days,
    DoesExpiryBlockKeyActivities: license.doesExpiryBlock,
    Limits: limitsOf(model),
    Messages: license.isCompliant
      ? []
      : [{ Disposition: "Error", Message: license.summary, MessagePolicy: "LicensePeriodPolicy" }],
    Links: { Self: "/api/licenses/licenses-current-status" },
  };
}

function licenseUsage({ model }: Call): Fields {
  const spaces = model.collection("spaces").inOrder();
  const count = (kind: Kind, spaceId: string): number => model.collection(kind).inOrder(spaceId).length;
  return {
    Id: "licenses-current-usage",
    IsPtm: false,
    Limits: limitsOf(model).map((limit) => ({
      ...limit,
      LimitUsageDescription: `${String(limit["CurrentUsage"])} in use`,
    })),
    SpacesUsage: spaces.map((space) => ({
      SpaceName: textOf(space, "Name"),
      ProjectsCount: count("projects", space.Id),
      TenantsCount: count("tenants", space.Id),
      MachinesCount: count("machines", space.Id),
    })),
    Links: { Self: "/api/licenses/licenses-current-usage" },
  };
}

/** Source: the community library's step "Get Octopus Usage", which reads limits of these names, and knows no limit by the largest number. */
function limitsOf(model: OctopusModel): Fields[] {
  const { limits } = model.instance.license;
  const used = (kind: Kind): number => model.collection(kind).size;
  return [
    limitOf("Projects", { used: used("projects"), limit: limits.projects }),
    limitOf("Tenants", { used: used("tenants"), limit: limits.tenants }),
    limitOf("Targets", { used: used("machines"), limit: limits.machines }),
    limitOf("Workers", { used: used("workers"), limit: limits.workers ?? null }),
    limitOf("Users", { used: used("users"), limit: limits.users ?? null }),
  ];
}

const unlimited = 2_147_483_647;

function limitOf(name: string, { used, limit }: { used: number; limit: number | null }): Fields {
  const status = statusOf(used, limit);
  const description = limit === null ? "Unlimited" : String(limit);
  return {
    Name: name,
    CurrentUsage: used,
    EffectiveLimit: limit ?? unlimited,
    EffectiveLimitDescription: description,
    LicensedLimit: limit ?? unlimited,
    LicenseLimitDescription: description,
    IsUnlimited: limit === null,
    LimitStatus: status,
    Disposition: { UnderLimit: "Information", AlmostAtLimit: "Notice", AtLimit: "Warning", ExceedingLimit: "Error" }[
      status
    ],
    Message: limit === null ? "" : `${used} of ${limit} ${name.toLowerCase()} are in use.`,
    TargetTypes: [],
  };
}

/** From which share on a limit is nearly reached is assumed. */
function statusOf(used: number, limit: number | null): "UnderLimit" | "AlmostAtLimit" | "AtLimit" | "ExceedingLimit" {
  if (limit === null || used < limit * 0.9) return "UnderLimit";
  if (used < limit) return "AlmostAtLimit";
  return used === limit ? "AtLimit" : "ExceedingLimit";
}
