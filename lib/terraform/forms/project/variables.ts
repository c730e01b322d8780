import { targetId, type GraphNode, type Target } from "../../../model/graph.ts";
import { textOf } from "../../../model/json.ts";
import type { HclExpression, HclTemplate } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { joinLabels } from "../../names.ts";

/** What the module calls the project that a resource belongs to, or is: `project_hello_world`. */
export function labelOfProject({ key: [project = ""] }: Target, module: TerraformModule): string {
  return module.claim("octopusdeploy_project", `project_${joinLabels(project)}`, project);
}

/** The project whose resource is written. */
export interface ProjectContext {
  node: GraphNode;
  module: TerraformModule;
  file: string;
  /** What the names of its variables begin with. */
  label: string;
}

export interface ProjectVariable {
  /** Its name, behind the project's. */
  name: string;
  what: string;
  initial: string;
  isSensitive?: boolean;
}

/** Something about the project that a copy may have otherwise. */
export function addProjectVariable(
  { node, module, file, label }: ProjectContext,
  { name, what, initial, isSensitive }: ProjectVariable,
): HclExpression {
  return module.addVariable(file, {
    name: module.claim("variable", `${label}_${name}`, `${targetId(node)} ${what}`),
    description: `The ${what} of the project "${node.key[0] ?? ""}".`,
    default: initial,
    ...(isSensitive === true && { isSensitive }),
  });
}

/** Three variables, so that a copy can say that it is one without losing the words it came with. */
export function addDescription(context: ProjectContext): HclTemplate {
  const add = (name: string, what: string, initial: string) => addProjectVariable(context, { name, what, initial });
  const prefix = add("description_prefix", "text before the description", "");
  const description = add("description", "description", textOf(context.node.body, "Description"));
  return { template: [prefix, description, add("description_suffix", "text behind the description", "")] };
}
