import { isJsonObject, objectOf } from "../model/json.ts";
import { map, object, serverMade, words, type Fields } from "./field.ts";
import type { ResourceKind } from "./resource-kind.ts";

const container = object({ Image: words });

/** How a server talks to a deployment target or a worker: the fields of all styles, of which each has some. */
export const endpointFields: Fields = {
  Endpoint: object({
    Uri: words,
    Host: words,
    Thumbprint: words,
    CertificateSignatureAlgorithm: serverMade,
    TentacleVersionDetails: serverMade,
    KubernetesAgentDetails: serverMade,
    TentacleEndpointConfiguration: object({ Uri: words, Thumbprint: words, CertificateSignatureAlgorithm: serverMade }),
    // Certificates of Octopus, by their ids.
    ClusterCertificate: { text: "id" },
    Authentication: object({ ClientCertificate: { text: "id" } }),
    Container: container,
    // Clients have it as a text.
    AadClientCredentialSecret: { isSecret: true },
    // Of AWS and of a step package, not of Octopus.
    AssumeRoleExternalId: words,
    DeploymentTargetTypeId: words,
    Inputs: map(),
  }),
};

/** What both are, as the server finds out by looking, and whether they are in use, which belongs to the people in their space. */
export const machineRules = {
  isPolling: ({ Endpoint: endpoint }) =>
    isJsonObject(endpoint) &&
    (endpoint["CommunicationStyle"] === "TentacleActive" ||
      objectOf(endpoint, "TentacleEndpointConfiguration")["CommunicationMode"] === "Polling"),
  serverMade: [
    "Architecture",
    "HasLatestCalamari",
    "HealthStatus",
    "IsInProcess",
    "OperatingSystem",
    "OperatingSystemVersion",
    "ShellName",
    "ShellVersion",
    "Status",
    "StatusSummary",
    "Thumbprint",
    "Uri",
  ],
  createOnly: ["Slug", "IsDisabled", "SkipInitialHealthCheck"],
} satisfies Partial<ResourceKind>;
