import { textOf } from "../json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import type { StepTemplateIds } from "./translate-step-templates.ts";

export interface MatchedStepTemplates {
  ids: StepTemplateIds;
  /** Names of those that the copy's space lacks. */
  missing: string[];
}

export interface MatchOptions {
  template: OctopusSpace;
  copy: OctopusSpace;
  /** What is known already, as the receipt has it. */
  known: StepTemplateIds;
}

/** Finds step templates of one space in another, by their names. */
export async function matchStepTemplates(
  wanted: readonly string[],
  { template, copy, known }: MatchOptions,
): Promise<MatchedStepTemplates> {
  const unknown = wanted.filter((id) => known[id] === undefined);
  if (unknown.length === 0) return { ids: known, missing: [] };
  const sources = await Promise.all(
    unknown.map(async (id) => ({ id, name: textOf((await template.find(`/actiontemplates/${id}`)) ?? {}, "Name") })),
  );
  const present = await listByExactNames(copy, "actiontemplates", sources.map(({ name }) => name).filter(Boolean));
  const idOf = new Map(present.map((document) => [textOf(document, "Name"), document.Id]));
  const found = sources.flatMap(({ id, name }) => {
    const own = idOf.get(name);
    return own === undefined ? [] : [[id, own] as const];
  });
  return {
    ids: { ...Object.fromEntries(found), ...known },
    missing: sources.filter(({ name }) => !idOf.has(name)).map(({ id, name }) => (name === "" ? id : name)),
  };
}
