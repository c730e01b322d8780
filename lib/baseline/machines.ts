import { name, secret, usualSecret } from "./references.ts";
import { byType, object } from "./shape.ts";
import { required, type Fields } from "./value.ts";
import { anything, choice, count, flag, flagText, oneOf, text, word } from "./words.ts";

// How a server talks to a deployment target or a worker.

const proxy = name("proxy", "Endpoint.ProxyId");
const account = (at = "Endpoint.AccountId") => name("account", at);
const workerPool = name("workerPool", "Endpoint.DefaultWorkerPoolId", "Where steps for it run.");

const listening: Fields = {
  uri: required(word("Endpoint.Uri", "Such as `https://server:10933/`.")),
  thumbprint: required(word("Endpoint.Thumbprint")),
  proxy,
};

const polling: Fields = {
  uri: required(word("Endpoint.Uri", "Such as `poll://…/`.")),
  thumbprint: required(word("Endpoint.Thumbprint")),
};

const ssh: Fields = {
  account: required(account()),
  host: required(word("Endpoint.Host")),
  port: count("Endpoint.Port", undefined, { usual: 22 }),
  fingerprint: text("Endpoint.Fingerprint"),
  hostKeyAlgorithm: text("Endpoint.HostKeyAlgorithm"),
  dotNetPlatform: text("Endpoint.DotNetCorePlatform", "Such as `linux-x64`."),
  uri: text("Endpoint.Uri"),
  proxy,
};

const kubernetesAgent: Fields = {
  communication: required(
    oneOf("Endpoint.TentacleEndpointConfiguration.CommunicationMode", undefined, ["Polling", "Listening"]),
  ),
  uri: required(word("Endpoint.TentacleEndpointConfiguration.Uri")),
  thumbprint: required(word("Endpoint.TentacleEndpointConfiguration.Thumbprint")),
  proxy: name("proxy", "Endpoint.TentacleEndpointConfiguration.ProxyId", "Of a listening one."),
  defaultNamespace: text("Endpoint.DefaultNamespace"),
  upgradeLocked: flag("Endpoint.UpgradeLocked"),
};

const inCluster: Fields = { account: account("AccountId"), cluster: text("ClusterName") };

const authentication = object("Endpoint.Authentication", "How one signs in to the cluster.", {
  fields: {},
  variants: byType("AuthenticationType", {
    account: ["KubernetesStandard", { account: account("AccountId") }],
    certificate: ["KubernetesCertificate", { certificate: name("certificate", "ClientCertificate") }],
    pod: ["KubernetesPodService", { tokenPath: text("TokenPath") }],
    none: ["None"],
    aws: [
      "KubernetesAws",
      {
        ...inCluster,
        useInstanceRole: flag("UseInstanceRole"),
        assumeRole: flag("AssumeRole"),
        assumedRoleArn: text("AssumedRoleArn"),
        assumedRoleSession: text("AssumedRoleSession"),
        assumedRoleSeconds: count("AssumeRoleSessionDurationSeconds"),
        assumedRoleExternalId: text("AssumeRoleExternalId"),
      },
    ],
    azure: [
      "KubernetesAzure",
      { ...inCluster, resourceGroup: text("ClusterResourceGroup"), adminLogin: flagText("AdminLogin") },
    ],
    google: [
      "KubernetesGoogleCloud",
      {
        ...inCluster,
        project: text("Project"),
        region: text("Region"),
        zone: text("Zone"),
        useMachineAccount: flag("UseVmServiceAccount"),
        impersonate: flag("ImpersonateServiceAccount"),
        serviceAccounts: text("ServiceAccountEmails"),
      },
    ],
  }),
});

const kubernetes: Fields = {
  url: required(word("Endpoint.ClusterUrl")),
  certificate: name("certificate", "Endpoint.ClusterCertificate"),
  certificatePath: text("Endpoint.ClusterCertificatePath"),
  skipTlsVerification: flagText("Endpoint.SkipTlsVerification"),
  namespace: text("Endpoint.Namespace"),
  authentication: required(authentication),
  proxy,
  workerPool,
  runningInContainer: flag("Endpoint.RunningInContainer"),
  image: text("Endpoint.Container.Image", "In which steps run."),
  imageFeed: name("feed", "Endpoint.Container.FeedId"),
  containerOptions: text("Endpoint.ContainerOptions"),
};

