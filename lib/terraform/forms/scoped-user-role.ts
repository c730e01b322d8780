import { isReference, targetId, type GraphNode } from "../../model/graph.ts";
import { nothing } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { inputs } from "../inputs.ts";
import type { TerraformModule } from "../module.ts";
import { plainFamily, type PlainForm } from "../plain-form.ts";
import { isEmpty } from "../unsaid.ts";

export const scopedUserRole: TerraformForm = {
  resource: plainFamily((node, module) =>
    isOfManagers(node, module) ? "it is left out, since who manages a space is said where the space is made" : role,
  ),
};

const limits = {
  EnvironmentIds: "environment_ids",
  ProjectIds: "project_ids",
  ProjectGroupIds: "project_group_ids",
  TenantIds: "tenant_ids",
};

const role: PlainForm = {
  label: "scopeduserrole",
  type: "octopusdeploy_scoped_user_role",
  constants: { space_id: inputs.spaceId },
  fields: {
    // Made of all that follows.
    Name: nothing,
    TeamId: "team_id",
    UserRoleId: "user_role_id",
    ...limits,
  },
};

/** The role that a server gives to its teams that manage the space: making it would give it twice. */
function isOfManagers({ body }: GraphNode, module: TerraformModule): boolean {
  const { TeamId: team, UserRoleId: managing } = body;
  if (!isReference(team) || !isReference(managing) || managing.$ref.key[0] !== "Space manager") return false;
  const isLimited = Object.keys(limits).some((field) => !isEmpty(body[field]));
  return !isLimited && !module.nodes.some((node) => targetId(node) === targetId(team.$ref));
}
