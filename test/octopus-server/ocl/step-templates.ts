import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import type { Resource } from "../model/collection.ts";

/**
 * OCL keeps of a step that was made with a template only the template's id and version and what the step says itself; the rest is
 * looked up whenever the file is read (Octopus's public notes on step templates in version control).
 */
export interface StepTemplates {
  /** The action without what its template brings; as it is when it has no template. */
  withoutTemplate(action: Fields): Fields;
  /** The action with what its template brings; what both say is said by the template. */
  withTemplate(action: Fields, where: string): Fields;
  /** Templates that were not found, one sentence each. */
  readonly missing: string[];
}

const idProperty = "Octopus.Action.Template.Id";
const versionProperty = "Octopus.Action.Template.Version";

export function createStepTemplates(model: OctopusModel, spaceId: string): StepTemplates {
  const missing: string[] = [];

  function templateOf(action: Fields): Resource | undefined {
    const properties = fieldsOf(action, "Properties");
    const id = textOf(properties, idProperty);
    const version = textOf(properties, versionProperty);
    return model
      .collection("actiontemplateversions")
      .listInSpace(spaceId, (one) => one["LatestActionTemplateId"] === id && String(one["Version"]) === version)[0];
  }

  return {
    missing,
    withoutTemplate(action) {
      const template = templateOf(action);
      if (template === undefined) return action;
      const templateProperties = fieldsOf(template, "Properties");
      const own = Object.entries(fieldsOf(action, "Properties")).filter(
        ([name]) => isOfStep(name) || !(name in templateProperties),
      );
      const templatePackages = listOf(template, "Packages").map((reference) => textOf(reference, "Name"));
      return {
        ...action,
        ActionType: "",
        Properties: Object.fromEntries(own),
        Packages: listOf(action, "Packages").filter(
          (reference) => !templatePackages.includes(textOf(reference, "Name")),
        ),
      };
    },
    withTemplate(action, where) {
      const properties = fieldsOf(action, "Properties");
      const id = textOf(properties, idProperty);
      if (id === "") return action;
      const template = templateOf(action);
      if (template === undefined) {
        // Assumed, as for slugs.
        missing.push(
          `The step template '${id}' version '${textOf(properties, versionProperty)}' of ${where} does not exist in this space.`,
        );
        return action;
      }
      const shared = Object.entries(fieldsOf(template, "Properties")).filter(([name]) => !isOfStep(name));
      const packages = [...structuredClone(listOf(template, "Packages")), ...listOf(action, "Packages")];
      return {
        ...action,
        ActionType: textOf(template, "ActionType"),
        Properties: { ...properties, ...Object.fromEntries(shared) },
        Packages: packages,
        CanBeUsedForProjectVersioning: packages.length > 0,
      };
    },
  };
}

/** Which template a step was made with is the step's to say, whatever the template's own properties hold. */
function isOfStep(name: string): boolean {
  return name === idProperty || name === versionProperty;
}
