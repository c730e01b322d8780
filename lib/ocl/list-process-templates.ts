import { resourceKinds } from "../resources/index.ts";
import type { ProcessTemplateUse } from "../resources/process-template.ts";
import { readOcl, type OclText } from "./read-ocl.ts";

export interface OclProcessTemplates {
  uses: ProcessTemplateUse[];
  /** Why the files could not mean the same in another space, a phrase each. */
  problems: string[];
}

/**
 * The process templates that a file's steps stand for: `process_template "slug" { process_template_slug = …, version_mask = …,
 * parameter "name" { value = … } }` (docs, platform-hub/templates/process-templates). Octopus writes ids as values of parameters, which
 * nothing in the file could tell from one space to another.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function listOclProcessTemplates(source: string, fileName: string): OclProcessTemplates {
  const steps = new Map<string, Map<string, OclText>>();
  for (const text of readOcl(source, fileName)) {
    const at = text.path.indexOf("process_template");
    const label = text.path[at + 1];
    if (at === -1 || label === undefined || text.isLabel) continue;
    const step = steps.get(label) ?? new Map<string, OclText>();
    steps.set(label, step.set(text.path.slice(at + 2).join(" "), text));
  }
  const all = [...steps].map(([label, texts]) => ({ usedBy: `the step "${label}" in ${fileName}`, texts }));
  return {
    uses: all.flatMap(({ usedBy, texts }) => toUse(texts, usedBy)),
    problems: all.flatMap(({ usedBy, texts }) =>
      [...texts].flatMap(([name, { value }]) => describeId(name, value).map((what) => `${usedBy} ${what}`)),
    ),
  };
}

function toUse(texts: ReadonlyMap<string, OclText>, usedBy: string): ProcessTemplateUse[] {
  const slug = texts.get("process_template_slug")?.value ?? "";
  return slug === "" ? [] : [{ slug, versionMask: texts.get("version_mask")?.value ?? "", usedBy }];
}

function describeId(name: string, value: string): string[] {
  const parameter = /^parameter (.*) value$/.exec(name)?.[1];
  const id = /"?\b([A-Za-z]+-\d+)\b"?/.exec(value)?.[1] ?? "";
  const isId = resourceKinds.some(({ idPrefix = [] }) =>
    [idPrefix].flat().some((prefix) => id.startsWith(`${prefix}-`)),
  );
  if (parameter === undefined || !isId || (value !== id && !value.includes(`"${id}"`))) return [];
  return [
    `gives the parameter "${parameter}" the id ${id}, which means something in one space only: let a variable name it`,
  ];
}
