import type { TerraformChoice } from "../engines/engine.ts";
import type { EngineId } from "../engines/index.ts";
import { applyingProperties, importVariable, nameSecretVariable } from "../engines/terraform.ts";
import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { ParameterError } from "../step/errors.ts";
import { findBackend, findNearBackends, stateMark, terraformBackends } from "../terraform/backends.ts";
import type { Installer } from "./installer.ts";
import { propertiesOf } from "./process-steps.ts";
import { ensureSet, ensureVariables, readVariables, variableSetNames } from "./variable-sets.ts";

/** What somebody said of the states this time; "" where nothing. */
export interface GivenTerraform {
  terraformBackend: string;
  terraformInitParameters: string;
}

/** What a template's runbooks have of it. */
export interface InstalledTerraform {
  backend: string;
  initParameters: string;
  workspace: string | undefined;
}

/** @param actions - of the serializing and of the deploying runbook */
export function readInstalledTerraform(actions: readonly JsonObject[]): InstalledTerraform {
  const forms = actions.map(propertiesOf);
  const applying = actions.find((action) => textOf(action, "ActionType") === "Octopus.TerraformApply");
  const form = applying === undefined ? undefined : propertiesOf(applying);
  return {
    backend: forms.map((properties) => textOf(properties, backendProperty)).find((name) => name !== "") ?? "",
    initParameters: textOf(form ?? {}, applyingProperties.initParameters),
    workspace: form === undefined ? undefined : textOf(form, applyingProperties.workspace),
  };
}

/** Of the step that makes packages. */
export const backendProperty = "SerializeProject.TerraformBackend";

/**
 * Where the states of a template's copies are from now on.
 * @param engine - as somebody asked for it; undefined leaves what is there
 * @throws {@link ParameterError} for states that would be gone with the run, with the choices
 */
export function chooseTerraform(
  engine: EngineId | undefined,
  { terraformBackend, terraformInitParameters }: GivenTerraform,
  installed: InstalledTerraform,
): TerraformChoice {
  const backend = terraformBackend || installed.backend;
  const isInstalled = installed.backend !== "" || installed.workspace !== undefined;
  const isOther = isInstalled && backend !== installed.backend;
  const kept = isOther ? "" : installed.initParameters;
  const initParameters = terraformInitParameters || kept;
  if (engine === "terraform" || (terraformBackend !== "" && installed.workspace !== undefined)) refuseBackend(backend);
  else if (terraformBackend !== "") refuseMistyped(terraformBackend);
  if (findBackend(backend)?.hasWorkspaces === false && terraformBackend !== "") refuseOneState(backend, initParameters);
  const isSaid = isOther ? "all" : terraformInitParameters === "" ? "nothing" : "initParameters";
  return { backend, initParameters, workspace: installed.workspace, isSaid };
}

const choices = Object.keys(terraformBackends);
const page = "docs/terraform.md";

function refuseBackend(backend: string): void {
  if (findBackend(backend) !== undefined) return;
  const pages = `Choose one that lasts with --terraform-backend: ${choices.join(", ")}. Which settings and secrets each needs, ${page} says: ${page}#s3, say.`;
  if (backend === "")
    throw new ParameterError(
      `With --engine terraform something has to keep Terraform's states, which are gone with each run otherwise. ${pages}`,
    );
  if (backend === "local")
    throw new ParameterError(
      `The backend "local" keeps Terraform's states in the folder of the run, which Octopus takes away. ${pages}`,
    );
  throw new ParameterError(
    `There is no backend "${backend}" to keep Terraform's states in.${findNearBackends(backend)} ${pages}`,
  );
}

/** Modules that people apply themselves may be for any backend. */
function refuseMistyped(backend: string): void {
  const near = findBackend(backend) === undefined ? findNearBackends(backend) : "";
  if (near !== "" && !others.includes(backend))
    throw new ParameterError(`There is no Terraform backend "${backend}".${near} ${page} says more of each.`);
}

