import { isJsonObject, objectOf, objectsOf, textOf, type JsonObject, type JsonValue } from "../../model/json.ts";
import { findNearNames } from "../../near-names.ts";
import type { OctopusSpace } from "../../octopus/octopus-client.ts";
import { isSameName } from "../../octopus/same-name.ts";
import { ParameterError } from "../../step/errors.ts";
import type { ChosenRunbook } from "./choose-runbook.ts";
import type { PinnedSnapshot } from "../../octopus/pin-snapshot.ts";

/** Values that people give for prompted variables, by name. */
export interface GivenValues {
  /** From the command line, where everybody on the machine can read them. */
  plain: ReadonlyMap<string, string>;
  /** From a file or the environment. */
  hidden: ReadonlyMap<string, string>;
}

/** What a run is given for its prompted variables. */
export interface PromptedValues {
  /** By name: what starts a run. */
  byName: JsonObject;
  /** By the variable's id, secrets left out: what a run that was given the same has. */
  byId: ReadonlyMap<string, string>;
}

interface Prompt {
  id: string;
  name: string;
  label: string;
  isRequired: boolean;
  isSecret: boolean;
  hasDefault: boolean;
}

/**
 * Looks whether all that the runbook asks for is given: the same for all tenants.
 * @throws {@link ParameterError} that names all that is missing, is not asked for, or is a secret on the command line
 */
export async function readPromptedValues(
  space: OctopusSpace,
  { runbook, environment }: ChosenRunbook,
  { snapshot, given }: { snapshot: PinnedSnapshot | undefined; given: GivenValues },
): Promise<PromptedValues> {
  const of = snapshot === undefined ? `/runbooks/${runbook.Id}` : `/runbookSnapshots/${snapshot.id}`;
  const preview = await space.getJson(`${of}/runbookRuns/preview/${environment.Id}`);
  const prompts = isJsonObject(preview) ? listPrompts(objectOf(preview, "Form")) : [];
  const values = new Map([...given.plain, ...given.hidden]);
  refuseUnknown(prompts, [...values.keys()]);
  refuseBareSecrets(prompts, [...given.plain.keys()]);
  refuseMissing(prompts, [...values.keys()]);
  const answered = prompts.flatMap((prompt) => {
    const value = [...values].find(([name]) => isCalled(prompt, name))?.[1];
    return value === undefined ? [] : [{ prompt, value }];
  });
  return {
    byName: Object.fromEntries(answered.map(({ prompt, value }) => [prompt.name, value])),
    byId: new Map(answered.filter(({ prompt }) => !prompt.isSecret).map(({ prompt, value }) => [prompt.id, value])),
  };
}

function listPrompts(form: JsonObject): Prompt[] {
  const defaults = objectOf(form, "Values");
  return objectsOf(form, "Elements").map((element) => {
    const control = objectOf(element, "Control");
    const id = textOf(element, "Name");
    return {
      id,
      name: textOf(control, "Name"),
      label: textOf(control, "Label"),
      isRequired: element["IsValueRequired"] === true,
      isSecret:
        control["IsSecure"] === true ||
        textOf(objectOf(control, "DisplaySettings"), "Octopus.ControlType") === "Sensitive",
      hasDefault: hasValue(defaults[id]),
    };
  });
}

function hasValue(value: JsonValue | undefined): boolean {
  return typeof value === "string" ? value !== "" : isJsonObject(value) && value["HasValue"] === true;
}

/** People see the label, where there is one. */
function isCalled({ name, label }: Prompt, wanted: string): boolean {
  return isSameName(name, wanted) || (label !== "" && isSameName(label, wanted));
}

function refuseUnknown(prompts: readonly Prompt[], names: readonly string[]): void {
  const unknown = names.find((name) => !prompts.some((prompt) => isCalled(prompt, name)));
  if (unknown === undefined) return;
  const asked = prompts.map(({ name }) => name);
  const list = asked.length === 0 ? "It asks for no value." : `It asks for ${quote(asked)}.`;
  throw new ParameterError(
    `The runbook asks for no value of a variable "${unknown}".${findNearNames(unknown, asked)} ${list}`,
  );
}

function refuseBareSecrets(prompts: readonly Prompt[], names: readonly string[]): void {
  const bare = names.find((name) => prompts.some((prompt) => prompt.isSecret && isCalled(prompt, name)));
  if (bare === undefined) return;
  throw new ParameterError(
    `The variable "${bare}" is a secret, which does not belong on a command line, where every user of the machine can read it. Use --variable-env "${bare}=<environment variable>" or --variables <file>.`,
  );
}

/** Whether a secret has a default is not told: where it has none, the server says so before the first run. */
function refuseMissing(prompts: readonly Prompt[], names: readonly string[]): void {
  const missing = prompts.filter(
    (prompt) =>
      prompt.isRequired && !prompt.hasDefault && !prompt.isSecret && !names.some((name) => isCalled(prompt, name)),
  );
  if (missing.length === 0) return;
  throw new ParameterError(
    `The runbook needs a value for ${quote(missing.map(({ name }) => name))}. Give it by --variable "${missing[0]?.name ?? ""}=<value>".`,
  );
}

function quote(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
