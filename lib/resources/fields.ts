import type { ResourceKind } from "./resource-kind.ts";

/** Whether the field holds a set in which nothing is just that: an empty set of environments means all of them, and is none of these. */
export function isAccumulating(kind: ResourceKind, path: readonly string[]): boolean {
  return kind.accumulating?.includes(path.join(".")) === true;
}

/** Whether the field is a text with elements between commas, whose order means nothing. */
export function isCommaList(_kind: ResourceKind, path: readonly string[]): boolean {
  return path.at(-2) === "Properties" && path.at(-1) === "Octopus.Action.TargetRoles";
}

/** Whether the order of the field's list decides something. */
export function isOrderedList(_kind: ResourceKind, path: readonly string[]): boolean {
  return path.at(-1) === "IncludedLibraryVariableSetIds";
}

/** Whether the field says the name of a step: channel rules, versioning and the creation of releases do not know its id. */
export function isItemName(field: string): boolean {
  return field === "DeploymentAction";
}
