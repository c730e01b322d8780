import type { GraphNode } from "../../../model/graph.ts";
import { textOf } from "../../../model/json.ts";
import { expression, type HclBlock } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { remarkUnsaid } from "../../unsaid.ts";
import { projectOf } from "../of-project.ts";

/** The channel that Octopus makes with every project: a module cannot make it again. */
const madeWithProject = "Default";

export function isMadeWithProject({ key }: GraphNode): boolean {
  return key.at(-1) === madeWithProject;
}

/** Finds the channel in the project, and tells what the module cannot change about it. */
export function addMadeWithProject(node: GraphNode, label: string, module: TerraformModule): void {
  module.add(`${label}.tf`, toDataBlock(node, label, module), toLocalBlock(label));
  const { Name: _name, Slug: _slug, IsDefault: isDefault, Type: _type, ...body } = node.body;
  if (isDefault !== true) module.remark(node, "the channel that Octopus makes with the project stays the default one");
  const said = textOf(body, "Description") === "" ? ["Description"] : [];
  remarkUnsaid({ ...node, body }, said, module);
}

function toDataBlock(node: GraphNode, label: string, module: TerraformModule): HclBlock {
  const project = module.refer(projectOf(node), node);
  return {
    type: "data",
    labels: ["octopusdeploy_channels", label],
    attributes: { project_id: project, partial_name: madeWithProject, skip: 0, take: 10_000 },
  };
}

function toLocalBlock(label: string): HclBlock {
  const items = `data.octopusdeploy_channels.${label}.channels`;
  const id = expression(`one([for item in ${items} : item.id if item.name == "${madeWithProject}"])`);
  return { type: "locals", attributes: { [`${label}_id`]: id } };
}
