import { objectOf, textOf } from "../../model/json.ts";
import { always, only, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainFamily, type FieldForms } from "../plain-form.ts";
import { isListening, kubernetesAgent } from "./machine/kubernetes-agent.ts";
import { endpoint, noPool, ssh } from "./machine/endpoint.ts";

export const worker: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_workers", collection: "workers", label: "worker" },
  resource: plainFamily(({ body }) => {
    const style = textOf(objectOf(body, "Endpoint"), "CommunicationStyle");
    const own = forms[style];
    if (own === undefined) return `the provider has no worker of the style ${style}: it is left out`;
    if (isListening(body)) return "the provider has agents in a cluster that poll, and no others: it is left out";
    return { type: own.type, label: "worker", fields: { ...common, ...own.fields } };
  }),
};

const common: FieldForms = {
  Name: "name",
  Slug: slugOfName,
  IsDisabled: always("is_disabled", false),
  MachinePolicyId: "machine_policy_id",
  WorkerPoolIds: "worker_pool_ids",
  SkipInitialHealthCheck: only(false),
};

const forms: Readonly<Record<string, { type: string; fields: FieldForms }>> = {
  KubernetesTentacle: {
    type: "octopusdeploy_kubernetes_agent_worker",
    fields: { Endpoint: endpoint({ ...noPool, ...kubernetesAgent }) },
  },
  Ssh: {
    type: "octopusdeploy_ssh_connection_worker",
    fields: { Endpoint: endpoint({ ...ssh, DotNetCorePlatform: "dotnet_platform" }) },
  },
  TentaclePassive: {
    type: "octopusdeploy_listening_tentacle_worker",
    fields: { Endpoint: endpoint({ ...noPool, Uri: "uri", Thumbprint: "thumbprint", ProxyId: "proxy_id" }) },
  },
};