/** Machines of all kinds have these; each has a machine policy. */
export const machineFields: Fields = {
  policy: name("machinePolicy", "MachinePolicyId", "Left out: the default one."),
  isDisabled: flag("IsDisabled", "Whether it arrives disabled; later on, people say."),
};

/** One machine should not work for two servers by accident. */
export const arrival = {
  fields: { IsDisabled: true },
  why: "said as disabled, so that it does not work for two spaces by accident",
};

/** Those that may be workers, too. */
const tentacles = {
  listening: ["TentaclePassive", listening],
  polling: ["TentacleActive", polling],
  ssh: ["Ssh", ssh],
  kubernetesAgent: ["KubernetesTentacle", kubernetesAgent],
} satisfies Parameters<typeof byType>[1];

export const workerTypes = byType("Endpoint.CommunicationStyle", tentacles);

export const targetTypes = byType("Endpoint.CommunicationStyle", {
  ...tentacles,
  cloudRegion: ["None", { workerPool }],
  kubernetes: ["Kubernetes", kubernetes],
  azureWebApp: [
    "AzureWebApp",
    {
      account: required(account()),
      resourceGroup: text("Endpoint.ResourceGroupName"),
      app: required(word("Endpoint.WebAppName")),
      slot: text("Endpoint.WebAppSlotName"),
      workerPool,
    },
  ],
  azureCloudService: [
    "AzureCloudService",
    {
      account: required(account()),
      service: required(word("Endpoint.CloudServiceName")),
      storageAccount: text("Endpoint.StorageAccountName"),
      slot: text("Endpoint.Slot"),
      swapIfPossible: flag("Endpoint.SwapIfPossible"),
      useCurrentInstanceCount: flag("Endpoint.UseCurrentInstanceCount"),
      workerPool,
    },
  ],
  serviceFabric: [
    "AzureServiceFabricCluster",
    {
      url: required(word("Endpoint.ConnectionEndpoint")),
      security: choice("Endpoint.SecurityMode", undefined, {
        none: "Unsecure",
        clientCertificate: "SecureClientCertificate",
        azureAd: "SecureAzureAD",
      }),
      serverThumbprint: text("Endpoint.ServerCertThumbprint"),
      certificateVariable: text("Endpoint.ClientCertVariable"),
      storeLocation: text("Endpoint.CertificateStoreLocation"),
      storeName: text("Endpoint.CertificateStoreName"),
      credential: choice("Endpoint.AadCredentialType", undefined, {
        client: "ClientCredential",
        user: "UserCredential",
      }),
      clientSecret: secret("Endpoint.AadClientCredentialSecret"),
      username: text("Endpoint.AadUserCredentialUsername"),
      password: secret("Endpoint.AadUserCredentialPassword"),
      workerPool,
    },
  ],
  offlineDrop: [
    "OfflineDrop",
    {
      destination: required(oneOf("Endpoint.Destination.DestinationType", undefined, ["Artifact", "FileSystem"])),
      folder: text("Endpoint.Destination.DropFolderPath"),
      applicationsFolder: text("Endpoint.ApplicationsDirectory"),
      workingFolder: text("Endpoint.OctopusWorkingDirectory"),
      encryptionPassword: usualSecret(
        "Endpoint.SensitiveVariablesEncryptionPassword",
        "What secrets in the drop are encrypted by.",
      ),
    },
  ],
  ecs: [
    "AwsEcsCluster",
    {
      account: account(),
      cluster: text("Endpoint.ClusterName"),
      region: text("Endpoint.Region"),
      useInstanceRole: flag("Endpoint.UseInstanceRole"),
      assumeRole: flag("Endpoint.AssumeRole"),
      assumedRoleArn: text("Endpoint.AssumedRoleArn"),
      assumedRoleSession: text("Endpoint.AssumedRoleSession"),
      assumedRoleSeconds: count("Endpoint.AssumeRoleSessionDurationSeconds"),
      assumedRoleExternalId: text("Endpoint.AssumeRoleExternalId"),
      workerPool,
    },
  ],
  stepPackage: [
    "StepPackage",
    {
      targetType: required(word("Endpoint.DeploymentTargetTypeId", "Such as `aws-ecs-target`.")),
      version: text("Endpoint.StepPackageVersion"),
      inputs: anything("Endpoint.Inputs", "As the step package has them."),
      workerPool,
    },
  ],
});
