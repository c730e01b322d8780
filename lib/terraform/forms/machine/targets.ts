import { block, flag, secret } from "../../field-forms.ts";
import type { FieldForms } from "../../plain-form.ts";
import { endpoint, noPool, ssh } from "./endpoint.ts";
import { kubernetesAgent } from "./kubernetes-agent.ts";
import { authentication } from "./kubernetes-authentication.ts";

/** Types of deployment targets, by how the server talks to them. */
export const targets: Readonly<Record<string, { type: string; fields: FieldForms }>> = {
  AzureCloudService: {
    type: "octopusdeploy_azure_cloud_service_deployment_target",
    fields: {
      Endpoint: endpoint({
        AccountId: "account_id",
        CloudServiceName: "cloud_service_name",
        StorageAccountName: "storage_account_name",
        Slot: "slot",
        SwapIfPossible: "swap_if_possible",
        UseCurrentInstanceCount: "use_current_instance_count",
      }),
    },
  },
  AzureServiceFabricCluster: {
    type: "octopusdeploy_azure_service_fabric_cluster_deployment_target",
    fields: {
      Endpoint: endpoint({
        ...noPool,
        ConnectionEndpoint: "connection_endpoint",
        SecurityMode: "security_mode",
        ServerCertThumbprint: "server_certificate_thumbprint",
        ClientCertVariable: "client_certificate_variable",
        CertificateStoreLocation: "certificate_store_location",
        CertificateStoreName: "certificate_store_name",
        AadCredentialType: "aad_credential_type",
        AadUserCredentialUsername: "aad_user_credential_username",
        AadUserCredentialPassword: secret("aad_user_credential_password"),
      }),
    },
  },
  AzureWebApp: {
    type: "octopusdeploy_azure_web_app_deployment_target",
    fields: {
      Endpoint: endpoint({
        ...noPool,
        AccountId: "account_id",
        ResourceGroupName: "resource_group_name",
        WebAppName: "web_app_name",
        WebAppSlotName: "web_app_slot_name",
      }),
    },
  },
  Kubernetes: {
    type: "octopusdeploy_kubernetes_cluster_deployment_target",
    fields: {
      Endpoint: endpoint({
        ClusterUrl: "cluster_url",
        ClusterCertificate: "cluster_certificate",
        ClusterCertificatePath: "cluster_certificate_path",
        SkipTlsVerification: flag("skip_tls_verification"),
        Namespace: "namespace",
        ProxyId: "proxy_id",
        RunningInContainer: "running_in_container",
        Container: block("container", { Image: "image", FeedId: "feed_id" }),
        ContainerOptions: "container_options",
        Authentication: authentication,
      }),
    },
  },
  KubernetesTentacle: {
    type: "octopusdeploy_kubernetes_agent_deployment_target",
    fields: { Endpoint: endpoint({ ...noPool, ...kubernetesAgent, DefaultNamespace: "default_namespace" }) },
  },
  None: { type: "octopusdeploy_cloud_region_deployment_target", fields: { Endpoint: endpoint({}) } },
  OfflineDrop: {
    type: "octopusdeploy_offline_package_drop_deployment_target",
    fields: {
      Endpoint: endpoint({
        ...noPool,
        ApplicationsDirectory: "applications_directory",
        OctopusWorkingDirectory: "working_directory",
        Destination: block("destination", {
          DestinationType: "destination_type",
          DropFolderPath: "drop_folder_path",
        }),
      }),
    },
  },
  Ssh: {
    type: "octopusdeploy_ssh_connection_deployment_target",
    fields: { Endpoint: endpoint({ ...ssh, DotNetCorePlatform: "dot_net_core_platform" }) },
  },
  TentacleActive: {
    type: "octopusdeploy_polling_tentacle_deployment_target",
    fields: { Endpoint: endpoint({ ...noPool, Uri: "tentacle_url", Thumbprint: "thumbprint" }) },
  },
  TentaclePassive: {
    type: "octopusdeploy_listening_tentacle_deployment_target",
    fields: {
      Endpoint: endpoint({ ...noPool, Uri: "tentacle_url", Thumbprint: "thumbprint", ProxyId: "proxy_id" }),
    },
  },
};
