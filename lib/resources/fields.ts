import type { ResourceKind } from "./resource-kind.ts";

// A path is the names of fields from the body down; items of lists are skipped.

/** Whether the order of the plain list at the path decides something; in maps, which are not ours to know, it always may. */
export function isOrderedList(_kind: ResourceKind, path: readonly string[]): boolean {
  return orderedFields.includes(path.at(-1) ?? "") || path.slice(0, -1).some(isMapName);
}

/** Whether the text at the path is a list with commas between. */
export function isCommaList(_kind: ResourceKind, path: readonly string[]): boolean {
  return commaLists.includes(path.at(-1) ?? "");
}

/** Whether the field repeats what another resource of the same owner has, where it is read and written. */
export function isMirror(kind: ResourceKind, field: string): boolean {
  return kind.id === "project" && projectMirrors.includes(field);
}

/** Whether the text at the path is a person's, in which nothing is an id. */
export function isWords(_kind: ResourceKind, path: readonly string[]): boolean {
  return words.includes(path.at(-1) ?? "");
}

/** Whether what is at the path is an object whose fields people and steps name: there, an empty text is a value. */
export function isMapField(_kind: ResourceKind, path: readonly string[]): boolean {
  return isMapName(path.at(-1) ?? "");
}

function isMapName(field: string): boolean {
  return ["Properties", "DisplaySettings", "Inputs"].includes(field);
}

const orderedFields = ["IncludedLibraryVariableSetIds"];
const commaLists = [
  "Octopus.Action.TargetRoles",
  "Octopus.Action.EnabledFeatures",
  "Octopus.Action.Manual.ResponsibleTeamIds",
];
const words = ["Name", "Description", "Notes", "Label", "HelpText", "ReleaseNotes", "ReleaseNotesTemplate"];
const projectMirrors = [
  "VersioningStrategy",
  "ReleaseNotesTemplate",
  "DeploymentChangesTemplate",
  "DefaultGuidedFailureMode",
  "DefaultToSkipIfAlreadyInstalled",
  "ProjectConnectivityPolicy",
  "ForcePackageDownload",
];
