import { isSecretMark, targetId } from "../../../model/graph.ts";
import { textOf, type JsonObject } from "../../../model/json.ts";
import type { HclBlock, HclExpression } from "../../hcl.ts";
import { joinLabels } from "../../names.ts";
import type { ProjectContext } from "./variables.ts";

/** A variable template of a project. */
export function toVariableTemplate(template: JsonObject, context: ProjectContext): HclBlock {
  const { node, module } = context;
  const value = template["DefaultValue"];
  const secret = isSecretMark(value) ? addSecretDefault(template, context) : undefined;
  return {
    type: "template",
    attributes: {
      name: textOf(template, "Name"),
      label: textOf(template, "Label") || undefined,
      help_text: textOf(template, "HelpText") || undefined,
      default_value: secret ?? module.value(value === "" ? undefined : value, node),
      display_settings: module.value(template["DisplaySettings"], node),
    },
  };
}

/** A secret default cannot be read: the copy starts with the default that its people give it. */
function addSecretDefault(template: JsonObject, { node, module, file, label }: ProjectContext): HclExpression {
  const name = textOf(template, "Name");
  const wanted = `${label}_template_${joinLabels(name)}`;
  return module.addVariable(file, {
    name: module.claim("variable", wanted, `${targetId(node)} template ${name}`),
    description: `The default of the variable template "${name}".`,
    default: "",
    isSensitive: true,
  });
}
