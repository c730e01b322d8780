import { quoteOcl, readOcl, type OclText } from "./read-ocl.ts";

/** A step template as files name it: by an id of one space, and the version there. */
export interface StepTemplateUse {
  id: string;
  version: string;
}

/** By `ActionTemplates-5/3` in one space, what the same content is called in another: `ActionTemplates-9/1`. */
export type StepTemplateMap = Readonly<Record<string, string>>;

const idName = "Octopus.Action.Template.Id";
const versionName = "Octopus.Action.Template.Version";

export function nameStepTemplateUse({ id, version }: StepTemplateUse): string {
  return `${id}/${version}`;
}

/**
 * The step templates that a file's steps are made with, each once.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function listStepTemplateUses(source: string, fileName = "a file"): StepTemplateUse[] {
  const uses = findUses(source, fileName).map(({ id, version }) => ({ id: id.value, version: version?.value ?? "" }));
  return [...new Map(uses.map((use) => [nameStepTemplateUse(use), use])).values()];
}

/**
 * The file with the ids and versions of another space; everything else stays as it is, to the last space, and so do uses that the map lacks.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function translateStepTemplates(source: string, map: StepTemplateMap, fileName = "a file"): string {
  // A look at the text spares reading the many files that use none.
  if (!source.includes(idName)) return source;
  const changes = findUses(source, fileName).flatMap((use) => listChanges(use, map));
  return changes
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { start, end, value }) => `${text.slice(0, start)}${quoteOcl(value)}${text.slice(end)}`, source);
}

interface FoundUse {
  id: OclText;
  version: OclText | undefined;
}

function findUses(source: string, fileName: string): FoundUse[] {
  const texts = readOcl(source, fileName);
  return texts
    .filter(({ path }) => path.at(-1) === idName)
    .map((id) => ({
      id,
      version: texts.find(({ path, blocks }) => blocks.at(-1) === id.blocks.at(-1) && path.at(-1) === versionName),
    }));
}

function listChanges({ id, version }: FoundUse, map: StepTemplateMap): Pick<OclText, "start" | "end" | "value">[] {
  const target = map[nameStepTemplateUse({ id: id.value, version: version?.value ?? "" })];
  const [newId, newVersion] = target?.split("/") ?? [];
  if (newId === undefined || newVersion === undefined) return [];
  return [{ ...id, value: newId }, ...(version === undefined ? [] : [{ ...version, value: newVersion }])];
}
