import { compareVersions } from "../octopus/compare-versions.ts";
import createSpace from "./roles/create-space.json";
import deployProject from "./roles/deploy-project.json";
import findUpdates from "./roles/find-updates.json";
import forkRepository from "./roles/fork-repository.json";
import install from "./roles/install.json";
import listDownstreamProjects from "./roles/list-downstream-projects.json";
import lookUpSpace from "./roles/look-up-space.json";
import mergeUpdates from "./roles/merge-updates.json";
import moveCopiesToGit from "./roles/move-copies-to-git.json";
import populateSpace from "./roles/populate-space.json";
import previewUpdates from "./roles/preview-updates.json";
import rehearse from "./roles/rehearse.json";
import serializeProject from "./roles/serialize-project.json";
import reportFleet from "./roles/report-fleet.json";
import deployRunbook from "./roles/deploy-runbook.json";
import deploySpace from "./roles/deploy-space.json";
import prepareTerraformState from "./roles/prepare-terraform-state.json";
import recordTerraformCopy from "./roles/record-terraform-copy.json";
import serializeRunbook from "./roles/serialize-runbook.json";
import serializeSpace from "./roles/serialize-space.json";
import serializeStepTemplates from "./roles/serialize-step-templates.json";
import validateBranch from "./roles/validate-branch.json";
import serializeVariableSets from "./roles/serialize-variable-sets.json";

interface Permissions {
  readonly space: readonly string[];
  readonly system: readonly string[];
}

interface Need {
  readonly management?: Permissions;
  readonly managed?: Permissions;
}

/** What each step may not be without, in the management space and in the managed one; measured by test/roles. */
const steps: Readonly<Record<string, Need>> = {
  "create-space": createSpace,
  "populate-space": populateSpace,
  "look-up-space": lookUpSpace,
  "serialize-project": serializeProject,
  "prepare-terraform-state": prepareTerraformState,
  "record-terraform-copy": recordTerraformCopy,
  "fork-repository": forkRepository,
  "deploy-project": deployProject,
  "list-downstream-projects": listDownstreamProjects,
  "find-updates": findUpdates,
  "preview-updates": previewUpdates,
  "merge-updates": mergeUpdates,
};

/** The same of steps in which installing has no part: whoever brings whole spaces or parts of them gives these besides. */
const furtherSteps: Readonly<Record<string, Need>> = {
  "serialize-space": serializeSpace,
  "serialize-step-templates": serializeStepTemplates,
  "serialize-variable-sets": serializeVariableSets,
  "serialize-runbook": serializeRunbook,
  "deploy-space": deploySpace,
  "deploy-runbook": deployRunbook,
  "move-copies-to-git": moveCopiesToGit,
};

/** The same of steps that look at many spaces at once, by a key of their own for each instance. */
const fleetSteps: Readonly<Record<string, Need>> = {
  rehearse,
  "validate-branch": validateBranch,
  "report-fleet": reportFleet,
};

/** A user role as the API takes it. Space permissions and system permissions never share one: Octopus gives them to different teams. */
export interface UserRole {
  Name: string;
  Description: string;
  GrantedSpacePermissions: string[];
  GrantedSystemPermissions: string[];
}

/** The roles with the fewest permissions: for whoever installs, for the steps in the management space, and for those in managed ones. */
export function listRoles(): UserRole[] {
  const all = Object.values(steps);
  const managed = all.flatMap((need) => need.managed ?? []);
  const further = Object.values(furtherSteps);
  const fleet = Object.values(fleetSteps);
  const looking = fleet.flatMap((need) => need.managed ?? []);
  return [
    toRole("installing", "managed-spaces install and doctor, in the management space", {
      space: listInstalling(),
      system: [],
    }),
    toRole("management", "The steps of the management runbooks, in the management space", {
      space: join([...all, ...fleet].flatMap((need) => need.management?.space ?? [])),
      system: [],
    }),
    toRole("managed", "The steps of the management runbooks, in a managed space", {
      space: join(managed.flatMap(({ space }) => space)),
      system: [],
    }),
    toRole("new spaces", "Create Space, in a system team of the managed instance", {
      space: [],
      system: join(managed.flatMap(({ system }) => system)),
    }),
    toRole("fleet", "Report Fleet, Rehearse and Validate Branch, in every space that they look at", {
      space: join(looking.flatMap(({ space }) => space)),
      system: [],
    }),
    toRole("instances", "Report Fleet, in a system team of each instance: nodes, license, spaces", {
      space: [],
      system: join(looking.flatMap(({ system }) => system)),
    }),
    toRole("spaces", "Serialize Space and the like, in the space that they read", {
      space: join(further.flatMap((need) => need.management?.space ?? [])),
      system: [],
    }),
    toRole("filling spaces", "Deploy Space and Deploy Runbook, in a managed space", {
      space: join(further.flatMap((need) => need.managed?.space ?? [])),
      system: [],
    }),
  ];
}

/** Permissions by step and side, such as `deploy-project, managed space`. */
export function listNeedsBySteps(): { about: string; permissions: string[] }[] {
  return Object.entries({ ...steps, ...fleetSteps, ...furtherSteps }).flatMap(([step, { management, managed }]) => [
    ...(management === undefined ? [] : [{ about: `${step}, management space`, permissions: listAll(management) }]),
    ...(managed === undefined ? [] : [{ about: `${step}, managed space`, permissions: listAll(managed) }]),
  ]);
}

/** What a server of this version calls them, for installing and for the steps in the management space. */
export function listManagementPermissions(version: string): string[] {
  const steady = Object.values(steps).flatMap((need) => need.management?.space ?? []);
  const known = [...listInstalling(), ...steady].map((permission) => toKnown(permission, version));
  return join(known);
}

export const snapshotsSince = "2026.3";

/** Before it had a permission of its own, whoever could edit a runbook could make a snapshot (Issues 10170). */
function toKnown(permission: string, version: string): string {
  const isOlder = version !== "" && compareVersions(version, snapshotsSince) < 0;
  return isOlder && permission === "RunbookSnapshotCreate" ? "RunbookEdit" : permission;
}

function listInstalling(): string[] {
  return [...install.management.space];
}

function listAll({ space, system }: Permissions): string[] {
  return [...space, ...system];
}

function join(permissions: readonly string[]): string[] {
  return [...new Set(permissions)].toSorted();
}

function toRole(name: string, Description: string, { space, system }: { space: string[]; system: string[] }): UserRole {
  return {
    Name: `Managed Spaces: ${name}`,
    Description,
    GrantedSpacePermissions: space,
    GrantedSystemPermissions: system,
  };
}
