import type { Resource } from "./collection.ts";
import { fieldsOf, isFields, listOf, textOf, type Fields } from "./fields.ts";
import type { OctopusModel } from "./model.ts";

/** A place that names an action of a project's deployment process. */
export interface ActionUse {
  /** `{ DeploymentAction, PackageReference }`, as the document holds it. */
  reference: Fields;
  /** For sentences, such as "the release creation strategy". */
  by: string;
}

/** What names actions in these fields of a project, or in its deployment settings. */
export function usesInProject(fields: Fields): ActionUse[] {
  const places = [
    { holder: fieldsOf(fields, "VersioningStrategy")["DonorPackage"], by: "the project versioning strategy" },
    {
      holder: fieldsOf(fields, "ReleaseCreationStrategy")["ReleaseCreationPackage"],
      by: "the release creation strategy",
    },
  ];
  return places.flatMap(({ holder, by }) => (namesAction(holder) ? [{ reference: holder, by }] : []));
}

/** What names actions in the project and in the rules of its channels, but one. */
export function usesOfActions(model: OctopusModel, project: Resource, leaving?: Resource): ActionUse[] {
  const channels = model
    .collection("channels")
    .listInSpace(
      textOf(project, "SpaceId"),
      (channel) => channel["ProjectId"] === project.Id && channel.Id !== leaving?.Id,
    );
  return [...usesInProject(project), ...channels.flatMap(usesInChannel)];
}

function usesInChannel(channel: Resource): ActionUse[] {
  return listOf(channel, "Rules")
    .flatMap((rule) => listOf(rule, "ActionPackages"))
    .filter(namesAction)
    .map((reference) => ({ reference, by: `a version rule of the channel '${textOf(channel, "Name")}'` }));
}

function namesAction(holder: unknown): holder is Fields {
  return isFields(holder) && textOf(holder, "DeploymentAction") !== "";
}

/** The action with this name, id or slug. */
export function findAction(actions: readonly Fields[], named: string): Fields | undefined {
  const has = (field: string) => (action: Fields) => textOf(action, field).toLowerCase() === named.toLowerCase();
  return actions.find(has("Name")) ?? actions.find(has("Id")) ?? actions.find(has("Slug"));
}
