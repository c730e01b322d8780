import { objectOf, textOf } from "../../model/json.ts";
import { always, only, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainFamily, type FieldForms } from "../plain-form.ts";
import { isListening } from "./machine/kubernetes-agent.ts";
import { targets } from "./machine/targets.ts";
import { tenanted } from "./tenanted.ts";

export const machine: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_deployment_targets", collection: "deployment_targets", label: "target" },
  resource: plainFamily(({ body }) => {
    const style = textOf(objectOf(body, "Endpoint"), "CommunicationStyle");
    const own = targets[style];
    if (own === undefined) return `the provider has no deployment target of the style ${style}: it is left out`;
    if (isListening(body)) return "the provider has agents in a cluster that poll, and no others: it is left out";
    return { type: own.type, label: "target", fields: { ...common, ...own.fields } };
  }),
};

const common: FieldForms = {
  Name: "name",
  Slug: slugOfName,
  IsDisabled: always("is_disabled", false),
  MachinePolicyId: "machine_policy_id",
  EnvironmentIds: "environments",
  Roles: "roles",
  SkipInitialHealthCheck: only(false),
  ...tenanted,
};
