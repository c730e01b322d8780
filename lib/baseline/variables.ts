import { isSecretMark } from "../model/graph.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { checkOptions, control } from "./parameters.ts";
import { names, ownNames, tags } from "./references.ts";
import { list, object, type Shape } from "./shape.ts";
import { required, type Field, type Fields } from "./value.ts";
import { accountType, checkValue, typeOfReference, valueFields } from "./variable-value.ts";
import { flag, text, textSet, word } from "./words.ts";

const fields: Fields = {
  name: required(word("Name", "The name in Octopus.")),
  ...valueFields,
  accountType,
  description: text("Description", "Markdown, shown below the name."),
  environments: names("environment", "Scope.Environment", "Environments in which it has this value. Left out: all."),
  roles: textSet("Scope.Role", "Target tags for which it has this value. Left out: all."),
  targets: names("machine", "Scope.Machine", "Deployment targets for which it has this value. Left out: all."),
  tenantTags: tags("Scope.TenantTag", "Tenant tags for which it has this value. Left out: all."),
  prompt: object("Prompt", "Asks for the value when a deployment is created.", {
    fields: {
      label: text("Label"),
      description: text("Description"),
      required: flag("Required"),
      ...control,
    },
    check: checkOptions,
  }),
};

const scopeNames = ["environments", "roles", "targets", "tenantTags", "channels"];

function shapeWith(more: Fields): Shape {
  return {
    fields: { ...fields, ...more },
    implied: typeOf,
    assumed: { Value: "" },
    unsaid: ["IsEditable"],
    isWhole: true,
    check: checkValue,
    identify: (said) => JSON.stringify([said["name"], ...scopeNames.map((scope) => said[scope] ?? null)]),
    twice: " with the same scope",
  };
}

/** What the API wants beside the value. */
function typeOf({ Value: value }: JsonObject): [string, JsonValue][] {
  const isSecret = isSecretMark(value);
  return [
    ["Type", isSecret ? "Sensitive" : (typeOfReference(value) ?? "String")],
    ["IsSensitive", isSecret],
  ];
}

/** The variables of a library variable set. */
export const variables: Field = list("Variables", undefined, shapeWith({}));

/** Those of a project may be for some of its channels. */
export const projectVariables: Field = list(
  "Variables",
  undefined,
  shapeWith({
    channels: ownNames("channel", "Scope.Channel", "Channels for which it has this value. Left out: all."),
  }),
);
