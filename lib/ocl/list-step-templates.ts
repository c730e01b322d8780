import { readOcl, type OclFile, type OclText } from "./read-ocl.ts";
import { isProperties, walkOcl } from "./walk-ocl.ts";

/** A step template as files name it: by an id of one space, and the version there. */
export interface StepTemplateUse {
  id: string;
  version: string;
}

/** By `ActionTemplates-5/3` in one space, what the same content is called in another: `ActionTemplates-9/1`. */
export type StepTemplateMap = Readonly<Record<string, string>>;

export function nameStepTemplateUse({ id, version }: StepTemplateUse): string {
  return `${id}/${version}`;
}

/**
 * The step templates that a file's steps are made with, each once.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function listStepTemplateUses(source: string, fileName = "a file"): StepTemplateUse[] {
  const uses = findStepTemplates(readOcl(source, fileName)).map(toUse);
  return [...new Map(uses.map((use) => [nameStepTemplateUse(use), use])).values()];
}

/** Where a file says them. */
export interface FoundStepTemplate {
  id: OclText;
  version: OclText | undefined;
}

export function toUse({ id, version }: FoundStepTemplate): StepTemplateUse {
  return { id: id.value, version: version?.value ?? "" };
}

/** What begins the name of the property with the id: no file without it has a step template. */
export const idProperty = "Octopus.Action.Template.Id";
const versionProperty = "Octopus.Action.Template.Version";

export function findStepTemplates({ items }: OclFile): FoundStepTemplate[] {
  const found: FoundStepTemplate[] = [];
  walkOcl(items, (item) => {
    if (!isProperties(item)) return;
    const texts = new Map(
      item.value.entries.flatMap(({ key, value }) => (value.kind === "text" ? [[key, value] as const] : [])),
    );
    const id = texts.get(idProperty);
    if (id !== undefined) found.push({ id, version: texts.get(versionProperty) });
  });
  return found;
}
