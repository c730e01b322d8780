import { targetId, type GraphNode } from "../model/graph.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import type { ResourceForm } from "./form.ts";
import { expression, type HclBlock, type HclExpression, type HclValue } from "./hcl.ts";
import type { TerraformModule } from "./module.ts";
import { joinLabels } from "./names.ts";
import { remarkUnsaid } from "./unsaid.ts";

/** A resource that stands for itself: one block, whose arguments are the fields of the API under other names. */
export interface PlainForm {
  /** The provider's type. */
  type: string;
  /** What the label begins with: `account` for `account_azure_production`. */
  label: string;
  fields: FieldForms;
  /** Arguments that are the same whatever the body has. */
  constants?: Readonly<Record<string, HclValue>>;
  /** Arguments that are left as the server has them: where nothing is said, the provider would send zero with every change. */
  keeps?: readonly string[];
  /** Arguments that the provider cannot read back: they are as they were made. */
  ignoreChanges?(node: GraphNode): string[];
  /** What has to be made before, though nothing points to it. */
  listBefore?(node: GraphNode, module: TerraformModule): HclExpression[];
  /** What else the module has for it, such as the tags of a set. */
  addMore?(place: PlainPlace): void;
}

/** The form of one of several types, such as those of accounts, or why the provider has none for it. */
export type FormChoice = (node: GraphNode, module: TerraformModule) => PlainForm | string;

/** How the fields of an object are said, by their names in the API. What has no word here is a remark, unless it is empty. */
export type FieldForms = Readonly<Record<string, FieldForm>>;

/** The name of the argument, or what is made of the value. */
export type FieldForm = string | ((field: FieldPlace) => Written);

export interface Written {
  attributes?: Readonly<Record<string, HclValue | undefined>>;
  blocks?: readonly HclBlock[];
  /** Whether the provider has no word for the value. */
  isUnsaid?: boolean;
}

export interface PlainPlace {
  node: GraphNode;
  module: TerraformModule;
  /** What the module calls the resource, and what its file and its variables are called after. */
  label: string;
}

export interface FieldPlace extends PlainPlace {
  /** Names of the fields from the body down. */
  path: readonly string[];
  value: JsonValue | undefined;
}

/** The form of a kind that has one resource in the provider. */
export function plainResource(form: PlainForm): ResourceForm {
  return plainFamily(() => form);
}

/** The form of a kind of which each type is another resource. */
export function plainFamily(choose: FormChoice): ResourceForm {
  return {
    declare(node, module) {
      const form = choose(node, module);
      if (typeof form === "string") return module.define(node, undefined);
      module.define(node, expression(`${form.type}.${labelOfPlain(form, node, module)}.id`));
    },
    write(node, module) {
      const form = choose(node, module);
      if (typeof form === "string") module.remark(node, form);
      else addPlain(form, { node, module, label: labelOfPlain(form, node, module) });
    },
  };
}

/** What the module calls the resource of a node. */
export function labelOfPlain({ label }: Pick<PlainForm, "label">, node: GraphNode, module: TerraformModule): string {
  return module.claim(`resource ${label}`, `${label}_${joinLabels(...node.key)}`, targetId(node));
}

function addPlain(form: PlainForm, place: PlainPlace): void {
  const { type, fields, constants, listBefore, addMore } = form;
  const { node, module, label } = place;
  const { attributes, blocks } = writeFields(node.body, fields, { ...place, path: [] });
  const before = listBefore?.(node, module) ?? [];
  module.add(`${label}.tf`, {
    type: "resource",
    labels: [type, label],
    attributes: { ...constants, ...attributes, depends_on: before.length === 0 ? undefined : before },
    blocks: [...blocks, ...toLifecycle(form, place)],
  });
  addMore?.(place);
}

function toLifecycle({ ignoreChanges, keeps = [] }: PlainForm, { node, module }: PlainPlace): HclBlock[] {
  const unread = ignoreChanges?.(node) ?? [];
  if (unread.length > 0)
    module.remark(
      node,
      `later changes of ${unread.join(", ")} do not come along, since the provider cannot read them back`,
    );
  return toIgnored([...keeps, ...unread]);
}

/** The block that leaves these arguments alone. */
export function toIgnored(names: readonly string[]): HclBlock[] {
  if (names.length === 0) return [];
  return [{ type: "lifecycle", attributes: { ignore_changes: names.map(expression) } }];
}

/** The arguments and blocks of an object. */
export function writeFields(
  object: JsonObject,
  fields: FieldForms,
  place: Omit<FieldPlace, "value">,
): Required<Pick<Written, "attributes" | "blocks">> {
  const all = Object.entries(fields).map(([name, form]): [string, Written] => [
    name,
    writeField(form, { ...place, path: [...place.path, name], value: object[name] }),
  ]);
  const said = all.flatMap(([name, { isUnsaid }]) => (isUnsaid === true ? [] : [name]));
  remarkUnsaid({ ...place.node, body: object }, said, place.module, place.path);
  const written = all.map(([, one]) => one);
  return {
    attributes: Object.assign({}, ...written.map(({ attributes }) => attributes)),
    blocks: written.flatMap(({ blocks = [] }) => blocks),
  };
}

function writeField(form: FieldForm, place: FieldPlace): Written {
  if (typeof form !== "string") return form(place);
  const value = place.value === "" ? undefined : place.module.value(place.value, place.node);
  return { attributes: { [form]: Array.isArray(value) && value.length === 0 ? undefined : value } };
}

/** The value as an object, or an empty one. */
export function objectAt({ value }: Pick<FieldPlace, "value">): JsonObject {
  return isJsonObject(value) ? value : {};
}
