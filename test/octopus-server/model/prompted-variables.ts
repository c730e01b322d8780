import { fieldsOf, isFields, listOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { OctopusModel } from "./model.ts";
import { sensitiveFromRequest } from "./sensitive.ts";

/** The variables of frozen sets that ask for a value, and whose scope does not rule out this environment. */
export function promptedVariables(
  model: OctopusModel,
  { variableSetIds, environmentId }: { variableSetIds: readonly string[]; environmentId: string },
): Fields[] {
  return variableSetIds
    .flatMap((id) => listOf(model.collection("variablesets").find(id) ?? {}, "Variables"))
    .filter((variable) => isFields(variable["Prompt"]) && isInEnvironment(variable, environmentId));
}

/** The form that a preview shows: one element a prompted variable, named by the variable's id. */
export function createForm(variables: readonly Fields[]): Fields {
  return {
    Values: Object.fromEntries(variables.map((variable) => [textOf(variable, "Id"), shownValue(variable)])),
    Elements: variables.map((variable) => ({
      Name: textOf(variable, "Id"),
      Control: {
        Type: "VariableValue",
        Name: textOf(variable, "Name"),
        Label: textOf(fieldsOf(variable, "Prompt"), "Label") || null,
        Description: textOf(fieldsOf(variable, "Prompt"), "Description"),
        Required: fieldsOf(variable, "Prompt")["Required"] === true,
        DisplaySettings: fieldsOf(fieldsOf(variable, "Prompt"), "DisplaySettings"),
      },
      IsValueRequired: fieldsOf(variable, "Prompt")["Required"] === true,
    })),
  };
}

export interface FormAnswers {
  /** By variable id. */
  values: Record<string, unknown>;
  /** Names of required variables that have neither a default nor an answer. */
  missing: string[];
}

/** Values that were given by variable name (executions API) or by variable id (classic form), by id. */
export function answerForm(variables: readonly Fields[], given: Fields): FormAnswers {
  const byName = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const values: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const variable of variables) {
    const id = textOf(variable, "Id");
    const answer =
      given[id] ??
      namesOf(variable)
        .map((name) => byName.get(name))
        .find((value) => value !== undefined);
    if (answer !== undefined && answer !== null) values[id] = keptAnswer(variable, answer);
    else if (isRequired(variable) && !hasDefault(variable)) missing.push(textOf(variable, "Name"));
  }
  return { values, missing };
}

/** The CLI names a prompted variable by its label, too (help of `--variable`: "Label:Value"). */
function namesOf(variable: Fields): string[] {
  return [textOf(variable, "Name"), textOf(fieldsOf(variable, "Prompt"), "Label")]
    .filter((name) => name !== "")
    .map((name) => name.toLowerCase());
}

/** What was typed in for a secret is a secret, too. */
function keptAnswer(variable: Fields, answer: unknown): unknown {
  return isSecret(variable) ? sensitiveFromRequest(answer, undefined) : answer;
}

function isSecret(variable: Fields): boolean {
  return variable["IsSensitive"] === true || variable["Type"] === "Sensitive";
}

function isRequired(variable: Fields): boolean {
  return fieldsOf(variable, "Prompt")["Required"] === true;
}

function hasDefault(variable: Fields): boolean {
  const value = variable["Value"];
  return value !== null && value !== undefined && value !== "";
}

function shownValue(variable: Fields): unknown {
  return isSecret(variable) ? "" : (variable["Value"] ?? "");
}

function isInEnvironment(variable: Fields, environmentId: string): boolean {
  const scope = textsOf(fieldsOf(variable, "Scope"), "Environment");
  return scope.length === 0 || scope.includes(environmentId);
}
