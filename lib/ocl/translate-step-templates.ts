import { applyEdits, replaceText, type OclEdit } from "./edit-ocl.ts";
import {
  findStepTemplates,
  idProperty,
  nameStepTemplateUse,
  toUse,
  type FoundStepTemplate,
  type StepTemplateMap,
} from "./list-step-templates.ts";
import { readOcl, type OclFile } from "./read-ocl.ts";

/**
 * The file with the ids and versions of another space; everything else stays as it is, to the last space, and so do uses that the map lacks.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function translateStepTemplates(source: string, map: StepTemplateMap, fileName = "a file"): string {
  // A look at the text spares reading the many files that use none.
  if (!source.includes(idProperty)) return source;
  const file = readOcl(source, fileName);
  return applyEdits(
    file,
    findStepTemplates(file).flatMap((found) => listEdits(file, found, map)),
  );
}

function listEdits(file: OclFile, found: FoundStepTemplate, map: StepTemplateMap): OclEdit[] {
  const [id, version] = map[nameStepTemplateUse(toUse(found))]?.split("/") ?? [];
  if (id === undefined || version === undefined) return [];
  return [
    ...replaceText(file, found.id, id),
    ...(found.version === undefined ? [] : replaceText(file, found.version, version)),
  ];
}
