import type { Target } from "../../../model/graph.ts";
import { isJsonObject, objectOf, textOf, type JsonObject } from "../../../model/json.ts";
import type { HclBlock } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";

/** The block with what people are asked for when they deploy, if a variable asks. */
export function toPrompt({ Prompt: prompt }: JsonObject, about: Target, module: TerraformModule): HclBlock[] {
  if (!isJsonObject(prompt)) return [];
  const attributes = {
    description: textOf(prompt, "Description"),
    is_required: (prompt["IsRequired"] ?? prompt["Required"]) === true,
    label: textOf(prompt, "Label"),
  };
  const blocks = toDisplaySettings(objectOf(prompt, "DisplaySettings"), about, module);
  return [{ type: "prompt", attributes, blocks }];
}

const sayableControls = ["SingleLineText", "MultiLineText", "Checkbox", "Select"];

function toDisplaySettings(settings: JsonObject, about: Target, module: TerraformModule): HclBlock[] {
  const control = textOf(settings, "Octopus.ControlType");
  if (sayableControls.includes(control)) {
    const options = listOptions(settings).map(toSelectOption);
    return [{ type: "display_settings", attributes: { control_type: control }, blocks: options }];
  }
  if (!["", "Sensitive"].includes(control)) module.remark(about, `its prompt's control ${control} cannot be set`);
  return [];
}

function listOptions(settings: JsonObject): string[] {
  const lines = textOf(settings, "Octopus.SelectOptions").split(/\r?\n/);
  return lines.filter((line) => line !== "");
}

/** `value|text`, one a line. */
function toSelectOption(line: string): HclBlock {
  const [value = "", ...text] = line.split("|");
  return { type: "select_option", attributes: { value, display_name: text.length === 0 ? value : text.join("|") } };
}
