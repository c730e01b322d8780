import { isReference } from "../../../model/graph.ts";
import { objectOf, textOf, textsOf, type JsonObject } from "../../../model/json.ts";
import { expression, type HclBlock, type HclExpression } from "../../hcl.ts";
import { findOfProject } from "../of-project.ts";
import { addProjectVariable, type ProjectContext } from "./variables.ts";

/** The block with the repository of a project in Git, whose settings are variables so that a copy has a fork of its own. */
export function toPersistenceSettings(context: ProjectContext): HclBlock[] {
  const { node, module } = context;
  const settings = findOfProject("versionControl", node, module)?.body;
  if (settings === undefined) return [];
  if (settings["ProtectedDefaultBranch"] === true)
    module.remark(node, "the protection of the default branch has no attribute: it is left out");
  return [toBlock(context, settings, addCommon(context, settings))];
}

type Attributes = Record<string, HclExpression>;

function addCommon(context: ProjectContext, settings: JsonObject): Attributes {
  const add = (name: string, what: string, field: string) =>
    addProjectVariable(context, { name, what, initial: textOf(settings, field) });
  return {
    url: add("git_url", "Git URL", "Url"),
    base_path: add("git_base_path", "base path in Git", "BasePath"),
    default_branch: add("git_default_branch", "default branch in Git", "DefaultBranch"),
    protected_branches: expression(`jsondecode(${addProtectedBranches(context, settings).expression})`),
  };
}

function addProtectedBranches(context: ProjectContext, settings: JsonObject): HclExpression {
  const initial = JSON.stringify(textsOf(settings, "ProtectedBranchNamePatterns"));
  return addProjectVariable(context, { name: "git_protected_branches", what: "protected branches (JSON)", initial });
}

function toBlock(context: ProjectContext, settings: JsonObject, common: Attributes): HclBlock {
  const { node, module } = context;
  const credentials = objectOf(settings, "Credentials");
  const { CredentialId: id } = credentials;
  if (isReference(id)) {
    const credential = module.refer(id.$ref, node);
    return textOf(credentials, "Type") === "GitHub"
      ? { type: "git_github_app_persistence_settings", attributes: { github_connection_id: credential, ...common } }
      : { type: "git_library_persistence_settings", attributes: { git_credential_id: credential, ...common } };
  }
  if (textOf(credentials, "Type") === "UsernamePassword") return toPasswordBlock(context, credentials, common);
  return { type: "git_anonymous_persistence_settings", attributes: common };
}

function toPasswordBlock(context: ProjectContext, credentials: JsonObject, common: Attributes): HclBlock {
  const initial = textOf(credentials, "Username");
  const username = addProjectVariable(context, { name: "git_username", what: "Git username", initial });
  const secret = { name: "git_password", what: "Git password", initial: "", isSensitive: true };
  const password = addProjectVariable(context, secret);
  return { type: "git_username_password_persistence_settings", attributes: { username, password, ...common } };
}
