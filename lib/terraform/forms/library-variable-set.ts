import { objectsOf } from "../../model/json.ts";
import { always, nothing } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainFamily, type FieldForm, type PlainForm } from "../plain-form.ts";
import { isScriptModule, toScript } from "./library-variable-set/script-module.ts";
import { toVariableTemplate } from "./project/variable-templates.ts";

/** Script modules are library variable sets too, with another `ContentType`, and a resource of their own. */
export const libraryVariableSet: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_library_variable_sets",
    collection: "library_variable_sets",
    label: "library_variable_set",
  },
  resource: plainFamily((node) => (isScriptModule(node) ? scriptModule : variables)),
};

/** The provider knows templates by their places alone, and takes no ids of them here. */
const templates: FieldForm = ({ node, module }) => ({
  blocks: objectsOf(node.body, "Templates").map((template) => toVariableTemplate(template, { node, module })),
});

const fields = { Name: "name", Description: always("description") };

const variables: PlainForm = {
  type: "octopusdeploy_library_variable_set",
  label: "library_variable_set_variables",
  fields: { ...fields, ContentType: nothing, Version: nothing, Templates: templates },
};

const scriptModule: PlainForm = {
  type: "octopusdeploy_script_module",
  label: "library_variable_set_scriptmodule",
  fields: { ...fields, Version: nothing, ContentType: ({ node, module }) => ({ blocks: [toScript(node, module)] }) },
};
