import type { StepTemplateUses } from "../compare/comparison.ts";
import type { ReceiptDetails } from "../deployment/receipt-keeper.ts";
import type { ProjectManifest } from "../graph/manifest.ts";
import { targetId } from "../model/graph.ts";
import { nameStepTemplateUse, type StepTemplateMap } from "../ocl/list-step-templates.ts";
import type { OclNames } from "../ocl/translate-references.ts";
import type { Receipt } from "../receipts/receipt.ts";
import type { Repository } from "./localize-manifest.ts";

export interface GitCopyFacts {
  manifest: ProjectManifest;
  /** The template's, without credentials. */
  template: Repository;
  /** The copy's. */
  repository: Repository;
  /** The newest commit of the template that the copy has the contents of, where the receipt does not tell it yet. */
  commit: string | undefined;
  /** What the template's slugs and ids are called in the copy's files. */
  names?: OclNames | undefined;
}

/** What the receipt tells of a copy in Git. */
export function describeGitCopy(
  { manifest, template, repository, commit: found, names = {} }: GitCopyFacts,
  { known, upstream, stepTemplates }: ReceiptDetails,
): Pick<Receipt, "upstream" | "repository" | "stepTemplates" | "names"> {
  const commit = known?.upstream?.["commit"] ?? found;
  return {
    upstream: {
      ...known?.upstream,
      ...upstream,
      repository: template.url,
      ...(commit !== undefined && { commit }),
    },
    repository,
    stepTemplates: { ...known?.stepTemplates, ...toStepTemplateMap(manifest, stepTemplates) },
    ...(Object.keys(names).length > 0 && { names: toPlainNames(names) }),
  };
}

function toPlainNames(names: OclNames): NonNullable<Receipt["names"]> {
  return Object.fromEntries(Object.entries(names).map(([kind, known]) => [kind, { ...known }] as const));
}

/** What the package's step templates are called in a space. */
export function toStepTemplateMap({ git }: ProjectManifest, known: StepTemplateUses): StepTemplateMap {
  const entries = Object.entries(git?.stepTemplates ?? {}).flatMap(([use, key]) => {
    const own = known[targetId({ kind: "stepTemplate", key })];
    return own === undefined ? [] : [[use, nameStepTemplateUse(own)] as const];
  });
  return Object.fromEntries(entries);
}

/** Whether two addresses are of one repository. */
export function isSameRepository(a: string, b: string): boolean {
  return toPlace(a) === toPlace(b);
}

function toPlace(url: string): string {
  return url.replace(/(\.git)?\/*$/i, "").toLowerCase();
}
