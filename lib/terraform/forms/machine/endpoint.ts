import { inside, nothing, only } from "../../field-forms.ts";
import type { FieldForm, FieldForms } from "../../plain-form.ts";

/** How the server talks to a machine, as arguments of the resource. */
export function endpoint(fields: FieldForms): FieldForm {
  return inside({ CommunicationStyle: nothing, DefaultWorkerPoolId: "default_worker_pool_id", ...fields });
}

/** Where the provider has no word for it. */
export const noPool: FieldForms = { DefaultWorkerPoolId: only("") };

export const ssh: FieldForms = {
  ...noPool,
  AccountId: "account_id",
  Host: "host",
  Port: "port",
  Fingerprint: "fingerprint",
  HostKeyAlgorithm: only(""),
  Uri: nothing,
  ProxyId: "proxy_id",
};
