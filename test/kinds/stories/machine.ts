import type { JsonObject } from "../../../lib/model/json.ts";
import type { OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { awkward, secret, type KindStory } from "../kind-story.ts";
import { pem } from "../sample-certificates.ts";
import { makeScope, makeTenants, scoped } from "../scope.ts";

/** What endpoints point to, by what it is called here. */
interface Needs {
  account: string;
  policy: string;
  proxy: string;
  pool: string;
  certificate: string;
  feed: string;
}

const tentacle = { Thumbprint: "AB12CD34", Uri: "https://tentacle.example:10933/" };
const polling = { Thumbprint: "AB12CD34", Uri: "poll://abcdefghijklmnopqrst/" };

async function makeNeeds(space: OctopusSpace): Promise<Needs> {
  const make = async (path: string, body: JsonObject): Promise<string> => (await space.post(path, body)).Id;
  return {
    account: await make("/accounts", {
      Name: awkward("Login"),
      AccountType: "UsernamePassword",
      Username: "me",
      Password: secret("of a login"),
    }),
    policy: await make("/machinepolicies", { Name: awkward("Strict") }),
    proxy: await make("/proxies", { Name: awkward("Out"), Host: "proxy.example", Port: 3128 }),
    pool: await make("/workerpools", { Name: awkward("Pool"), WorkerPoolType: "StaticWorkerPool" }),
    certificate: await make("/certificates", {
      Name: awkward("Cluster"),
      CertificateData: { HasValue: true, NewValue: pem },
    }),
    feed: await make("/feeds", { Name: "Images", FeedType: "Docker", FeedUri: "https://images.example" }),
  };
}

function cluster({ pool, proxy, certificate, feed }: Needs, authentication: JsonObject): JsonObject {
  return {
    CommunicationStyle: "Kubernetes",
    ClusterUrl: "https://cluster.example",
    ClusterCertificate: certificate,
    ClusterCertificatePath: "/var/run/ca.crt",
    Namespace: "default",
    SkipTlsVerification: "True",
    RunningInContainer: true,
    ContainerOptions: "--privileged",
    ProxyId: proxy,
    DefaultWorkerPoolId: pool,
    Container: { FeedId: feed, Image: "octopusdeploy/worker-tools" },
    Authentication: authentication,
  };
}

/** Every way to sign in to a cluster. */
function clusters(needs: Needs): Record<string, JsonObject> {
  const { account, certificate } = needs;
  const ways: Record<string, JsonObject> = {
    account: { AuthenticationType: "KubernetesStandard", AccountId: account },
    AWS: { AuthenticationType: "KubernetesAws", AccountId: account, ClusterName: "eks", ...assumedRole },
    Azure: {
      AuthenticationType: "KubernetesAzure",
      AccountId: account,
      ClusterName: "aks",
      ClusterResourceGroup: "group",
      AdminLogin: "true",
    },
    Google: {
      AuthenticationType: "KubernetesGoogleCloud",
      AccountId: account,
      ClusterName: "gke",
      Project: "project",
      Region: "europe-west6",
      Zone: "europe-west6-a",
      UseVmServiceAccount: true,
      ImpersonateServiceAccount: true,
      ServiceAccountEmails: "a@example",
    },
    certificate: { AuthenticationType: "KubernetesCertificate", ClientCertificate: certificate },
    pod: { AuthenticationType: "KubernetesPodService", TokenPath: "/var/run/token" },
  };
  return Object.fromEntries(Object.entries(ways).map(([way, by]) => [`Kubernetes by ${way}`, cluster(needs, by)]));
}

const assumedRole = {
  UseInstanceRole: true,
  AssumeRole: true,
  AssumedRoleArn: "arn:aws:iam::1:role/x",
  AssumedRoleSession: "session",
  AssumeRoleSessionDurationSeconds: 1800,
  AssumeRoleExternalId: "external",
};

/** By name, how a server talks to machines that can be workers too. */
function machines({ account, proxy }: Needs): Record<string, JsonObject> {
  return {
    Listening: { CommunicationStyle: "TentaclePassive", ...tentacle, ProxyId: proxy },
    Polling: { CommunicationStyle: "TentacleActive", ...polling },
    SSH: {
      CommunicationStyle: "Ssh",
      AccountId: account,
      Host: "ssh.example",
      Port: 2222,
      Fingerprint: "SHA256:abc",
      DotNetCorePlatform: "linux-x64",
      ProxyId: proxy,
      Uri: "ssh://ssh.example:2222/",
    },
    "Kubernetes agent": {
      CommunicationStyle: "KubernetesTentacle",
      TentacleEndpointConfiguration: { CommunicationMode: "Polling", ...polling },
      DefaultNamespace: "apps",
      UpgradeLocked: true,
    },
    "Listening Kubernetes agent": {
      CommunicationStyle: "KubernetesTentacle",
      TentacleEndpointConfiguration: { CommunicationMode: "Listening", ...tentacle, ProxyId: proxy },
    },
  };
}

/** And to what is a target only. */
function targets({ account, pool }: Needs): Record<string, JsonObject> {
  return {
    "Cloud region": { CommunicationStyle: "None", DefaultWorkerPoolId: pool },
    "Offline drop": {
      CommunicationStyle: "OfflineDrop",
      Destination: { DestinationType: "FileSystem", DropFolderPath: "/drop" },
      SensitiveVariablesEncryptionPassword: secret("of a drop"),
      ApplicationsDirectory: "/apps",
      OctopusWorkingDirectory: "/work",
    },
    "Azure web app": {
      CommunicationStyle: "AzureWebApp",
      AccountId: account,
      ResourceGroupName: "group",
      WebAppName: "app",
      WebAppSlotName: "staging",
      DefaultWorkerPoolId: pool,
    },
    "Azure cloud service": {
      CommunicationStyle: "AzureCloudService",
      AccountId: account,
      CloudServiceName: "service",
      StorageAccountName: "storage",
      Slot: "Staging",
      SwapIfPossible: true,
      UseCurrentInstanceCount: true,
      DefaultWorkerPoolId: pool,
    },
    "Service Fabric": {
      CommunicationStyle: "AzureServiceFabricCluster",
      ConnectionEndpoint: "fabric.example:19000",
      SecurityMode: "SecureAzureAD",
      ServerCertThumbprint: "AB12",
      ClientCertVariable: "Certificate",
      CertificateStoreLocation: "CurrentUser",
      CertificateStoreName: "My",
      AadCredentialType: "UserCredential",
      AadClientCredentialSecret: secret("of a client"),
      AadUserCredentialUsername: "me",
      AadUserCredentialPassword: secret("of a user"),
      DefaultWorkerPoolId: pool,
    },
    "Service Fabric by a client": {
      CommunicationStyle: "AzureServiceFabricCluster",
      ConnectionEndpoint: "fabric.example:19001",
      SecurityMode: "SecureAzureAD",
      AadCredentialType: "ClientCredential",
      AadClientCredentialSecret: secret("of another client"),
    },
    "Service Fabric by a certificate": {
      CommunicationStyle: "AzureServiceFabricCluster",
      ConnectionEndpoint: "fabric.example:19002",
      SecurityMode: "SecureClientCertificate",
      ServerCertThumbprint: "AB12",
      ClientCertVariable: "Certificate",
    },
    "Service Fabric for everybody": {
      CommunicationStyle: "AzureServiceFabricCluster",
      ConnectionEndpoint: "fabric.example:19003",
      SecurityMode: "Unsecure",
    },
    ECS: {
      CommunicationStyle: "AwsEcsCluster",
      AccountId: account,
      ClusterName: "ecs",
      Region: "eu-central-1",
      DefaultWorkerPoolId: pool,
      ...assumedRole,
    },
    "Step package": {
      CommunicationStyle: "StepPackage",
      DeploymentTargetTypeId: "step-package-ecs",
      StepPackageVersion: "1.2.3",
      Inputs: { clusterName: "ecs", account, nothing: "" },
      DefaultWorkerPoolId: pool,
    },
  };
}

/** What deployments go to, and no work is given to. */
const targetStyles = [
  ["AwsEcsCluster", "AzureCloudService", "AzureServiceFabricCluster", "AzureWebApp", "Kubernetes", "OfflineDrop"],
  ["StepPackage"],
].flat();

export const stories: KindStory[] = [
  {
    kind: "machine",
    what: "of every style and every way to sign in to a cluster",
    prepare: makeTenants,
    edit: { Roles: ["edited"], TenantIds: [] },
    uncarried: { "Endpoint.CommunicationStyle: Ftp": "Targets of Octopus 2; since then FTP is a step." },
    async seed(space) {
      const needs = await makeNeeds(space);
      const scope = scoped(await makeScope(space));
      const participation: Readonly<Record<string, JsonObject>> = {
        Polling: { ...scope, TenantedDeploymentParticipation: "Tenanted" },
        SSH: { ...scope, TenantedDeploymentParticipation: "Untenanted", TenantIds: [], TenantTags: [] },
      };
      const all = { ...machines(needs), ...targets(needs), ...clusters(needs) };
      for (const [name, Endpoint] of Object.entries(all))
        await space.post("/machines", {
          Name: awkward(name),
          Slug: `by-hand-${name.toLowerCase().replaceAll(" ", "-")}`,
          ...(participation[name] ?? scope),
          Roles: ["web", awkward("role")],
          IsDisabled: name === "Listening",
          SkipInitialHealthCheck: true,
          MachinePolicyId: needs.policy,
          Endpoint,
        });
    },
  },
  {
    kind: "worker",
    what: "of every style, in a pool",
    edit: { MachinePolicyId: "" },
    uncarried: Object.fromEntries(
      ["Ftp", "None", ...targetStyles].map((style) => [`Endpoint.CommunicationStyle: ${style}`, "No worker is of it."]),
    ),
    async seed(space) {
      const needs = await makeNeeds(space);
      for (const [name, Endpoint] of Object.entries(machines(needs)))
        await space.post("/workers", {
          Name: awkward(name),
          Slug: `by-hand-${name.toLowerCase().replaceAll(" ", "-")}`,
          WorkerPoolIds: [needs.pool],
          IsDisabled: name === "Listening",
          SkipInitialHealthCheck: true,
          MachinePolicyId: needs.policy,
          Endpoint,
        });
    },
  },
];
