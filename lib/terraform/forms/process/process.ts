import { targetId, type GraphNode } from "../../../model/graph.ts";
import type { TerraformForm } from "../../form.ts";
import { expression, type HclExpression } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { joinLabels } from "../../names.ts";
import { remarkUnsaid } from "../../unsaid.ts";
import { projectOf } from "../of-project.ts";
import { addStep, type StepContext } from "./add-step.ts";
import { listSteps, type Step } from "./list-steps.ts";

/** A process of a project or a runbook is one resource for itself, one for each of its steps and one for their order. */
export const processForm: TerraformForm = {
  resource: {
    declare(node, module) {
      for (const step of listSteps(node, module)) declareStep(step, node, module);
    },

    write(node, module) {
      const context = { node, module, process: addProcess(node, module) };
      const steps = listSteps(node, module);
      steps.forEach((step, index) => addStep(step, steps[index - 1], context));
      if (steps.length > 0) addOrder(steps, context);
      remarkUnsaid(node, ["Steps"], module);
    },
  },
};

function declareStep({ name, parts }: Step, node: GraphNode, module: TerraformModule): void {
  for (const part of parts) module.define({ kind: "action", key: [...node.key, part.name] }, part.actionId);
  module.define({ kind: "step", key: [...node.key, name] }, parts[0]?.address);
}

/** @returns its id */
function addProcess(node: GraphNode, module: TerraformModule): HclExpression {
  const label = module.claim("octopusdeploy_process", `process_${joinLabels(...node.key)}`, targetId(node));
  const [, runbook] = node.key;
  const attributes = {
    project_id: module.refer(projectOf(node), node),
    runbook_id: runbook === undefined ? undefined : module.refer({ kind: "runbook", key: node.key }, node),
  };
  module.add(`${label}.tf`, { type: "resource", labels: ["octopusdeploy_process", label], attributes });
  return expression(`octopusdeploy_process.${label}.id`);
}

function addOrder(steps: Step[], { node, module, process }: StepContext): void {
  const type = "octopusdeploy_process_steps_order";
  const label = module.claim(type, `process_step_order_${joinLabels(...node.key)}`, targetId(node));
  const attributes = { process_id: process, steps: steps.flatMap(({ parts }) => parts[0]?.address ?? []) };
  module.add(`${label}.tf`, { type: "resource", labels: [type, label], attributes });
}
