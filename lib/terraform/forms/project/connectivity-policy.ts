import type { GraphNode } from "../../../model/graph.ts";
import { isJsonObject, type JsonObject } from "../../../model/json.ts";
import type { HclBlock } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";

/** @param holder - what has a `ConnectivityPolicy`: the settings of a project, or a runbook */
export function toConnectivityPolicy(holder: JsonObject, node: GraphNode, module: TerraformModule): HclBlock[] {
  const policy = holder["ConnectivityPolicy"];
  if (!isJsonObject(policy)) return [];
  const attributes = {
    allow_deployments_to_no_targets: policy["AllowDeploymentsToNoTargets"] === true,
    exclude_unhealthy_targets: policy["ExcludeUnhealthyTargets"] === true,
    skip_machine_behavior: module.value(policy["SkipMachineBehavior"], node),
    target_roles: module.list(policy["TargetRoles"], node),
  };
  return [{ type: "connectivity_policy", attributes }];
}
