import { objectOf, textOf, type JsonObject } from "../model/json.ts";

/** The formats in which Octopus keeps a project's files and that are known here; servers before 2026.3 have this one and do not say so. */
const knownFormats = ["", "Ocl"];

/**
 * Why a project cannot be brought to another space, nor be what one is brought to; one sentence or two, with what to do. Undefined for
 * one that can.
 */
export function whyUncarried(project: JsonObject): string | undefined {
  const name = `The project "${textOf(project, "Name")}"`;
  const template = objectOf(project, "ProjectTemplateDetails");
  if (textOf(template, "Slug") !== "")
    return `${name} is made from the project template "${textOf(template, "Slug")}" (${textOf(template, "VersionMask")}) of the Platform Hub, to which its process belongs. Share the project template with the other space instead, and make a project from it there.`;
  const settings = objectOf(project, "PersistenceSettings");
  const format = textOf(settings, "SerializationFormat");
  if (!knownFormats.includes(format))
    return `${name} keeps its files in Git in the format "${format}", which these steps do not know. Update Managed Spaces, or keep the project in OCL.`;
  return whyHalfInGit(name, objectOf(settings, "ConversionState"));
}

/** A conversion moves all to Git, so that such a copy could not be made. */
function whyHalfInGit(name: string, state: JsonObject): string | undefined {
  const left = [
    ...(state["VariablesAreInGit"] === false ? ["variables"] : []),
    ...(state["RunbooksAreInGit"] === false ? ["runbooks"] : []),
  ].join(" and ");
  if (left === "") return undefined;
  return `${name} is in Git, but its ${left} are still in the database. Move them to Git as well (Settings, Version Control, of the project, or "Move Copies to Git" with "Migrate Variables" and "Migrate Runbooks"), and run the step again.`;
}
