import { textOf, type JsonObject } from "../../model/json.ts";
import { nothing } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { inputs } from "../inputs.ts";
import { plainFamily, type FieldForm } from "../plain-form.ts";

const types: Readonly<Record<string, string>> = {
  LifecycleRelease: "octopusdeploy_space_default_lifecycle_release_retention_policy",
  LifecycleTentacle: "octopusdeploy_space_default_lifecycle_tentacle_retention_policy",
  RunbookRetention: "octopusdeploy_space_default_runbook_retention_policy",
};

/** The provider takes a number where one counts, and no other time. */
const whereCounted =
  (attribute: string): FieldForm =>
  ({ node, value, module }) =>
    isCounted(node.body) ? { attributes: { [attribute]: module.value(value, node) } } : {};

function isCounted(body: JsonObject): boolean {
  return textOf(body, "Strategy") === "Count";
}

export const retentionPolicy: TerraformForm = {
  resource: plainFamily(({ body }) => {
    const type = types[textOf(body, "RetentionType")];
    if (type === undefined)
      return `the provider has no default retention policy of the type ${textOf(body, "RetentionType")}: it is left out`;
    return {
      type,
      label: "retentionpolicy",
      constants: { space_id: inputs.spaceId },
      fields: {
        RetentionType: nothing,
        Strategy: "strategy",
        QuantityToKeep: whereCounted("quantity_to_keep"),
        Unit: whereCounted("unit"),
      },
    };
  }),
};
