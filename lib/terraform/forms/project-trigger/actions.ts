import type { GraphNode } from "../../../model/graph.ts";
import { objectOf, textOf, type JsonObject } from "../../../model/json.ts";
import type { HclBlock } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";

interface ActionContext {
  node: GraphNode;
  module: TerraformModule;
}

/** The block that says what, by the type of the trigger's action; undefined for an action that cannot be said. */
export const actions: Readonly<Record<string, (action: JsonObject, context: ActionContext) => HclBlock | undefined>> = {
  RunRunbook: (action, { node, module }) => ({
    type: "run_runbook_action",
    attributes: {
      runbook_id: module.value(action["RunbookId"], node),
      target_environment_ids: module.list(action["EnvironmentIds"], node),
    },
  }),
  DeployLatestRelease: (action, { node, module }) => {
    const [source, ...others] = module.list(action["SourceEnvironmentIds"], node);
    if (source === undefined) return undefined;
    if (others.length > 0) module.remark(node, "only the first of its source environments can be set");
    const attributes = {
      source_environment_id: source,
      destination_environment_id: module.value(action["DestinationEnvironmentId"], node),
      should_redeploy: action["ShouldRedeployWhenReleaseIsCurrent"] === true,
    };
    return { type: "deploy_latest_release_action", attributes };
  },
  DeployNewRelease: (action, { node, module }) => ({
    type: "deploy_new_release_action",
    attributes: {
      destination_environment_id: module.value(action["EnvironmentId"], node),
      git_reference: textOf(objectOf(action, "VersionControlReference"), "GitRef") || undefined,
    },
  }),
};

/** Fields of an action that these blocks say, and the trigger itself. */
export const saidOfAction = [
  ["ActionType", "ChannelId", "TenantIds", "RunbookId", "EnvironmentId", "EnvironmentIds"],
  ["SourceEnvironmentIds", "DestinationEnvironmentId", "ShouldRedeployWhenReleaseIsCurrent", "VersionControlReference"],
].flat();
