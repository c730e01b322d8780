import { isSecretMark, targetId } from "../model/graph.ts";
import { isJsonObject, isSameJson, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { isExpressible } from "../octopus/expressible-names.ts";
import { object, type HclObject, type HclValue } from "./hcl.ts";
import { objectAt, writeFields, type FieldForm, type FieldForms, type FieldPlace } from "./plain-form.ts";
import { addSecretVariable } from "./secret-variable.ts";
import { isEmpty, remarkSlug } from "./unsaid.ts";

// Words for the fields of plain resources.

/** Said elsewhere, or the server's own. */
export const nothing: FieldForm = () => ({});

/** Said even when it is empty, so that what was there goes. */
export function always(attribute: string, otherwise: HclValue = ""): Exclude<FieldForm, string> {
  return ({ value, module, node }) => ({ attributes: { [attribute]: module.value(value, node) ?? otherwise } });
}

/** What the provider has no word for, and sends like this. */
export function only(sent: JsonValue): FieldForm {
  return ({ value }) => ({ isUnsaid: !isSameJson(value ?? null, sent) && !(isEmpty(value) && isEmpty(sent)) });
}

/** What the server makes of the name where nobody says otherwise. */
export const slugOfName: FieldForm = ({ module, node }) => {
  remarkSlug(node, module);
  return {};
};

/** Whether something is so, which clients have as a text, too. */
export function flag(attribute: string): FieldForm {
  return ({ value }) => ({ attributes: { [attribute]: value === true || value === "True" } });
}

/** A secret, for which the module has a variable called after the resource. @param name - of the variable, behind that of the resource @param otherwise - where there is none, and the provider wants one */
export function secret(attribute: string, name = "", otherwise?: string): Exclude<FieldForm, string> {
  return (place) => {
    const value = isSecretMark(place.value) ? addSecret(place, name, place.value.$secret) : otherwise;
    return { attributes: { [attribute]: value } };
  };
}

function addSecret(
  { module, node, label, path }: FieldPlace,
  name: string,
  { variable }: { variable: string | null },
): HclValue {
  const own = module.claim(
    "variable",
    `${label}${name === "" ? "" : `_${name}`}`,
    `${targetId(node)} ${path.join(".")}`,
  );
  const reason = variable === null ? "has no name" : module.explainInexpressible(variable);
  if (reason !== undefined)
    module.remark(node, `its ${path.join(".")} has to be given to the module as ${own}: "${variable ?? ""}" ${reason}`);
  const asked = reason === undefined && variable !== null ? variable : undefined;
  const description = `The secret ${path.join(".")} of ${asked !== undefined && isExpressible(asked) ? asked : own}.`;
  return addSecretVariable(module, { label: own, description, asked, name: variable ?? own });
}

/** An object as one argument. */
export function nested(attribute: string, fields: FieldForms): FieldForm {
  return (place) =>
    isEmpty(place.value) ? {} : { attributes: { [attribute]: toObject(objectAt(place), fields, place) } };
}

function toObject(value: JsonObject, fields: FieldForms, place: FieldPlace): HclObject {
  return object(writeFields(value, fields, place).attributes);
}

/** A list of objects as one argument. @param toMore - further arguments of each */
export function nestedList(
  attribute: string,
  fields: FieldForms,
  toMore: (one: JsonObject, place: FieldPlace) => Record<string, HclValue> = () => ({}),
): FieldForm {
  return (place) => ({
    attributes: {
      [attribute]: listObjects(place.value).map((one) => {
        const path = [...place.path, textOf(one, "Name")];
        return object({ ...toMore(one, place), ...writeFields(one, fields, { ...place, path }).attributes });
      }),
    },
  });
}

/** An object as a block, or each of a list. */
export function block(type: string, fields: FieldForms): FieldForm {
  return (place) => ({
    blocks: listObjects(place.value).map((one) => {
      const { attributes, blocks } = writeFields(one, fields, place);
      return { type, attributes, blocks };
    }),
  });
}

function listObjects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : isJsonObject(value) ? [value] : [];
}

/** An object whose fields are arguments of the resource itself. */
export function inside(fields: FieldForms): FieldForm {
  return (place) => writeFields(objectAt(place), fields, place);
}

/** A time such as `1.02:03:04`, in nanoseconds. */
export function timeSpan(attribute: string): FieldForm {
  return ({ value }) =>
    typeof value === "string" && value !== "" ? { attributes: { [attribute]: toNanoseconds(value) } } : {};
}

function toNanoseconds(text: string): number {
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] =
    /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60e9 + Number(seconds) * 1e9;
}

/** Values that extensions of the server keep, by the extension's id: a block for each. */
export function extensions(forms: Readonly<Record<string, FieldForm>>): FieldForm {
  return (place) => ({
    blocks: listObjects(place.value).flatMap((setting) => {
      const id = textOf(setting, "ExtensionId");
      const form = forms[id];
      if (typeof form === "function") return form({ ...place, value: setting["Values"] }).blocks ?? [];
      place.module.remark(place.node, `the settings for the extension ${id} cannot be set`);
      return [];
    }),
  });
}
