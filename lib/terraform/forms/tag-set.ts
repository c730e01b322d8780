import { targetId } from "../../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../model/json.ts";
import { always, nothing, only } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { expression, type HclExpression } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
import { listBefore } from "./in-order.ts";
import { joinLabels } from "../names.ts";
import { quote } from "../quote.ts";
import {
  labelOfPlain,
  plainResource,
  toIgnored,
  writeFields,
  type FieldForms,
  type PlainPlace,
} from "../plain-form.ts";

const form = plainResource({
  label: "tagset",
  type: "octopusdeploy_tag_set",
  listBefore,
  keeps: ["sort_order"],
  fields: {
    Name: "name",
    Description: always("description"),
    SortOrder: nothing,
    Scopes: "scopes",
    Type: "type",
    IsSystem: only(false),
    Tags: nothing,
  },
  addMore: addTags,
});

/** A set, and each of its tags, which others point to by both names: so that Terraform makes them before. */
export const tagSet: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_tag_sets", collection: "tag_sets", label: "tagset" },
  resource: {
    declare(node, module) {
      form.declare?.(node, module);
      const set = `octopusdeploy_tag_set.${labelOfPlain({ label: "tagset" }, node, module)}`;
      for (const tag of objectsOf(node.body, "Tags")) {
        const target = { kind: "tag", key: [...node.key, textOf(tag, "Name")] };
        const own = `octopusdeploy_tag.${labelOfTag(target.key, module)}`;
        module.define(target, expression(`join("/", [${set}.name, ${own}.name])`));
      }
    },
    write: form.write,
  },
  /** A tag that is there is no other one's to make: the set has its id. */
  findParts: (node, module, items) =>
    objectsOf(node.body, "Tags").map((tag) => {
      const name = textOf(tag, "Name");
      const label = labelOfTag([...node.key, name], module);
      const ids = `[for tag in flatten(${items.expression}[*].tags) : tag.id if tag.name == ${quote(name)}]`;
      return [`octopusdeploy_tag.${label}`, expression(ids)];
    }),
};

const tagFields: FieldForms = {
  Name: "name",
  Color: "color",
  Description: always("description"),
  SortOrder: nothing,
  CanonicalTagName: nothing,
};

function labelOfTag([set = "", tag = ""]: readonly string[], module: TerraformModule): string {
  const wanted = `tagset_${joinLabels(set)}_tag_${joinLabels(tag)}`;
  return module.claim("octopusdeploy_tag", wanted, targetId({ kind: "tag", key: [set, tag] }));
}

/** Each is made after the one before it, so that they are in order. */
function addTags(place: PlainPlace): void {
  let before: HclExpression | undefined;
  for (const tag of objectsOf(place.node.body, "Tags")) before = addTag(tag, place, before);
}

function addTag(tag: JsonObject, place: PlainPlace, before: HclExpression | undefined): HclExpression {
  const { node, module, label: set } = place;
  const label = labelOfTag([...node.key, textOf(tag, "Name")], module);
  const { attributes } = writeFields(tag, tagFields, { ...place, path: ["Tags"] });
  module.add(`${label}.tf`, {
    type: "resource",
    labels: ["octopusdeploy_tag", label],
    attributes: {
      tag_set_id: expression(`octopusdeploy_tag_set.${set}.id`),
      ...attributes,
      depends_on: before === undefined ? undefined : [before],
    },
    blocks: toIgnored(["sort_order"]),
  });
  return expression(`octopusdeploy_tag.${label}`);
}
