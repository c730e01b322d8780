import type { GraphNode } from "../../../model/graph.ts";
import { textOf } from "../../../model/json.ts";
import { expression, type HclBlock } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { quote } from "../../quote.ts";
import { remarkUnsaid } from "../../unsaid.ts";
import { projectOf } from "../of-project.ts";

/** The channel that Octopus makes with every project: a module cannot make it again. */
const madeWithProject = "Default";

/** It is the default one until people say otherwise, and may have got another name. */
export function isMadeWithProject(node: GraphNode, module: TerraformModule): boolean {
  if (isCalledDefault(node)) return true;
  const hasOther = module
    .ofProject(node.key[0] ?? "")
    .some((other) => other.kind === node.kind && isCalledDefault(other));
  return node.body["IsDefault"] === true && !hasOther;
}

function isCalledDefault({ key }: GraphNode): boolean {
  return key.at(-1) === madeWithProject;
}

/** Finds the channel in the project, and tells what the module cannot change about it. */
export function addMadeWithProject(node: GraphNode, label: string, module: TerraformModule): void {
  const blocks = isCalledDefault(node) ? [] : [toRemoved(label)];
  module.add(`${label}.tf`, toDataBlock(node, label, module), toLocalBlock(node, label), ...blocks);
  const { Name: _name, Slug: _slug, IsDefault: isDefault, Type: _type, ...body } = node.body;
  if (isDefault !== true) module.remark(node, "the channel that Octopus makes with the project stays the default one");
  if (!isCalledDefault(node))
    module.remark(node, `it arrives as the channel "${madeWithProject}", which the people of the space may rename`);
  const said = textOf(body, "Description") === "" ? ["Description"] : [];
  remarkUnsaid({ ...node, body }, said, module);
}

function toDataBlock(node: GraphNode, label: string, module: TerraformModule): HclBlock {
  const project = module.refer(projectOf(node), node);
  const postcondition: HclBlock = {
    type: "postcondition",
    attributes: {
      condition: expression(`${toId(node, "self")} != null`),
      error_message: `This project needs the channel ${listNames(node).map(quote).join(" or ")}.`,
    },
  };
  return {
    type: "data",
    labels: ["octopusdeploy_channels", label],
    attributes: { project_id: project, skip: 0, take: 10_000 },
    blocks: [{ type: "lifecycle", blocks: [postcondition] }],
  };
}

/** Modules used to make it beside the other, and a default channel cannot be deleted (issue 484 of the provider). */
function toRemoved(label: string): HclBlock {
  const lifecycle = { type: "lifecycle", attributes: { destroy: false } };
  return { type: "removed", attributes: { from: expression(`octopusdeploy_channel.${label}`) }, blocks: [lifecycle] };
}

function toLocalBlock(node: GraphNode, label: string): HclBlock {
  const id = expression(toId(node, `data.octopusdeploy_channels.${label}`));
  return { type: "locals", attributes: { [`${label}_id`]: id } };
}

/** The first that is there, of its own name and the one that the server gave it. */
function toId(node: GraphNode, data: string): string {
  const found = listNames(node).map(
    (name) => `[for item in ${data}.channels : item.id if item.name == ${quote(name)}]`,
  );
  return `try(concat(${found.join(", ")})[0], null)`;
}

function listNames({ key }: GraphNode): string[] {
  return [...new Set([key.at(-1) ?? "", madeWithProject])];
}
