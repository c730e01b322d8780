import { name, names, tags } from "../references.ts";
import { description, nameField, type Section } from "../section.ts";
import { list } from "../shape.ts";
import { required } from "../value.ts";
import { choice, count, flag } from "../words.ts";

export const approvalPolicies: Section = {
  key: "approvalPolicies",
  kind: "approvalPolicy",
  about: "Who has to agree before a run begins.",
  fields: {
    name: nameField,
    description,
    isDisabled: flag("IsDisabled"),
    by: choice("ScopingStrategy", "Whether tags or names say for what it is.", { tags: "Tag", names: "Id" }),
    tagged: list("TagScopes", undefined, {
      fields: { projectTags: tags("ProjectTags"), environmentTags: tags("EnvironmentTags") },
      identify: (said) => JSON.stringify(said),
    }),
    projects: list("IdScopes", undefined, {
      fields: {
        project: required(name("project", "ProjectId")),
        environments: names("environment", "EnvironmentIds", "Left out: all."),
      },
      unsaid: ["Id"],
      identify: ({ project }) => String(project).toLowerCase(),
    }),
    approvers: count("MinimumApproversRequired", "How many have to agree.", { least: 1 }),
    selfApproval: flag("AllowSelfApproval", "Whether whoever deploys may agree."),
    users: names("user", "ApprovingUserIds", "By their user names."),
    teams: names("team", "ApprovingTeamIds"),
  },
  isWhole: true,
};
