import { isSameJson, textsOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { managedTenantSignIn, thisInstanceSignIn, toSignInParameters } from "../octopus/sign-in-variables.ts";
import type { Installer } from "./installer.ts";
import type { StepPlacement } from "./process-steps.ts";
import { readInstalledForm } from "./read-installed-form.ts";
import { ensureRunbook } from "./runbooks.ts";
import type { SyncEnvironment } from "./sync-environment.ts";
import type { VariableSets } from "./variable-sets.ts";

/** Names that people see; the two underscores keep what manages apart from what is managed, as the reference implementation does. */
export const clientSpaceNames = {
  project: "__ Client Space",
  runbook: "__ Create Client Space",
  group: "Managed Spaces",
} as const;

/** What new spaces are filled with, pasted into the step, where people edit it. */
export interface BaselineChoice {
  /** YAML. */
  text: string;
  /** The file that somebody named, which then replaces what the step has; undefined for the one of new installations. */
  file?: string | undefined;
}

export interface ClientSpaceOptions {
  sync: SyncEnvironment;
  sets: VariableSets;
  templates: Record<string, OctopusDocument>;
  placement: StepPlacement;
  baseline: BaselineChoice;
}

/** The project whose runbook makes a tenant's space and fills it with the baseline. */
export async function ensureClientSpace(
  installer: Installer,
  options: ClientSpaceOptions,
): Promise<{ group: OctopusDocument; project: OctopusDocument; runbook: OctopusDocument }> {
  const { sync, sets, templates, placement, baseline } = options;
  const group = await installer.ensure({
    label: "project group",
    collection: "projectgroups",
    name: clientSpaceNames.group,
    create: { Description: "What looks after the managed spaces." },
  });
  const project = await installer.ensure({
    label: "project",
    collection: "projects",
    name: clientSpaceNames.project,
    create: {
      Description: "Makes and fills the spaces that tenants stand for.",
      ProjectGroupId: group.Id,
      LifecycleId: sync.lifecycle.Id,
      TenantedDeploymentMode: "TenantedOrUntenanted",
      IncludedLibraryVariableSetIds: [sets.octopusServer.Id, sets.thisInstance.Id],
    },
    update: (current) => ({
      IncludedLibraryVariableSetIds: including(current, [sets.octopusServer, sets.thisInstance]),
    }),
  });
  const runbook = await ensureRunbook(
    installer,
    {
      project,
      name: clientSpaceNames.runbook,
      description: "Makes the tenant's space, records its id in the tenant, and fills it with the baseline.",
      isTenanted: true,
      environmentId: sync.environment.Id,
      steps: [
        {
          name: "Create Space",
          ...templateOf(templates, "create-space"),
          properties: {
            ...toSignInParameters("CreateSpace.", managedTenantSignIn),
            ...toSignInParameters("CreateSpace.Management", thisInstanceSignIn),
          },
        },
        {
          name: "Populate Space",
          ...templateOf(templates, "populate-space"),
          properties: {
            ...toSignInParameters("PopulateSpace.", managedTenantSignIn),
            "PopulateSpace.SpaceId": "#{Octopus.Action[Create Space].Output.SpaceId}",
            "PopulateSpace.Baseline": baseline.text,
            "PopulateSpace.ReceiptKey": "#{ManagedSpaces.Receipt.Key}",
          },
          ...(baseline.file !== undefined && { said: { "PopulateSpace.Baseline": baseline.text } }),
        },
      ],
    },
    placement,
  );
  return { group, project, runbook };
}

/** @returns the baseline that the step has; undefined where there is no such step */
export function readInstalledBaseline(space: OctopusSpace): Promise<string | undefined> {
  const { project, runbook } = clientSpaceNames;
  return readInstalledForm(space, { projects: [project], runbook, property: "PopulateSpace.Baseline" });
}

/** What somebody loses by a baseline of another file, one sentence or none. */
export function describeReplacedBaseline(before: string | undefined, { text, file }: BaselineChoice): string[] {
  if (file === undefined || before === undefined || before === text) return [];
  return [
    `"${file}" takes the place of the baseline that the step "Populate Space" of "${clientSpaceNames.runbook}" had; Octopus's audit trail shows what that said.`,
  ];
}

/** The project's own sets, then those of `sets` that it does not include yet. */
export function including(project: OctopusDocument, sets: OctopusDocument[]): string[] {
  const present = textsOf(project, "IncludedLibraryVariableSetIds");
  const missing = sets.map((set) => set.Id).filter((id) => !present.includes(id));
  return isSameJson(missing, []) ? present : [...present, ...missing];
}

/** @throws when the build lacks the step, which its own test rules out */
export function templateOf(templates: Record<string, OctopusDocument>, slug: string): { template: OctopusDocument } {
  const template = templates[slug];
  if (template === undefined) throw new Error(`There is no step template "${slug}" in this build.`);
  return { template };
}
