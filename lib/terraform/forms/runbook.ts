import { targetId, type GraphNode } from "../../model/graph.ts";
import { isJsonObject, textOf, type JsonObject } from "../../model/json.ts";
import type { TerraformForm } from "../form.ts";
import { expression, type HclBlock, type HclExpression, type HclValue } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
import { joinLabels } from "../names.ts";
import { isEmpty, remarkSlug, remarkUnsaid } from "../unsaid.ts";
import { toConnectivityPolicy } from "./project/connectivity-policy.ts";
import { projectOf } from "./of-project.ts";

export const runbook: TerraformForm = {
  resource: {
    declare(node, module) {
      module.define(node, expression(`octopusdeploy_runbook.${labelOf(node, module)}.id`));
    },

    write(node, module) {
      const label = labelOf(node, module);
      const file = `${label}.tf`;
      const name = addName(node, module, { label, file });
      module.add(file, {
        type: "resource",
        labels: ["octopusdeploy_runbook", label],
        attributes: toAttributes(node, module, name),
        blocks: [...toConnectivityPolicy(node.body, node, module), ...toRetention(node.body)],
      });
      remarkSlug(node, module);
      remarkUnsaid(node, said, module);
    },
  },
};

const said = [
  ["Name", "Slug", "Description", "MultiTenancyMode", "EnvironmentScope", "Environments", "DefaultGuidedFailureMode"],
  ["ConnectivityPolicy", "RunRetentionPolicy", "ForcePackageDownload", "RunbookTags"],
].flat();

function addName(
  node: GraphNode,
  module: TerraformModule,
  { label, file }: { label: string; file: string },
): HclExpression {
  return module.addVariable(file, {
    name: module.claim("variable", `${label}_name`, targetId(node)),
    description: `The name of the runbook "${node.key[1] ?? ""}".`,
    default: textOf(node.body, "Name"),
  });
}

function toAttributes(
  node: GraphNode,
  module: TerraformModule,
  name: HclExpression,
): Record<string, HclValue | undefined> {
  const { body } = node;
  const list = (field: string) => (isEmpty(body[field]) ? undefined : module.list(body[field], node));
  return {
    project_id: module.refer(projectOf(node), node),
    name,
    description: textOf(body, "Description"),
    multi_tenancy_mode: module.value(body["MultiTenancyMode"], node),
    environment_scope: module.value(body["EnvironmentScope"], node),
    environments: list("Environments"),
    default_guided_failure_mode: module.value(body["DefaultGuidedFailureMode"], node),
    force_package_download: body["ForcePackageDownload"] === true,
    runbook_tags: list("RunbookTags"),
  };
}

/** Servers before retention strategies have none to tell; the provider takes either number or forever there, not both. */
function toRetention(body: JsonObject): HclBlock[] {
  const policy = body["RunRetentionPolicy"];
  if (!isJsonObject(policy)) return [];
  const quantity = typeof policy["QuantityToKeep"] === "number" ? policy["QuantityToKeep"] : undefined;
  const strategy = textOf(policy, "Strategy");
  if (strategy === "") {
    const isForever = policy["ShouldKeepForever"] === true || quantity === 0;
    const attributes = isForever ? { should_keep_forever: true } : { quantity_to_keep: quantity };
    return [{ type: "retention_policy", attributes }];
  }
  const count = strategy === "Count" ? { quantity_to_keep: quantity, unit: textOf(policy, "Unit") || undefined } : {};
  return [{ type: "retention_policy_with_strategy", attributes: { strategy, ...count } }];
}

function labelOf(node: GraphNode, module: TerraformModule): string {
  return module.claim("octopusdeploy_runbook", `runbook_${joinLabels(...node.key)}`, targetId(node));
}
