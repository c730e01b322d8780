import * as z from "zod/mini";

/**
 * Whose a copy is: the part of a receipt that tells which package it came from. It is small, since every look at a space reads all
 * of them; what the copy was is {@link Memory}.
 */
export type Receipt = z.infer<typeof Receipt>;

export const Receipt = z.object({
  format: z.literal(2),
  package: z.string(),
  /** The kind of what was asked for, where that is not a project: `space`, `runbook`. */
  root: z.optional(z.string()),
  /** What the copy is to be called, as the run that deployed it last was told. */
  asked: z.optional(z.string()),
  /** What the package went through last on its way, such as a mapping, a line each: what a package would do now is asked with it. */
  mapping: z.optional(z.string()),
  /** Whether it says only what somebody named: a document that a person wrote, which no feed has as a package. */
  isPartial: z.optional(z.boolean()),
  /** Of such a document: whether the run that deployed it last took back what people had changed, which it usually does. */
  overwrites: z.optional(z.boolean()),
  /** The version that was deployed last, to its end; absent until then. */
  version: z.optional(z.string()),
  /** Id of the project in this space, once a run came to its end. */
  project: z.optional(z.string()),
  /**
   * Of a project: whether it was there before, made by people. Of anything else: whether what people made under the package's names
   * became the copy's in the run that deployed it last.
   */
  isAdopted: z.optional(z.boolean()),
  /**
   * Of the template; of one in Git also `repository`, its address without credentials, and `commit`, the commit up to which the copy
   * has its contents; of a document the `document` and
   * `documentVersion`: id and version of the package that had it. Merge Updates adds `offered` and `pullRequest`: the commit that an open pull request brings, and its number.
   */
  upstream: z.optional(z.record(z.string(), z.string())),
  /** Where a copy in Git has its files; the address is without credentials. */
  repository: z.optional(z.object({ url: z.string(), defaultBranch: z.string(), basePath: z.string() })),
  /** By id, the versions of step templates of this space that deployments of the copy made last; absent in those of earlier versions. */
  installed: z.optional(z.record(z.string(), z.string())),
  /** By `ActionTemplates-5/3` in the template's space, what step templates are called in the copy's files: those hold ids and versions. */
  stepTemplates: z.optional(z.record(z.string(), z.string())),
  /** By kind, what slugs and ids in the template's files are called in the copy's. */
  names: z.optional(z.record(z.string(), z.record(z.string(), z.string()))),
});

/** The name of the receipt of one copy. */
export function nameReceipt(packageId: string, projectName: string): string {
  return `Receipt[${packageId}][${projectName}]`;
}

/** What the copy was asked to be called; the whole name for a receipt of something else. */
export function askedNameOf({ asked }: Pick<Receipt, "asked">, receiptName: string): string {
  return asked ?? /^Receipt\[.*?\]\[(.*)\]$/s.exec(receiptName)?.[1] ?? receiptName;
}

/** Of what kind it is that was asked for. A receipt that does not say is of a project. */
export function rootKindOf({ root = "project" }: Pick<Receipt, "root">): string {
  return root;
}

/** Where packages of a template come from. */
export interface TemplateSource {
  packageId: string;
  spaceId: string;
  projectId: string;
}

/** The ids tell it even when the template was renamed; receipts without them have the package's name alone. */
export function isOfTemplate({ upstream, package: packageId, root }: Receipt, template: TemplateSource): boolean {
  if (root !== undefined) return false;
  if (upstream?.["projectId"] === undefined) return packageId === template.packageId;
  return upstream["projectId"] === template.projectId && upstream["spaceId"] === template.spaceId;
}