/** Terraform 1.11's further ones. */
const others = ["local", "cos", "oss", "oci", "cloud"];

function refuseOneState(backend: string, initParameters: string): void {
  if (initParameters.includes(stateMark)) return;
  throw new ParameterError(
    `The backend "${backend}" keeps one state at one address, and each copy needs its own: put ${stateMark} into --terraform-init-parameters where that is to be, as ${page}#${backend} shows.`,
  );
}

export interface TerraformStateOptions {
  choice: TerraformChoice;
  /** Secrets of the backend, by the environment variables that Terraform takes them from. */
  secrets: Readonly<Record<string, string>>;
  replaceKey: boolean;
  syncEnvironmentId: string;
}

/** The variables by which runs get the backend's secrets: only the Sync environment sees them. */
export async function ensureTerraformState(
  installer: Installer,
  { choice, secrets, replaceKey, syncEnvironmentId }: TerraformStateOptions,
): Promise<OctopusDocument> {
  const set = await ensureSet(installer, {
    name: variableSetNames.terraformState,
    description:
      "The secrets of the backend that keeps Terraform's states, called after the environment variables by which Terraform takes them, such as TerraformState.PG_CONN_STR. Only the Sync environment sees them.",
    templates: [],
  });
  const Scope = { Environment: [syncEnvironmentId] };
  const names = findBackend(choice.backend)?.listSecrets(choice.initParameters) ?? [];
  const given = names.flatMap((name): JsonObject[] => {
    const Value = secrets[name];
    return Value === undefined
      ? []
      : [{ Name: nameSecretVariable(name), Value, Type: "Sensitive", IsSensitive: true, Scope }];
  });
  const importing = { Name: importVariable, Value: "False", Type: "String", Prompt: importPrompt, Scope };
  await ensureVariables(installer, set, [importing, ...given], replaceKey ? given.map(({ Name }) => String(Name)) : []);
  return set;
}

const importPrompt: JsonObject = {
  Label: "Import what Terraform lost",
  Description:
    "Takes a project that the space has, and Terraform's state does not, into the state, with all that the package has of it.",
  Required: false,
  DisplaySettings: { "Octopus.ControlType": "Checkbox" },
};

export interface TerraformRemainsOptions {
  template: string;
  choice: TerraformChoice;
  installed: InstalledTerraform;
  set: OctopusDocument;
}

/** What only a person can do: give the backend its secrets, and move states. One sentence each. */
export async function listTerraformRemains(
  { space }: Installer,
  { template, choice, installed, set }: TerraformRemainsOptions,
): Promise<string[]> {
  const { backend, initParameters } = choice;
  const known = findBackend(backend);
  if (known === undefined)
    return [
      `Nothing keeps the states of "${template}"${backend === "" ? "" : ` (backend ${backend})`} beyond a run. Choose a backend with --terraform-backend: ${choices.join(", ")} (${page}).`,
    ];
  const variables = objectsOf(await readVariables(space, set), "Variables");
  const names = known.listSecrets(initParameters).map(nameSecretVariable);
  const has = names.some((name) => variables.some((variable) => isSameName(textOf(variable, "Name"), name)));
  const wanted = `${names.join(" or ")} as a sensitive variable, scoped to Sync (${page}#${backend})`;
  const secret = known.needsSecret
    ? `Give the variable set "${textOf(set, "Name")}" ${wanted}.`
    : `If workers have no credentials of their own for the backend ${backend}, give the variable set "${textOf(set, "Name")}" ${wanted}.`;
  const moved =
    installed.backend === "" || installed.workspace === undefined || installed.backend === backend
      ? []
      : [
          `The states of "${template}" are still in the backend ${installed.backend}: move them (${page}#another-backend), or let the next run of each tenant import its copy. Before that, run "__ 1. Serialize Project", which makes a package for ${backend}.`,
        ];
  return [...(has ? [] : [secret]), ...moved];
}
