import { objectsOf, textOf } from "../model/json.ts";
import { ConflictError, NotFoundError } from "../step/errors.ts";
import type { OctopusSpace } from "./octopus-client.ts";

/** Where a tenant's value for a common variable is kept. */
export interface CommonTemplate {
  libraryVariableSetId: string;
  name: string;
  default: string;
}

/**
 * The template of a common variable.
 * @throws {@link NotFoundError} when no library variable set of the space has it, {@link ConflictError} when several do
 */
export async function getCommonTemplate(space: OctopusSpace, variable: string): Promise<CommonTemplate> {
  const sets = await space.list("/libraryvariablesets", { contentType: "Variables" });
  const found = sets.flatMap((set) =>
    objectsOf(set, "Templates")
      .filter((template) => textOf(template, "Name") === variable)
      .map((template) => ({
        libraryVariableSetId: set.Id,
        name: variable,
        default: textOf(template, "DefaultValue"),
      })),
  );
  const [only, another] = found;
  if (only === undefined) {
    throw new NotFoundError(
      `No library variable set in the space "${space.name}" has a template "${variable}". Run "managed-spaces install", which makes it.`,
    );
  }
  if (another !== undefined) {
    throw new ConflictError(
      `Several library variable sets in the space "${space.name}" have a template "${variable}". Remove all but one.`,
    );
  }
  return only;
}
