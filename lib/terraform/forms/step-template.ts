import { targetId, type GraphNode } from "../../model/graph.ts";
import type { TerraformForm } from "../form.ts";
import { expression, type HclBlock } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
import { quote } from "../quote.ts";
import { listActions, processKinds } from "./process/list-steps.ts";
import {
  findBareParameter,
  findMade,
  labelOfTemplate,
  listNamesakes,
  ownType,
  toAddress,
} from "./process/made-templates.ts";
import { addStepTemplate } from "./step-template/resource.ts";

/** A resource, or found in the space by name, once for all the steps that use it, at whatever version they do. */
export const stepTemplate: TerraformForm = {
  resource: {
    declare(node, module) {
      const made = findMade(node, module);
      if (made !== undefined) module.define(node, expression(`${toAddress(made, module)}.id`));
    },

    write(node, module) {
      const made = findMade(node, module);
      if (made === undefined) return addFound(node, module);
      if (made === node) addStepTemplate(node, module);
      else module.remark(node, differentVersions);
    },
  },

  find: (node, module, { label, wanted, file }) => {
    if (findBareParameter(node) !== undefined) return undefined;
    module.add(file, { type: "data", labels: [ownType, label], attributes: { name: wanted } });
    return expression(`[for template in [data.${ownType}.${label}.step_template] : template if template != null]`);
  },
};

const differentVersions = "steps that use different versions of it all get the newest";

function addFound(node: GraphNode, module: TerraformModule): void {
  const namesakes = listNamesakes(node, module);
  const used = listUsed(module);
  if (!namesakes.some((namesake) => used.includes(namesake)))
    return module.remark(node, "it is left out, since no step of the module uses it");
  if (namesakes[0] !== node) return;
  if (namesakes.length > 1) module.remark(node, differentVersions);
  addDataSource(node, module);
}

function listUsed(module: TerraformModule): GraphNode[] {
  const processes = module.nodes.filter(({ kind }) => processKinds.includes(kind));
  return processes.flatMap((node) => listActions(node, module).flatMap(({ template }) => template ?? []));
}

/** The data source sees the first page of the space's step templates alone (provider 1.17.0, it sends no filter), so people may tell which it is. */
function addDataSource(node: GraphNode, module: TerraformModule): void {
  const [name = ""] = node.key;
  const label = labelOfTemplate(node, module);
  const file = `${label}.tf`;
  const { expression: told } = module.addVariable(file, {
    name: module.claim("variable", `${label}_version`, targetId({ kind: node.kind, key: [name] })),
    description: `The step template "${name}" of this space and its version, such as ActionTemplates-1${separator}2, where it is not among the first 30 by name.`,
    default: "",
  });
  const isTold = `${told} != ""`;
  const found = `one(data.octopusdeploy_step_template.${label}[*].step_template)`;
  const parts = `split(${quote(separator)}, ${told})`;
  module.add(
    file,
    {
      type: "data",
      labels: ["octopusdeploy_step_template", label],
      attributes: { count: expression(`${isTold} ? 0 : 1`), name },
      blocks: [{ type: "lifecycle", blocks: [toPostcondition(name, told)] }],
    },
    {
      type: "locals",
      attributes: {
        [`${label}_id`]: expression(`${isTold} ? ${parts}[0] : ${found}.id`),
        [`${label}_version`]: expression(`${isTold} ? tonumber(${parts}[1]) : ${found}.version`),
      },
    },
  );
}

/** As the API's address of a version has it. */
const separator = "/versions/";

function toPostcondition(name: string, told: string): HclBlock {
  return {
    type: "postcondition",
    attributes: {
      condition: expression("self.step_template != null"),
      error_message: `This space needs the step template "${name}". Install it first. If it is there and not among the first 30 by name, give its id and version, such as ActionTemplates-1${separator}2, as ${told}.`,
    },
  };
}
