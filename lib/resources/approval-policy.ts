import { anyOf, essentialId, object, onlyFor } from "./field.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

const { list, create, update } = collectionRoutes("approvalpolicies");

/** Who has to agree before a run begins (go-octopusdeploy, approvalpolicies). */
export const approvalPolicy: ResourceKind = {
  id: "approvalPolicy",
  label: "approval policy",
  idPrefix: "ApprovalPolicies",
  list,
  create,
  update,
  nameOf: nameField,
  fields: {
    TagScopes: object({
      ProjectTags: onlyFor("tag", "project tags"),
      EnvironmentTags: onlyFor("tag", "environment tags"),
    }),
    IdScopes: object({ ProjectId: essentialId, EnvironmentIds: onlyFor("id", "environments") }),
    ApprovingUserIds: anyOf("id", "users"),
    ApprovingTeamIds: anyOf("id", "teams"),
  },
};
