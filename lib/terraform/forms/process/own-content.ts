import { objectOf } from "../../../model/json.ts";
import type { HclValue } from "../../hcl.ts";
import { templateProperty } from "./find-template.ts";
import { toGitDependencies } from "./git-dependencies.ts";
import type { Part } from "./list-steps.ts";
import { primaryPackageProperties, toPackages, type PackageContext } from "./packages.ts";
import { toProperties, withoutKeys } from "./properties.ts";

/** What an action does that no step template says for it: its packages, Git repositories and properties. */
export function toOwnContent(part: Part, context: PackageContext): Record<string, HclValue | undefined> {
  const { node, module } = context;
  const properties = withoutKeys(objectOf(part.action, "Properties"), [templateProperty, ...primaryPackageProperties]);
  return {
    ...toPackages(part, context),
    git_dependencies: toGitDependencies(part.action, node, module),
    execution_properties: toProperties(properties, { node, module, place: `the step "${part.name}"` }),
  };
}
