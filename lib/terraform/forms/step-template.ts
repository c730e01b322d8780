import type { GraphNode } from "../../model/graph.ts";
import type { TerraformForm } from "../form.ts";
import { expression, type HclBlock } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
import { listActions, processKinds } from "./process/list-steps.ts";
import { labelOfTemplate } from "./process/templated-content.ts";

/** Found in the space by name, once for all the steps that use it, at whatever version they do. */
export const stepTemplate: TerraformForm = {
  resource: {
    write(node, module) {
      const namesakes = module.nodes.filter(({ kind, key }) => kind === node.kind && key[0] === node.key[0]);
      const used = listUsed(module);
      if (namesakes[0] !== node || !namesakes.some((namesake) => used.includes(namesake))) return;
      if (namesakes.length > 1) module.remark(node, "steps that use different versions of it all get the newest");
      addDataSource(node, module);
    },
  },
};

function listUsed(module: TerraformModule): GraphNode[] {
  const processes = module.nodes.filter(({ kind }) => processKinds.includes(kind));
  return processes.flatMap((node) => listActions(node, module).flatMap(({ template }) => template ?? []));
}

function addDataSource(node: GraphNode, module: TerraformModule): void {
  const [name = ""] = node.key;
  const label = labelOfTemplate(node, module);
  const postcondition: HclBlock = {
    type: "postcondition",
    attributes: {
      condition: expression("self.step_template != null"),
      error_message: `This space needs the step template "${name}". Install it first.`,
    },
  };
  module.add(`${label}.tf`, {
    type: "data",
    labels: ["octopusdeploy_step_template", label],
    attributes: { name },
    blocks: [{ type: "lifecycle", blocks: [postcondition] }],
  });
}
