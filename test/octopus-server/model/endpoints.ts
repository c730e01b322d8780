import { propertyOf, type Fields } from "./fields.ts";
import { healthFields, healthOf } from "./machine-health.ts";

/** How a server talks to a machine, and which machines may do so (go-octopusdeploy, machines). */
export const communicationStyles: Readonly<Record<string, "target" | "both">> = {
  None: "target",
  TentaclePassive: "both",
  TentacleActive: "both",
  Ssh: "both",
  Kubernetes: "target",
  KubernetesTentacle: "both",
  AzureWebApp: "target",
  AzureCloudService: "target",
  AzureServiceFabricCluster: "target",
  AwsEcsCluster: "target",
  OfflineDrop: "target",
  StepPackage: "target",
};

/** Fields with which every machine comes; what the client says it found there is kept. */
export const machineFields: Fields = {
  Name: "",
  Endpoint: {},
  MachinePolicyId: null,
  IsDisabled: false,
  SkipInitialHealthCheck: false,
  OperatingSystem: "Unknown",
  OperatingSystemVersion: "Unknown",
  ShellName: "Unknown",
  ShellVersion: "Unknown",
  Architecture: "Unknown",
};

/** What the server sets. Nobody checks the health of a machine here: it stays unknown until `setMachineHealth` tells it. */
export function machineState(fields: Fields, stored: Fields | undefined): Fields {
  const endpoint =
    typeof fields["Endpoint"] === "object" && fields["Endpoint"] !== null
      ? Object.fromEntries(Object.entries(fields["Endpoint"]))
      : {};
  const uri = propertyOf(endpoint, "Uri");
  return {
    Endpoint: { Id: null, ...endpoint },
    ...healthFields(healthOf(stored ?? {}), fields["IsDisabled"] === true),
    HasLatestCalamari: true,
    IsInProcess: false,
    Thumbprint: propertyOf(endpoint, "Thumbprint") ?? null,
    Uri: typeof uri === "string" && uri !== "" ? uri : null,
  };
}
