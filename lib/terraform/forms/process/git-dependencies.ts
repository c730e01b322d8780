import type { GraphNode } from "../../../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import { object, unlessEmpty, type HclValue } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { isEmpty } from "../../unsaid.ts";

/** The Git repositories that an action refers to, by the names of the references; undefined when there is none. */
export function toGitDependencies(action: JsonObject, node: GraphNode, module: TerraformModule): HclValue | undefined {
  const dependencies = objectsOf(action, "GitDependencies").map((dependency): [string, HclValue] => [
    textOf(dependency, "Name"),
    toGitDependency(dependency, node, module),
  ]);
  return dependencies.length === 0 ? undefined : { entries: Object.fromEntries(dependencies) };
}

function toGitDependency(dependency: JsonObject, node: GraphNode, module: TerraformModule): HclValue {
  const value = (field: string): HclValue | undefined => module.value(dependency[field], node);
  const id = (field: string): HclValue => (isEmpty(dependency[field]) ? "" : (value(field) ?? ""));
  return object({
    repository_uri: value("RepositoryUri"),
    default_branch: value("DefaultBranch"),
    git_credential_type: value("GitCredentialType"),
    git_credential_id: id("GitCredentialId"),
    file_path_filters: unlessEmpty(module.list(dependency["FilePathFilters"], node)),
    // The provider tells an empty one that was not said (1.17.0, an attribute that is not computed).
    github_connection_id: id("GitHubConnectionId"),
  });
}
