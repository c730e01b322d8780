import { objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { including } from "./client-space.ts";
import { idToBe, type Installer } from "./installer.ts";
import { listMissingNames } from "./missing-secrets.ts";
import { nameCompanion } from "./runbook-names.ts";
import type { SyncEnvironment } from "./sync-environment.ts";
import { downstreamNamePrompt, downstreamNameVariable, type VariableSets } from "./variable-sets.ts";

export interface CompanionOptions {
  groupId: string;
  sync: SyncEnvironment;
  sets: VariableSets;
  isInGit: boolean;
}

/**
 * A project in the database that carries the management runbooks of one in Git, where they would be committed and forked. It
 * includes the template's own variable sets, so that a deployment knows their secrets.
 */
export async function ensureCompanion(
  installer: Installer,
  template: OctopusDocument,
  { groupId, sync, sets, isInGit }: CompanionOptions,
): Promise<OctopusDocument> {
  const name = textOf(template, "Name");
  const ofHost = isInGit && sets.gitHost !== undefined ? [sets.gitHost] : [];
  const ofTerraform = sets.terraformState === undefined ? [] : [sets.terraformState];
  const own = [sets.octopusServer, sets.thisInstance, ...ofHost, ...ofTerraform];
  const include = (present: JsonObject): string[] => {
    const ids = textsOf(template, "IncludedLibraryVariableSetIds");
    const current = textsOf(present, "IncludedLibraryVariableSetIds");
    return including(
      { Id: "", IncludedLibraryVariableSetIds: [...current, ...ids.filter((id) => !current.includes(id))] },
      own,
    );
  };
  const companion = await installer.ensure({
    label: "project",
    collection: "projects",
    name: nameCompanion(name),
    create: {
      Description: `Carries the management runbooks of the project "${name}", and the values of its secrets for the copies, under the same names.`,
      ProjectGroupId: groupId,
      LifecycleId: sync.lifecycle.Id,
      TenantedDeploymentMode: "TenantedOrUntenanted",
      IncludedLibraryVariableSetIds: include({}),
    },
    update: (current) => ({ IncludedLibraryVariableSetIds: include(current) }),
  });
  await ensureName(installer, companion, name);
  return companion;
}

/** The set Export Options proposes the name of the run's own project, which here is the companion's. */
async function ensureName(installer: Installer, companion: OctopusDocument, name: string): Promise<void> {
  const set = await readVariables(installer.space, companion);
  const present = objectsOf(set, "Variables");
  if (present.some((variable) => isSameName(textOf(variable, "Name"), downstreamNameVariable))) return;
  const variable = {
    Name: downstreamNameVariable,
    Value: name,
    Type: "String",
    Description: "",
    IsEditable: true,
    IsSensitive: false,
    Prompt: downstreamNamePrompt,
    Scope: {},
  };
  await installer.change(
    { verb: "create", what: `the variable ${downstreamNameVariable} of "${textOf(companion, "Name")}"` },
    () =>
      installer.space.put(`/variables/${textOf(companion, "VariableSetId")}`, {
        ...set,
        Variables: [...present, variable],
      }),
  );
}

function readVariables(space: OctopusSpace, project: OctopusDocument): Promise<OctopusDocument> {
  if (project.Id === idToBe) return Promise.resolve({ Id: idToBe, Variables: [] });
  return space.get(`/variables/${textOf(project, "VariableSetId")}`);
}

export interface TemplateAndCompanion {
  template: OctopusDocument;
  companion: OctopusDocument;
}

/** What a person has to do about secrets without a value: one sentence, or none. */
export function describeMissingSecrets(
  { template, companion }: TemplateAndCompanion,
  names: readonly string[],
): string[] {
  if (names.length === 0) return [];
  return [
    `Give the project "${textOf(companion, "Name")}" the values of the secrets of "${textOf(template, "Name")}" under the same names: ${names.join(", ")}.`,
  ];
}

/** The names of the template's secrets for which its companion has no variable: a deployment would not know them. */
export async function listMissingSecrets(
  space: OctopusSpace,
  { template, companion }: TemplateAndCompanion,
): Promise<string[]> {
  const variables = await readVariables(space, template);
  if (!objectsOf(variables, "Variables").some((variable) => variable["IsSensitive"] === true)) return [];
  return listMissingNames(variables, await readVariables(space, companion));
}
