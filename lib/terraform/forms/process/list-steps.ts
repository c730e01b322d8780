import { targetId, type GraphNode, type Target } from "../../../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import { expression, type HclExpression } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { joinLabels } from "../../names.ts";
import { findOfProject } from "../of-project.ts";
import { findTemplate } from "./find-template.ts";

export interface Step {
  name: string;
  body: JsonObject;
  parts: Part[];
}

/** The first action of a step is part of the step's resource, every further one has its own. */
export interface Part {
  name: string;
  action: JsonObject;
  type: string;
  label: string;
  resource: HclExpression;
  address: HclExpression;
  actionId: HclExpression | undefined;
  template: GraphNode | undefined;
}

/** The kinds whose bodies have steps. */
export const processKinds: readonly string[] = ["deploymentProcess", "runbookProcess"];

/** The steps of a process with what Terraform calls their actions. */
export function listSteps(node: GraphNode, module: TerraformModule): Step[] {
  const last = lastListed.get(module);
  const steps = last?.node === node ? last.steps : readSteps(node, module);
  lastListed.set(module, { node, steps });
  return steps;
}

/** Asked for several times in a row, by all that belongs to one project; those of a whole space would be as large as that. */
const lastListed = new WeakMap<TerraformModule, { node: GraphNode; steps: Step[] }>();

function readSteps(node: GraphNode, module: TerraformModule): Step[] {
  return objectsOf(node.body, "Steps").map((body) => {
    const stepName = textOf(body, "Name");
    const parts = objectsOf(body, "Actions").map((action, index) => {
      const isChild = index > 0;
      return toPart(action, { node, module, isChild, place: textOf(isChild ? action : body, "Slug") });
    });
    return { name: stepName, body, parts };
  });
}

/** The actions of a process in their order: what has to be there before something that names them. */
export function listActions(node: GraphNode, module: TerraformModule): Part[] {
  return listSteps(node, module).flatMap(({ parts }) => parts);
}

/** What is needed before something that names these actions, or has their slugs, in the deployment process of its project. */
export function listNamed(names: readonly string[], of: Target, module: TerraformModule): HclExpression[] {
  const process = findOfProject("deploymentProcess", of, module);
  const actions = process === undefined ? [] : listActions(process, module);
  return actions.filter((part) => isNamed(part, names)).map(({ resource }) => resource);
}

/**
 * What the module calls an action of the deployment process of a project: the provider has one name for a step and its first action.
 * @param name - of an action, or its slug, which stays
 */
export function nameInModule(name: string, of: Target, module: TerraformModule): string {
  const process = findOfProject("deploymentProcess", of, module);
  const steps = process === undefined ? [] : listSteps(process, module);
  return steps.find(({ parts: [first] }) => first?.name === name)?.name ?? name;
}

/** Whether one of the names, or slugs, is the action's. */
export function isNamed({ name, action }: Part, names: readonly string[]): boolean {
  return [name, textOf(action, "Slug")].some((word) => word !== "" && names.includes(word));
}

interface PartContext {
  node: GraphNode;
  module: TerraformModule;
  isChild: boolean;
  /** What a new name does not change: under it Terraform finds the action again. Empty where a server has no slugs. */
  place: string;
}

function toPart(action: JsonObject, { node, module, isChild, place }: PartContext): Part {
  const name = textOf(action, "Name");
  const template = findTemplate(action, node, module);
  const family = isChild ? "process_child_step" : "process_step";
  const label = module.claim(
    family,
    `${family}_${joinLabels(...node.key, place || name)}`,
    targetId({ kind: "action", key: [...node.key, name] }),
  );
  const type = `octopusdeploy_process_${template === undefined ? "" : "templated_"}${isChild ? "child_" : ""}step`;
  const resource = expression(`${type}.${label}`);
  const address = expression(`${type}.${label}.id`);
  // A step with a template does not tell the id of its action (provider schema 1.17.0).
  const actionId = isChild ? address : template === undefined ? expression(`${type}.${label}.action_id`) : undefined;
  return { name, action, type, label, resource, address, actionId, template };
}
