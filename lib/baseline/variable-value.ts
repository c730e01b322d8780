import { isReference } from "../model/graph.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { Path, Problem } from "../yaml/problem.ts";
import { name, secret } from "./references.ts";
import type { Fields } from "./value.ts";
import { choice, text } from "./words.ts";

/** What a variable may be: one of these. */
export const valueFields: Fields = {
  value: { ...text("Value"), isEmptySaid: true },
  secret: secret("Value", "Instead of `value`, for what is sensitive."),
  account: name("account", "Value", "Instead of `value`, an account by name."),
  certificate: name("certificate", "Value", "Instead of `value`, a certificate by name."),
  workerPool: name("workerPool", "Value", "Instead of `value`, a worker pool by name."),
};

/** An account may be for several uses. */
export const accountType = choice("Type", "What the account is for.", {
  aws: "AmazonWebServicesAccount",
  azure: "AzureAccount",
  google: "GoogleCloudAccount",
  usernamePassword: "UsernamePasswordAccount",
  oidc: "GenericOidcAccount",
});

const types: Readonly<Record<string, string>> = { certificate: "Certificate", workerPool: "WorkerPool" };

/** The type that follows from what the value refers to. */
export function typeOfReference(value: JsonValue | undefined): string | undefined {
  return isReference(value) ? types[value.$ref.kind] : undefined;
}

/** Whether there is one value, and only one. */
export function checkValue(said: JsonObject, path: Path): Problem[] {
  const [used, second] = Object.keys(valueFields).filter((field) => said[field] !== undefined);
  if (second !== undefined)
    return [{ path: [...path, second], text: `A variable has either "${used}" or "${second}".`, isAboutKey: true }];
  if (used === undefined) return [{ path, text: 'A variable needs "value" or "secret".' }];
  if ((said["account"] === undefined) === (said["accountType"] === undefined)) return [];
  return [{ path, text: 'A variable that is an account has both "account" and "accountType".' }];
}
