import type { JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { managedTenantSignIn, thisInstanceSignIn, toSignInParameters } from "../octopus/sign-in-variables.ts";
import { templateOf } from "./client-space.ts";
import { toGitParameters } from "./git-host-variables.ts";
import { templateProjectNames } from "./runbook-names.ts";
import type { WantedStep } from "./process-steps.ts";
import type { WantedRunbook } from "./runbooks.ts";

/** What tells how the copies in the tenant's space are doing, and for projects in Git brings them the template's changes. */
export function listUpdateRunbooks(
  { name, templates }: { name: string; templates: Record<string, OctopusDocument> },
  { isInGit }: { isInGit: boolean },
): Pick<WantedRunbook, "name" | "description" | "steps">[] {
  const stepOf = (label: string, slug: string, isGitStep = isInGit): WantedStep => ({
    name: label,
    ...templateOf(templates, slug),
    properties: toParameters(label.replaceAll(" ", ""), { project: name, isGitStep }),
  });
  const list = {
    name: templateProjectNames.list,
    description: `Lists the copies of the project "${name}" in the tenant's space.`,
    steps: [stepOf("List Downstream Projects", "list-downstream-projects", false)],
  };
  const find = {
    name: templateProjectNames.findUpdates,
    description: `Tells how far the copies of the project "${name}" in the tenant's space are behind, and what people changed in them.`,
    steps: [stepOf("Find Updates", "find-updates"), stepOf("Preview Updates", "preview-updates")],
  };
  const merge = {
    name: templateProjectNames.mergeUpdates,
    description: `Brings the changes of the project "${name}" to its copies in the tenant's space, by pull requests.`,
    steps: [stepOf("Merge Updates", "merge-updates")],
  };
  return isInGit ? [list, find, merge] : [list, find];
}

function toParameters(prefix: string, { project, isGitStep }: { project: string; isGitStep: boolean }): JsonObject {
  return {
    ...toSignInParameters(`${prefix}.Management`, thisInstanceSignIn),
    ...toSignInParameters(`${prefix}.`, managedTenantSignIn),
    [`${prefix}.Project`]: project,
    ...(isGitStep ? toGitParameters(prefix) : {}),
  };
}
