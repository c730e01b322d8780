import { targetId } from "../../model/graph.ts";
import type { FieldForm } from "../plain-form.ts";

/** The name of what a copy may call otherwise: a variable of the module. @param what - the kind in sentences */
export function renamable(what: string): FieldForm {
  return ({ node, module, label, value }) => {
    const name = module.addVariable(`${label}.tf`, {
      name: module.claim("variable", `${label}_name`, targetId(node)),
      description: `The name of the ${what} "${node.key.at(-1) ?? ""}".`,
      default: typeof value === "string" ? value : "",
    });
    return { attributes: { name } };
  };
}
