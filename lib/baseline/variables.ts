import { isReference, isSecretMark } from "../model/graph.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { checkOptions, control } from "./parameters.ts";
import type { Path, Problem } from "../yaml/problem.ts";
import { name, names, ownNames, secret, tags } from "./references.ts";
import { list, object, type Shape } from "./shape.ts";
import { required, type Field, type Fields } from "./value.ts";
import { choice, flag, text, textSet, word } from "./words.ts";

/** Instead of `value`, each of these says what the value is. */
const otherValues = ["secret", "account", "certificate", "workerPool"];

const fields: Fields = {
  name: required(word("Name", "The name in Octopus.")),
  value: { ...text("Value"), isEmptySaid: true },
  secret: secret("Value", "Instead of `value`, for a sensitive variable."),
  account: name("account", "Value", "Instead of `value`, an account by name."),
  accountType: choice("Type", "What the account is for.", {
    aws: "AmazonWebServicesAccount",
    azure: "AzureAccount",
    google: "GoogleCloudAccount",
    usernamePassword: "UsernamePasswordAccount",
    oidc: "GenericOidcAccount",
  }),
  certificate: name("certificate", "Value", "Instead of `value`, a certificate by name."),
  workerPool: name("workerPool", "Value", "Instead of `value`, a worker pool by name."),
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
    check: checkVariable,
    identify: (said) => JSON.stringify([said["name"], ...scopeNames.map((scope) => said[scope] ?? null)]),
    twice: " with the same scope",
  };
}

/** What the API wants beside the value. */
function typeOf({ Value: value }: JsonObject): [string, JsonValue][] {
  const kind = isReference(value) ? value.$ref.kind : "";
  const type = isSecretMark(value) ? "Sensitive" : (valueTypes[kind] ?? "String");
  return [
    ["Type", type],
    ["IsSensitive", isSecretMark(value)],
  ];
}

const valueTypes: Readonly<Record<string, string>> = { certificate: "Certificate", workerPool: "WorkerPool" };

function checkVariable(said: JsonObject, path: Path): Problem[] {
  const [used, ...more] = ["value", ...otherValues].filter((field) => said[field] !== undefined);
  const second = more[0];
  if (second !== undefined)
    return [{ path: [...path, second], text: `A variable has either "${used}" or "${second}".`, isAboutKey: true }];
  if (used === undefined) return [{ path, text: 'A variable needs "value" or "secret".' }];
  return checkAccountType(said, path);
}

function checkAccountType(said: JsonObject, path: Path): Problem[] {
  if ((said["account"] === undefined) === (said["accountType"] === undefined)) return [];
  return [{ path, text: 'A variable that is an account has both "account" and "accountType".' }];
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
