import { objectOf, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";

/**
 * A step that stands for the steps of a process template: a reference to what the server's Platform Hub shares, by its slug and a mask
 * of versions such as `1.X` (docs, platform-hub/templates/process-templates; OctopusDeploy-Api, `CreateProcessTemplateUsageStep.cs`).
 */
export interface ProcessTemplateUse {
  slug: string;
  /** "" for the newest. */
  versionMask: string;
  /** For sentences: `the step "Deploy"`. */
  usedBy: string;
}

/** The properties that say so; what else the step has are values of the template's parameters. */
export const processTemplateUse = {
  slug: "Octopus.Action.ProcessTemplate.Reference.Slug",
  versionMask: "Octopus.Action.ProcessTemplate.Reference.VersionMask",
} as const;

/** Of processes, however far they were read. */
export function listProcessTemplateUses(nodes: readonly { body: JsonObject }[]): ProcessTemplateUse[] {
  const steps = nodes.flatMap(({ body }) => objectsOf(body, "Steps"));
  return steps
    .flatMap((step) => objectsOf(step, "Actions"))
    .flatMap((action) => {
      const properties = objectOf(action, "Properties");
      const slug = textOf(properties, processTemplateUse.slug);
      const versionMask = textOf(properties, processTemplateUse.versionMask);
      return slug === "" ? [] : [{ slug, versionMask, usedBy: `the step "${textOf(action, "Name")}"` }];
    });
}

/**
 * The uses that the server would refuse, a phrase each: it answers 404 for what is not shared with the space and for what has no
 * version that fits (docs, api/process-templates). One without a mask is not looked up, since the route wants one.
 */
export async function findMissingProcessTemplates(
  space: OctopusSpace,
  uses: readonly ProcessTemplateUse[],
): Promise<string[]> {
  const missing = new Map<string, string>();
  for (const { slug, versionMask, usedBy } of uses) {
    const name = `${slug} ${versionMask}`;
    if (versionMask === "" || missing.has(name)) continue;
    const path = `/processtemplates/${encodeURIComponent(slug)}/${encodeURIComponent(versionMask)}`;
    const found = await space.find(path);
    missing.set(
      name,
      found === undefined
        ? `${usedBy} uses the process template "${slug}" in version ${versionMask}, which the Platform Hub of ${space.server.url} does not share with the space "${space.name}", or of which it has no such version: publish it there and share it`
        : "",
    );
  }
  return [...missing.values()].filter((problem) => problem !== "");
}
