import { isSecretMark } from "../../../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import { expression, object, type HclBlock, type HclExpression } from "../../hcl.ts";
import { quote } from "../../quote.ts";
import type { ProjectContext } from "./variables.ts";

/** The variable templates of a project, for whose values tenants are asked. @param name - of the copy */
export function toVariableTemplates(context: ProjectContext, name: HclExpression): HclBlock[] {
  const templates = objectsOf(context.node.body, "Templates");
  const ids = templates.length === 0 ? "" : addIds(context, name);
  return templates.map((template, index) =>
    toVariableTemplate(template, context, toId(template, { index, ids, name })),
  );
}

/**
 * Terraform knows blocks by their places alone: one that comes first or goes would hand its id, and with that the values of tenants, to its
 * neighbour. So each is given the id that the space has for its name. @returns the map of ids by names
 */
function addIds({ module, label, file }: ProjectContext, name: HclExpression): string {
  const found = module.claim("lookup", `${label}_now`, `${label} now`);
  const ids = `${label}_template_ids`;
  const now = `data.octopusdeploy_projects.${found}.projects`;
  const of = `for project in ${now} : project.template if project.name == ${name.expression} && project.template != null`;
  module.add(
    file,
    { type: "data", labels: ["octopusdeploy_projects", found], attributes: { name } },
    {
      type: "locals",
      attributes: { [ids]: expression(`{ for template in flatten([${of}]) : template.name => template.id }`) },
    },
  );
  return `local.${ids}`;
}

/** Behind all that the space has a new one gets its id from the server, and so does every one of a new copy. */
function toId(
  template: JsonObject,
  { index, ids, name }: { index: number; ids: string; name: HclExpression },
): HclExpression {
  const own = quote(textOf(template, "Name"));
  const anew = `length(${ids}) > ${index} ? uuidv5("url", join("/", [${name.expression}, ${own}])) : null`;
  return expression(`lookup(${ids}, ${own}, ${anew})`);
}

/** A template, of a project or of a library variable set. @param id - where the provider takes one */
export function toVariableTemplate(
  template: JsonObject,
  { node, module }: Pick<ProjectContext, "node" | "module">,
  id?: HclExpression,
): HclBlock {
  const { DefaultValue: value, DisplaySettings: settings } = template;
  const name = textOf(template, "Name");
  if (isSecretMark(value))
    module.remark(
      node,
      `the secret default of the variable template "${name}" is left out, since the provider would write it as plain text`,
    );
  return {
    type: "template",
    attributes: {
      id,
      name,
      label: textOf(template, "Label") || undefined,
      help_text: textOf(template, "HelpText") || undefined,
      default_value: module.value(value === "" ? undefined : value, node),
      display_settings: module.value(settings, node) ?? object({}),
    },
  };
}
