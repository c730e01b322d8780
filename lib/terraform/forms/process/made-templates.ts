import type { GraphNode } from "../../../model/graph.ts";
import { objectsOf, type JsonObject } from "../../../model/json.ts";
import type { TerraformModule } from "../../module.ts";
import { joinLabels } from "../../names.ts";

/** What the module calls the step template of that name. */
export function labelOfTemplate({ key: [name = ""] }: GraphNode, module: TerraformModule): string {
  return module.claim("octopusdeploy_step_template", `steptemplate_${joinLabels(name)}`, name);
}

/** The step templates of that name, one for each version that is in the module. */
export function listNamesakes({ kind, key: [name = ""] }: GraphNode, module: TerraformModule): GraphNode[] {
  return module.ofProject(name).filter((other) => other.kind === kind);
}

/** The version that is a resource of the module, for the steps that use any: the provider makes one. */
export function findMade(template: GraphNode, module: TerraformModule): GraphNode | undefined {
  return listNamesakes(template, module).find(module.makesStepTemplate);
}

/** The provider's types: those of the space's own, and of those that are installed from the community library. */
export const ownType = "octopusdeploy_step_template";
export const communityType = "octopusdeploy_community_step_template";

/** Whether the server's library has it, under the page that it comes from. */
export function isOfCommunity({ origin }: GraphNode): boolean {
  return origin?.website !== undefined;
}

/** What others call the resource. */
export function toAddress(made: GraphNode, module: TerraformModule): string {
  return `${isOfCommunity(made) ? communityType : ownType}.${labelOfTemplate(made, module)}`;
}

/** A parameter without a default: the provider's data source cannot read a step template that has one (1.17.0). */
export function findBareParameter({ body }: GraphNode): JsonObject | undefined {
  return objectsOf(body, "Parameters").find((parameter) => parameter["DefaultValue"] === undefined);
}
