import { isJsonObject, textOf, type JsonValue } from "../model/json.ts";
import { capitalize } from "../resources/describe-by-kind.ts";
import { isInAnySpace } from "../resources/is-in-any-space.ts";
import type { Plan, PlannedResource } from "./compare-graph.ts";
import type { Difference, KeptDifference } from "./difference.ts";

export interface Counts {
  created: number;
  updated: number;
  kept: number;
  conflicts: number;
}

/** How much was written, or would be, and how much people keep. */
export function countPlan({ resources }: Pick<Plan, "resources">): Counts {
  const kept = resources.flatMap((resource) => resource.kept);
  return {
    created: resources.filter(({ action }) => action === "create").length,
    updated: resources.filter(({ action }) => action === "update").length,
    kept: kept.length,
    conflicts: kept.filter(({ isConflict }) => isConflict).length,
  };
}

/** One line for what was written, or would be; none for what is as it should be. */
export function describeWrite(resource: PlannedResource, { onlyPlan }: { onlyPlan: boolean }): string | undefined {
  const { action, description, changes } = resource;
  if (action !== "create" && action !== "update") return undefined;
  const verb = { create: onlyPlan ? "Would make" : "Made", update: onlyPlan ? "Would update" : "Updated" }[action];
  const count = resource.secrets.length;
  const secrets = count === 0 ? [] : [count === 1 ? "one secret" : `${count} secrets`];
  const details = action === "create" ? [] : [...listPaths(changes), ...secrets];
  return `${verb} ${description}${details.length === 0 ? "" : `: ${details.join(", ")}`}.`;
}

/** One line for what people made, and the template takes over; none for what the server made. */
export function describeAdopted(
  { isAdopted, target, description, id }: PlannedResource,
  { onlyPlan }: { onlyPlan: boolean },
): string | undefined {
  if (!isAdopted || isInAnySpace(target)) return undefined;
  return `${onlyPlan ? "Would adopt" : "Adopted"} ${description}${id === undefined ? "" : ` (${id})`}, which people made: from now on it follows the template.`;
}

/** One line for what is in a resource and becomes the template's. */
export function describeAdoptedItems(
  { adoptedItems = [], description }: PlannedResource,
  { onlyPlan }: { onlyPlan: boolean },
): string | undefined {
  if (adoptedItems.length === 0) return undefined;
  const names = shorten(adoptedItems.map((name) => `"${name}"`)).join(", ");
  return `${onlyPlan ? "Would adopt" : "Adopted"} ${names} in ${description}, which people made: from now on the template's changes arrive there.`;
}

/**
 * One line for each thing that people changed and keep.
 * @param options.isOverwritten - whether a deployment takes it back, so that nothing is said of its staying
 */
export function describeKept(
  { description, kept }: Pick<PlannedResource, "description" | "kept">,
  { isOverwritten = false }: { isOverwritten?: boolean } = {},
): { text: string; isConflict: boolean }[] {
  return kept.map((difference) => ({
    text: describeDifference(description, difference, isOverwritten),
    isConflict: difference.isConflict,
  }));
}

/** What differs, as sentences name it: `"Greet › Condition" in the deployment process of "Hello World"`. */
export function nameDifference(description: string, { path, what }: Pick<KeptDifference, "path" | "what">): string {
  const place = describePath(path);
  if (place === "") return description;
  return what === "reordered" ? `the order of ${place} in ${description}` : `${place} in ${description}`;
}

function describeDifference(description: string, difference: KeptDifference, isOverwritten: boolean): string {
  const { path, what, isConflict, isDecided = false, space } = difference;
  const place = describePath(path);
  const thing = nameDifference(description, difference);
  if (isDecided) return `${capitalize(thing)} stays as this space has it, as was decided.`;
  if (what === "taken") return describeTaken(description, { place, path, space });
  if (what === "used")
    return `${capitalize(thing)} stays: the package no longer has it, and something of this space uses it.`;
  if (what === "blocked")
    return `${capitalize(thing)} stays away or as it is, since the copy does not have what it refers to.`;
  const deed = what === "reordered" ? "changed" : what;
  return `${capitalize(thing)} was ${deed} in this space${isOverwritten ? "" : " and stays so"}.${isConflict ? " The package has something else there." : ""}`;
}

function describeTaken(
  description: string,
  { place, path, space }: { place: string; path: string[]; space: JsonValue | undefined },
): string {
  const own = isJsonObject(space) ? textOf(space, "Name") : "";
  const id = isJsonObject(space) ? textOf(space, "Id") : "";
  const theirs = `"${own}"${id === "" ? "" : ` (${id})`}`;
  const item = describePath(path.slice(0, -1));
  const owner = item === "" ? description : `${item} in ${description}`;
  if (path.at(-1) === "Name")
    return `${capitalize(owner)} keeps its name, since this space has its own ${theirs}. Rename that one to let the template's name arrive.`;
  const thing = place === "" ? description : `${place} in ${description}`;
  return `${capitalize(thing)} stays away, since this space has its own ${theirs}, which is left as it is. Rename that one to let the template's arrive.`;
}

function listPaths(changes: Difference[]): string[] {
  const shown = [
    ...new Set(changes.map(({ path, what }) => `${describePath(path)}${what === "changed" ? "" : ` (${what})`}`)),
  ];
  return shorten(shown);
}

function shorten(names: string[]): string[] {
  return names.length > 8 ? [...names.slice(0, 8), `${names.length - 8} more`] : names;
}

/** Names of the API's lists say nothing to people where an item's name follows. */
const lists = ["Steps", "Actions", "Variables", "Properties", "Templates", "Phases", "Packages"];

function describePath(path: string[]): string {
  const place = describePlace(path);
  return place === "" ? "" : `"${place}"`;
}

/** The place in a resource as people know it: `Greet › Condition`; "" for the whole of it. */
export function describePlace(path: string[]): string {
  const last = path.length - 1;
  const parts = path.filter((part, index) => (index === last || !lists.includes(part)) && part !== path[index - 2]);
  return parts.join(" › ");
}
