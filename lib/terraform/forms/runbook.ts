import { targetId, type GraphNode, type Target } from "../../model/graph.ts";
import { isJsonObject, textOf } from "../../model/json.ts";
import { expression, type HclBlock } from "../hcl.ts";
import { joinLabels } from "../names.ts";
import type { TerraformForm, TerraformModule } from "../form.ts";
import { isEmpty, remarkUnsaid } from "../unsaid.ts";
import { toConnectivityPolicy } from "./project.ts";

const said = [
  "Name",
  "Slug",
  "Description",
  "MultiTenancyMode",
  "EnvironmentScope",
  "Environments",
  "DefaultGuidedFailureMode",
  "ConnectivityPolicy",
].concat(["RunRetentionPolicy", "ForcePackageDownload", "RunbookTags"]);

export const runbook: TerraformForm = {
  declare(node, module) {
    module.define(node, expression(`octopusdeploy_runbook.${labelOf(node, module)}.id`));
  },

  write(node, module) {
    const label = labelOf(node, module);
    const file = `${label}.tf`;
    const { body } = node;
    const variable = module.claim("variable", `${label}_name`, targetId(node));
    const name = module.addVariable(file, {
      name: variable,
      description: `The name of the runbook "${node.key[1] ?? ""}".`,
      default: textOf(body, "Name"),
    });
    module.add(file, {
      type: "resource",
      labels: ["octopusdeploy_runbook", label],
      attributes: {
        project_id: module.refer({ kind: "project", key: node.key.slice(0, 1) }, node),
        name,
        description: textOf(body, "Description"),
        multi_tenancy_mode: module.value(body["MultiTenancyMode"], node),
        environment_scope: module.value(body["EnvironmentScope"], node),
        environments: isEmpty(body["Environments"]) ? undefined : module.list(body["Environments"], node),
        default_guided_failure_mode: module.value(body["DefaultGuidedFailureMode"], node),
        force_package_download: body["ForcePackageDownload"] === true,
        runbook_tags: isEmpty(body["RunbookTags"]) ? undefined : module.list(body["RunbookTags"], node),
      },
      blocks: [...toConnectivityPolicy(body, node, module), ...toRetention(node)],
    });
    remarkUnsaid(node, said, module);
  },
};

/** Servers before retention strategies have none to tell. */
function toRetention(node: GraphNode): HclBlock[] {
  const policy = node.body["RunRetentionPolicy"];
  if (!isJsonObject(policy)) return [];
  const quantity = typeof policy["QuantityToKeep"] === "number" ? policy["QuantityToKeep"] : undefined;
  const strategy = textOf(policy, "Strategy");
  if (strategy === "")
    return [
      {
        type: "retention_policy",
        attributes: { quantity_to_keep: quantity, should_keep_forever: policy["ShouldKeepForever"] === true },
      },
    ];
  const count = strategy === "Count" ? { quantity_to_keep: quantity, unit: textOf(policy, "Unit") || undefined } : {};
  return [{ type: "retention_policy_with_strategy", attributes: { strategy, ...count } }];
}

function labelOf(target: Target, module: TerraformModule): string {
  return module.claim("octopusdeploy_runbook", `runbook_${joinLabels(...target.key)}`, targetId(target));
}
