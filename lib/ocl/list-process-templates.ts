import type { ProcessTemplateUse } from "../resources/process-template.ts";
import { findIdKind } from "./list-ids.ts";
import { readOcl, type OclBlock } from "./read-ocl.ts";
import { readAttribute, walkOcl } from "./walk-ocl.ts";

export interface OclProcessTemplates {
  uses: ProcessTemplateUse[];
  /** Why the files could not mean the same in another space, a phrase each. */
  problems: string[];
}

/**
 * The process templates that a file's steps stand for: `process_template "slug" { process_template_slug = …, version_mask = …,
 * parameter "name" { value = … } }` (docs, platform-hub/templates/process-templates). Octopus writes ids as values of parameters: one that
 * is all of the value is translated with the other ids of the file, one inside of a package's JSON cannot be.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function listOclProcessTemplates(source: string, fileName: string): OclProcessTemplates {
  const all: { usedBy: string; block: OclBlock }[] = [];
  walkOcl(readOcl(source, fileName).items, (item) => {
    if (item.kind !== "block" || item.name !== "process_template" || item.labels.length === 0) return;
    all.push({ usedBy: `the step "${item.labels[0]?.value ?? ""}" in ${fileName}`, block: item });
  });
  return {
    uses: all.flatMap(({ block, usedBy }) => toUse(block, usedBy)),
    problems: all.flatMap(({ block, usedBy }) => describeIds(block).map((what) => `${usedBy} ${what}`)),
  };
}

function toUse({ items }: OclBlock, usedBy: string): ProcessTemplateUse[] {
  const slug = readAttribute(items, "process_template_slug");
  return slug === "" ? [] : [{ slug, versionMask: readAttribute(items, "version_mask"), usedBy }];
}

function describeIds({ items }: OclBlock): string[] {
  return items.flatMap((item) => {
    if (item.kind !== "block" || item.name !== "parameter") return [];
    const value = readAttribute(item.items, "value");
    const quoted = [...value.matchAll(/"([A-Za-z]+-\d+)"/g)].map(([, text = ""]) => text);
    const id = quoted.find((text) => findIdKind(text) !== undefined);
    if (id === undefined) return [];
    const parameter = item.labels.map((label) => label.value).join(" ");
    return [
      `gives the parameter "${parameter}" the id ${id}, which means something in one space only: let a variable name it`,
    ];
  });
}
