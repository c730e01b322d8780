import { isSecretMark, type GraphNode } from "../../../model/graph.ts";
import { textOf } from "../../../model/json.ts";
import { always, nestedList, secret } from "../../field-forms.ts";
import { expression, object, type HclBlock, type HclExpression } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { joinLabels } from "../../names.ts";
import {
  objectAt,
  toIgnored,
  writeFields,
  type FieldForm,
  type FieldForms,
  type PlainPlace,
} from "../../plain-form.ts";
import { quote } from "../../quote.ts";
import { toProperties } from "../process/properties.ts";
import { communityType, findBareParameter, labelOfTemplate, ownType } from "../process/made-templates.ts";

/** A step template as people of the space made it, or as one that the server installs from its community library. */
export function addStepTemplate(node: GraphNode, module: TerraformModule): void {
  const place = { node, module, label: labelOfTemplate(node, module) };
  const website = node.origin?.website;
  if (website === undefined) addOwn(place);
  else addCommunity(place, website);
}

function addOwn(place: PlainPlace): void {
  const { node, module, label } = place;
  const { attributes } = writeFields(node.body, fields, { ...place, path: [] });
  module.add(`${label}.tf`, {
    type: "resource",
    labels: [ownType, label],
    // The provider requires a step package, and neither sends nor reads one (1.17.0): of one that is adopted it would be a change.
    attributes: { ...attributes, step_package_id: "" },
    blocks: toIgnored(["step_package_id"]),
  });
  module.add(`${label}.tf`, ...toVersion(place));
}

/**
 * The version for the steps that use it. While the template changes, nobody knows the next one, and the provider takes what the template
 * had for what it will have in these steps, and fails (1.17.0, `ModifyPlan` of a templated step). So they have the version that is there
 * when Terraform plans; the next run brings the newer one to them.
 */
function toVersion({ node, label }: PlainPlace): HclBlock[] {
  const made = `${ownType}.${label}.version`;
  const version = (value: string): HclBlock => ({
    type: "locals",
    attributes: { [`${label}_version`]: expression(value) },
  });
  if (findBareParameter(node) !== undefined) return [version(made)];
  const there = `data.${ownType}.${label}.step_template`;
  return [
    { type: "data", labels: [ownType, label], attributes: { name: textOf(node.body, "Name") } },
    version(`${there} == null ? ${made} : ${there}.version`),
  ];
}

/** The id that the server has for it tells the page that it comes from. */
function addCommunity({ node, module, label }: PlainPlace, website: string): void {
  const file = `${label}.tf`;
  const name = textOf(node.body, "Name");
  const found = `data.${communityType}.${label}.steps`;
  module.add(
    file,
    {
      type: "data",
      labels: [communityType, label],
      attributes: { website },
      blocks: [
        {
          type: "lifecycle",
          blocks: [
            {
              type: "postcondition",
              attributes: {
                condition: expression("length(self.steps) == 1"),
                error_message: `The community library of this server does not have the step template "${name}". Update the library there (Library, Step Templates), and apply the module again.`,
              },
            },
          ],
        },
      ],
    },
    {
      type: "resource",
      labels: [communityType, label],
      attributes: { community_action_template_id: expression(`one([for step in ${found} : step.id])`) },
    },
  );
  module.remark(node, "it arrives as the community library of the server has it, at its newest version there");
}

const properties: FieldForm = (place) => ({
  attributes: { properties: toProperties(objectAt(place), { ...place, place: "it" }) ?? object({}) },
});

const parameters: FieldForms = {
  Name: always("name"),
  Label: always("label"),
  HelpText: always("help_text"),
  DisplaySettings: "display_settings",
  DefaultValue: (place) => {
    if (!isSecretMark(place.value)) return always("default_value")(place);
    return secret("default_sensitive_value", `parameter_${joinLabels(place.path.at(-2) ?? "")}`)(place);
  },
};

/** Steps know parameters by their names: the id only has to be one, and that which is there where there is one. */
function toParameterId(name: string, { node, label }: PlainPlace): HclExpression {
  const own = `uuidv5("url", ${quote(`${node.key[0] ?? ""}/${name}`)})`;
  if (findBareParameter(node) !== undefined) return expression(own);
  const there = `data.${ownType}.${label}.step_template.parameters`;
  return expression(`try([for one in ${there} : one.id if one.name == ${quote(name)}][0], ${own})`);
}

const packages: FieldForms = {
  Name: always("name"),
  FeedId: always("feed_id"),
  PackageId: "package_id",
  AcquisitionLocation: "acquisition_location",
  Properties: (place) => ({
    attributes: {
      properties: object({
        selection_mode: "immediate",
        ...writeFields(objectAt(place), packageProperties, place).attributes,
      }),
    },
  }),
};

const packageProperties: FieldForms = {
  Extract: "extract",
  PackageParameterName: "package_parameter_name",
  Purpose: "purpose",
  SelectionMode: "selection_mode",
};

const gitDependencies: FieldForms = {
  Name: always("name"),
  RepositoryUri: always("repository_uri"),
  DefaultBranch: always("default_branch"),
  GitCredentialType: always("git_credential_type", "Anonymous"),
  GitCredentialId: "git_credential_id",
  FilePathFilters: "file_path_filters",
};

const fields: FieldForms = {
  Name: always("name"),
  Description: always("description"),
  ActionType: always("action_type"),
  Properties: properties,
  Parameters: nestedList("parameters", parameters, (parameter, place) => ({
    id: toParameterId(textOf(parameter, "Name"), place),
  })),
  Packages: nestedList("packages", packages),
  GitDependencies: nestedList("git_dependencies", gitDependencies),
};
