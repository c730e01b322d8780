import { listOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { checkReference } from "./crud-checks.ts";
import { createCrud } from "./crud.ts";
import { badRequest, since, type Call } from "./route.ts";

const approvalPolicies = createCrud({
  kind: "approvalpolicies",
  path: "/api/{space}/approvalpolicies",
  itemType: "ApprovalPolicy",
  noun: "approval policy",
  fields: {
    Name: "",
    Description: "",
    ScopingStrategy: "Tag",
    TagScopes: [],
    IdScopes: [],
    MinimumApproversRequired: 2,
    AllowSelfApproval: false,
    IsDisabled: false,
    ApprovingUserIds: [],
    ApprovingTeamIds: [],
  },
  naming: { slugs: false },
  references: { ApprovingUserIds: "users", ApprovingTeamIds: "teams" },
  validate: checkScopes,
  // Assumed: who may change approval policies is who has the permission of approval rules, as the reference calls it.
  permissions: { create: "ApprovalRuleAdminister", edit: "ApprovalRuleAdminister", delete: "ApprovalRuleAdminister" },
  without: ["all"],
});

/** Who has to agree before a run begins; nothing waits for it here (go-octopusdeploy, approvalpolicies). */
export const approvalPoliciesRoutes = since("2026.3", approvalPolicies.routes);

function checkScopes(fields: Fields, call: Call): void {
  // Assumed: a strategy that no client has is refused.
  if (!["Tag", "Id"].includes(textOf(fields, "ScopingStrategy")))
    throw badRequest(`The scoping strategy '${textOf(fields, "ScopingStrategy")}' is not valid.`);
  for (const scope of listOf(fields, "IdScopes")) {
    checkReference(textOf(scope, "ProjectId"), { call, kind: "projects", path: "IdScopes.ProjectId" });
    for (const id of textsOf(scope, "EnvironmentIds"))
      checkReference(id, { call, kind: "environments", path: "IdScopes.EnvironmentIds" });
  }
}
