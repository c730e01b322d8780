import { isJsonObject, objectOf, textOf, type JsonObject } from "../../../model/json.ts";
import { inside, nothing } from "../../field-forms.ts";
import type { FieldForms } from "../../plain-form.ts";

/** Whether it is an agent that the server calls. */
export function isListening(body: JsonObject): boolean {
  const { TentacleEndpointConfiguration: configuration } = objectOf(body, "Endpoint");
  return isJsonObject(configuration) && textOf(configuration, "CommunicationMode") === "Listening";
}

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
