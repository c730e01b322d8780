import { targetId, type GraphNode } from "../../../model/graph.ts";
import { objectOf } from "../../../model/json.ts";
import type { HclExpression } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { joinLabels } from "../../names.ts";
import { addAction } from "./add-action.ts";
import type { Part, Step } from "./list-steps.ts";
import { toProperties } from "./properties.ts";

export interface StepContext {
  /** The process in the graph. */
  node: GraphNode;
  module: TerraformModule;
  /** The id of the process in the module. */
  process: HclExpression;
}

/** Steps are made one after the other: the server would turn a first step that starts with the previous one into another. */
export function addStep(step: Step, previous: Step | undefined, context: StepContext): void {
  const { node, module } = context;
  const [first, ...children] = step.parts;
  if (first === undefined) return module.remark(node, `the step "${step.name}" has no action and is left out`);
  addFirstAction(step, first, { ...context, dependsOn: previous?.parts[0]?.resource });
  if (first.name !== step.name)
    module.remark(node, `the action "${first.name}" is called like its step, "${step.name}"`);
  children.forEach((child, index) =>
    addChildAction(
      child,
      { step, parent: first },
      { ...context, dependsOn: (index === 0 ? first : children[index - 1])?.resource },
    ),
  );
  if (children.length > 0) addChildOrder(step, { parent: first, children }, context);
}

interface ActionContext extends StepContext {
  dependsOn: HclExpression | undefined;
}

function addFirstAction(step: Step, part: Part, { node, module, process, dependsOn }: ActionContext): void {
  const after = {
    condition: module.value(step.body["Condition"], node),
    start_trigger: module.value(step.body["StartTrigger"], node),
    package_requirement: module.value(step.body["PackageRequirement"], node),
    properties: toProperties(objectOf(step.body, "Properties"), { node, module, place: `the step "${step.name}"` }),
  };
  const before = { process_id: process, name: step.name };
  addAction(part, { node, module, place: [step.name], before, after, dependsOn });
}

function addChildAction(
  part: Part,
  { step, parent }: { step: Step; parent: Part },
  { node, module, process, dependsOn }: ActionContext,
): void {
  const before = { process_id: process, parent_id: parent.address, name: part.name };
  const after = { condition: module.value(part.action["Condition"], node) };
  addAction(part, { node, module, place: [step.name, part.name], before, after, dependsOn });
}

function addChildOrder(
  step: Step,
  { parent, children }: { parent: Part; children: Part[] },
  { node, module, process }: StepContext,
): void {
  const type = "octopusdeploy_process_child_steps_order";
  const key = [...node.key, step.name];
  const label = module.claim(type, `process_child_step_order_${joinLabels(...key)}`, targetId({ kind: "step", key }));
  const attributes = {
    process_id: process,
    parent_id: parent.address,
    children: children.map(({ address }) => address),
  };
  module.add(`${label}.tf`, { type: "resource", labels: [type, label], attributes, part: [step.name] });
}
