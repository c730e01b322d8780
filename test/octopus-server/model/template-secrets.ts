import { fieldsOf, isFields, listOf, propertyOf, textOf, type Fields } from "./fields.ts";
import type { OctopusModel } from "./model.ts";
import { isSensitive } from "./sensitive.ts";

/**
 * Gives actions the secret defaults of their step templates where a client sends them as they are shown, `{ HasValue: true }`, and the
 * action has none yet. Source: so does the Terraform provider's templated step, which then expects the action to have a value.
 * @param steps - as the server keeps them, changed in place
 * @param sent - as they were sent, in the same order
 */
export function takeTemplateSecrets(steps: readonly Fields[], sent: unknown, model: OctopusModel): void {
  const asSent = Array.isArray(sent) ? sent.filter(isFields).flatMap(actionsOf) : [];
  steps.flatMap(actionsOf).forEach((action, index) => {
    const properties = fieldsOf(action, "Properties");
    const secrets = listSecrets(properties, model);
    const wanted = fieldsOf(asSent[index] ?? {}, "Properties");
    const missing = Object.keys(secrets).filter((name) => !(name in properties) && isShownSecret(wanted[name]));
    action["Properties"] = { ...properties, ...Object.fromEntries(missing.map((name) => [name, secrets[name]])) };
  });
}

function actionsOf(step: Fields): Fields[] {
  return listOf(step, "Actions");
}

function listSecrets(properties: Fields, model: OctopusModel): Fields {
  const id = textOf(properties, "Octopus.Action.Template.Id");
  const version = textOf(properties, "Octopus.Action.Template.Version");
  const template = id === "" ? undefined : model.collection("actiontemplateversions").find(`${id}-v${version}`);
  const secret = listOf(template ?? {}, "Parameters").filter(({ DefaultValue }) => isSensitive(DefaultValue));
  return Object.fromEntries(secret.map((parameter) => [textOf(parameter, "Name"), parameter["DefaultValue"]]));
}

function isShownSecret(value: unknown): boolean {
  return isFields(value) && propertyOf(value, "HasValue") === true;
}
