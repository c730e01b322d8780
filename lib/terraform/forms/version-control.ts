import { isJsonObject, textOf, textsOf, type JsonObject } from "../../model/json.ts";
import { isReference, targetId, type GraphNode } from "../../model/graph.ts";
import { expression, type HclBlock, type HclValue } from "../hcl.ts";
import type { TerraformForm, TerraformModule } from "../form.ts";

/** Said inside the project's resource: nothing of its own. */
export const versionControl: TerraformForm = { write: () => undefined };

export interface VersionControlContext {
  /** The project. */
  node: GraphNode;
  module: TerraformModule;
  file: string;
  /** What the names of the project's variables begin with: `project_hello_world`. */
  label: string;
}

/** The block with the repository of a project in Git, whose settings are variables so that a copy has a fork of its own. */
export function toPersistenceSettings(context: VersionControlContext): HclBlock[] {
  const { node, module } = context;
  const settings = module.nodes.find(({ kind, key }) => kind === "versionControl" && key[0] === node.key[0])?.body;
  if (settings === undefined) return [];
  if (settings["ProtectedDefaultBranch"] === true)
    module.remark(node, "the protection of the default branch has no attribute: it is left out");
  const common = {
    url: addSetting(context, { name: "git_url", what: "Git URL", initial: textOf(settings, "Url") }),
    base_path: addSetting(context, {
      name: "git_base_path",
      what: "base path in Git",
      initial: textOf(settings, "BasePath"),
    }),
    default_branch: addSetting(context, {
      name: "git_default_branch",
      what: "default branch in Git",
      initial: textOf(settings, "DefaultBranch"),
    }),
    protected_branches: expression(`jsondecode(${addProtectedBranches(context, settings)})`),
  };
  return [toBlock(context, { common, settings })];
}

function addProtectedBranches(context: VersionControlContext, settings: JsonObject): string {
  const initial = JSON.stringify(textsOf(settings, "ProtectedBranchNamePatterns"));
  return addSetting(context, { name: "git_protected_branches", what: "protected branches (JSON)", initial }).expression;
}

interface Setting {
  name: string;
  what: string;
  initial: string;
  isSensitive?: boolean;
}

function addSetting(
  { node, module, file, label }: VersionControlContext,
  { name, what, initial, isSensitive }: Setting,
) {
  const claimed = module.claim("variable", `${label}_${name}`, `${targetId(node)} ${what}`);
  const description = `The ${what} of the project "${node.key[0] ?? ""}".`;
  return module.addVariable(file, {
    name: claimed,
    description,
    default: initial,
    ...(isSensitive === true && { isSensitive }),
  });
}

interface Parts {
  common: Record<string, HclValue>;
  settings: JsonObject;
}

function toBlock(context: VersionControlContext, { common, settings }: Parts): HclBlock {
  const { node, module } = context;
  const credentials = isJsonObject(settings["Credentials"]) ? settings["Credentials"] : {};
  const { CredentialId: id } = credentials;
  if (isReference(id)) {
    const credential = module.refer(id.$ref, node);
    return { type: "git_library_persistence_settings", attributes: { git_credential_id: credential, ...common } };
  }
  if (textOf(credentials, "Type") !== "UsernamePassword") {
    if (textOf(credentials, "Type") === "GitHub")
      module.remark(node, "a connection of the GitHub app belongs to one space: the module uses no credentials");
    return { type: "git_anonymous_persistence_settings", attributes: common };
  }
  const username = addSetting(context, {
    name: "git_username",
    what: "Git username",
    initial: textOf(credentials, "Username"),
  });
  const password = addSetting(context, { name: "git_password", what: "Git password", initial: "", isSensitive: true });
  return { type: "git_username_password_persistence_settings", attributes: { username, password, ...common } };
}
