import { inside, nothing } from "../../field-forms.ts";
import type { FieldForms } from "../../plain-form.ts";

/** An agent in a cluster, as a target or as a worker. */
export const kubernetesAgent: FieldForms = {
  TentacleEndpointConfiguration: inside({
    Uri: "uri",
    Thumbprint: "thumbprint",
    CommunicationMode: "communication_mode",
    CertificateSignatureAlgorithm: nothing,
  }),
  KubernetesAgentDetails: nothing,
  UpgradeLocked: "upgrade_locked",
};
