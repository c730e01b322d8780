import { digestStepTemplate } from "../graph/digest-step-template.ts";
import { collectIds, readBody } from "../graph/read-body.ts";
import { createNameIndex } from "../graph/read-names.ts";
import { findStepTemplateVersion } from "../octopus/find-step-template-version.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { nameStepTemplateUse, type StepTemplateMap, type StepTemplateUse } from "../ocl/list-step-templates.ts";
import { getKind } from "../resources/index.ts";
import { listByExactNames } from "../resources/resource-kind.ts";

const stepTemplate = getKind("stepTemplate");

export interface MatchedStepTemplates {
  map: StepTemplateMap;
  /** Names of those whose content the copy's space has at no version. */
  missing: string[];
}

export interface MatchOptions {
  template: OctopusSpace;
  copy: OctopusSpace;
  /** What is known already, as the receipt has it. */
  known: StepTemplateMap;
}

/** Finds step templates of one space in another, by their names and by what they hold. */
export async function matchStepTemplates(
  uses: readonly StepTemplateUse[],
  { template, copy, known }: MatchOptions,
): Promise<MatchedStepTemplates> {
  const unknown = uses.filter((use) => known[nameStepTemplateUse(use)] === undefined);
  const names = createNameIndex(template);
  await names.resolve({ ids: new Set(), tags: new Set(), stepTemplates: unknown });
  const found: [string, string][] = [];
  const missing: string[] = [];
  for (const use of unknown) {
    const [name = use.id, digest = ""] = names.findStepTemplate(use.id, use.version)?.key ?? [];
    const own = await findByContent(copy, { name, digest });
    if (own === undefined) missing.push(name);
    else found.push([nameStepTemplateUse(use), nameStepTemplateUse(own)]);
  }
  return { map: { ...Object.fromEntries(found), ...known }, missing };
}

async function findByContent(
  space: OctopusSpace,
  { name, digest }: { name: string; digest: string },
): Promise<StepTemplateUse | undefined> {
  const [newest] = await listByExactNames(space, "actiontemplates", [name]);
  if (newest === undefined) return undefined;
  const names = createNameIndex(space);
  const found = await findStepTemplateVersion(space, newest, async (document) => {
    await names.resolve(collectIds(stepTemplate, document));
    return digestStepTemplate(readBody(stepTemplate, document, { names })) === digest;
  });
  return found && { id: newest.Id, version: String(found["Version"]) };
}
